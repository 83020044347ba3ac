/** Types in which Databricks delivers gold columns (Spark SQL names). They decide parsing, storage and EDM type. */
export type GoldType =
  | 'STRING'
  | 'INT'
  | 'BIGINT'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'DATE'
  | 'TIMESTAMP'
  | `DECIMAL(${number},${number})`

/**
 * Who may change a value after a broker has claimed the listing.
 * source: the origin until the claim, the broker afterwards; tracked: both, the origin's changes keep arriving;
 * enrichment: the broker only; system: the hub only.
 */
export type Owner = 'source' | 'tracked' | 'enrichment' | 'system'

/**
 * What RESO Data Dictionary 2.0 says of a standard field: an EDM type, or a lookup that may be multi-valued. Both where
 * the dictionary has plain text and the hub names a lookup all the same.
 */
export interface DictionaryStandard {
  type?: string
  maxLength?: number
  precision?: number
  scale?: number
  lookup?: string
  multi?: true
}

/**
 * One RESO field, described once. Where it is kept follows from three properties:
 * - `column`: a column of the resource's table; without it the value lives in `extensions` under `name`;
 * - `columnType`: the Postgres type of that column where it is stricter than the gold type. The column holds what
 *   could be parsed, `extensions` keeps the text as sent whenever the column alone would not give it back;
 * - `view`: the value is derived by the rule of that name (scripts/generate).
 */
export interface Field {
  name: string
  type: GoldType
  column?: string
  columnType?: string
  view?: string
  /** Default `source`. */
  owner?: Owner
  /** False for fields that gold never delivers: entered or derived in the hub. */
  gold?: false
  /** Served only to clients that were granted it. */
  sensitive?: true
  /** Present exactly for standard fields of RESO Data Dictionary 2.0. */
  dd?: DictionaryStandard
  note?: string
}

/** A way in which consumers look for records: an index of the served table. */
export interface ServedIndex {
  /** Unique within the resource. */
  name: string
  /** Fields in their order, `nulls first` behind one that OData orders so, `seq` last where pages follow the order. */
  fields: readonly string[]
  /** Counts by it touch no row. */
  covers?: true
}

/** A RESO resource: its names outside (`name`, `key`, `ingestName`) and inside (`table`). */
export interface Resource {
  name: string
  key: string
  ingestName: string
  table: string
  /** Served only to clients that were granted the resource. */
  restricted?: true
  /** Field with the key of the listing that a record belongs to. */
  listing?: string
  /** Many records, and read by everybody: counted from indexes. */
  large?: true
  /** Fields that `$search` looks through. None may need a grant: who sees a record may search it. */
  searched?: readonly string[]
  /** Indexes beside those that every resource has: key, insertion order and modification time. */
  indexes?: readonly ServedIndex[]
  fields: readonly Field[]
}
