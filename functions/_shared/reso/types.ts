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
  /** The length that the dictionary gives, where another is served. */
  published?: number
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
  /** The hub's own: what a source says of it is not taken, and noted as `not_from_source`. */
  hub?: true
  /** Served only to clients that were granted it. */
  sensitive?: true
  /** Present exactly for standard fields of RESO Data Dictionary 2.0. */
  dd?: DictionaryStandard
  note?: string
}

/** A key that leads to one record of another resource. */
export interface Reference {
  /** Field here and field there that must be equal. */
  from: string
  target: string
  to: string
}

/** A navigation to one record of another resource. Names are those of RESO Data Dictionary 2.0 where it has some. */
export interface Link extends Reference {
  name: string
  /** The name of the way back, from one record of the target to all that point to it. */
  back?: string
}

/** How the records of a resource belong to listings. */
export interface ListingLink {
  /** Field with the key of the listing. */
  field: string
  /** A record without it is rejected. */
  isRequired?: true
  /** Records are shown and hidden with their listing. */
  follows?: true
}

/** Which records are for everybody; the others are kept for their market alone. */
export interface OpenRecords {
  field: string
  /** Values of the field that say so; none does, too. */
  values: readonly string[]
}

/** A request that makes sense for a resource, and a record with the fields that it selects, as profile gold answers. */
export interface Example {
  filter: string
  orderby?: string
  expand?: string
  record: Readonly<Record<string, unknown>>
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
  /** What its records are, for the API reference. */
  description: string
  /** How many fields it has in RESO Data Dictionary 2.0, by its published metadata report. */
  standardFields: number
  /** Served only to clients that were granted the resource. */
  restricted?: true
  listing?: ListingLink
  /** Without it all records are for everybody who may read the resource. */
  open?: OpenRecords
  /** Many records, and read by everybody: counted from indexes. */
  large?: true
  /** Fields that `$search` looks through. None may need a grant: who sees a record may search it. */
  searched?: readonly string[]
  /**
   * Fields that change by themselves, day by day. Their members are kept beside those of all others, so that a new price
   * does not write the whole document again.
   */
  changing?: readonly string[]
  /** Indexes beside those that every resource has: key, insertion order and modification time. */
  indexes?: readonly ServedIndex[]
  links?: readonly Link[]
  /** Keys that are no navigations, because who reads them may not follow them. */
  references?: readonly Reference[]
  /** Standard values of lookups that no other resource has; see lookup-values.ts. */
  lookups?: Readonly<Record<string, readonly string[]>>
  example: Example
  fields: readonly Field[]
}
