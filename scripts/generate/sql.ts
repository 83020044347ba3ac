import { pgType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field, Resource } from '../../functions/_shared/reso/types.ts'

/** A generated database object; `signature` is how Postgres names it, so that its live definition can be compared. */
export interface GeneratedObject {
  kind: 'table' | 'index' | 'policy' | 'view' | 'function'
  /** Which generated file it belongs to: `NNNN_<subject>_generated.sql`. */
  subject: 'listings' | 'serving' | 'ingest' | 'workflow'
  /** `public.property_reso`, `mls.refresh_property(uuid[])`; of a policy its table and its name: `public.served_media api_read`. */
  signature: string
  /** What creates it where it is missing; views and functions are replaced by it. */
  sql: string
  /** The ingest name of the resource that it belongs to; absent for what speaks of all. */
  resource?: string
  /** What a change of it entails in a database that has it already. */
  then?: string
  /** Of a table: its columns that follow from the dictionary. */
  columns?: readonly Column[]
  /** Of a table: what its `sql` does once the columns are there, for those that are added later. */
  afterColumns?: string
}

/** What an earlier state of the dictionary needed and this one does not. */
export interface ObsoleteTable {
  table: string
  resource: string
  /** What takes it away. */
  sql: string
}

export interface Column {
  name: string
  type: string
}

/** A name quoted as SQL identifier. */
export function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && name !== 'order' ? name : `"${name.replaceAll('"', '""')}"`
}

/** A text quoted as SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Lines joined by commas, each indented by `indent` blanks. */
export function list(lines: string[], indent: number): string {
  return lines.map((line) => ' '.repeat(indent) + line).join(',\n')
}

/**
 * The typed value of a field inside a jsonb document. Text never fails; other types give null where the text is not
 * readable, so that one bad value cannot break a view.
 */
export function fromJson(document: string, field: Field): string {
  const text = `${document} ->> ${literal(field.name)}`
  if (field.type === 'STRING') return text
  return `case when pg_input_is_valid(${text}, ${literal(pgType(field.type))}) then (${text})::${
    pgType(field.type)
  } end`
}

/**
 * A row source to join laterally: the rows of a table by one indexed condition. A connection keeps the plans that it
 * made while the tables were small; `offset 0` leaves such a plan no other way than the index of that condition.
 */
export function recordsByKey(columns: string, table: string, condition: string): string {
  return `(select ${columns} from ${table} where ${condition} offset 0)`
}

/**
 * What a source must not overwrite in the extensions of a row: fields without a column that are entered in the hub, and
 * there alone. Text to append to the new extensions; empty where a resource has no such field.
 */
export function keptHere(resource: Resource, row: string): string {
  const names = resource.fields
    .filter(({ gold, column, view, owner }) => gold === false && !column && !view && owner === 'enrichment')
    .map(({ name }) => literal(name))
  return names.length === 0
    ? ''
    : ` || jsonb_strip_nulls(jsonb_build_object(${
      names.map((name) => `${name}, ${row}.extensions -> ${name}`).join(', ')
    }))`
}

/**
 * Whether a text says when a record changed. Postgres reads more: 03/11/2026 as a day of March, `yesterday`, `-infinity`; an
 * edit would be older than the last one, and lost.
 */
export const statesTime = (text: string) =>
  `${text} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(${text}, 'timestamptz')`

/**
 * A time at which a source says it changed a record, null where it lies beyond the clock of the hub: no evidence. Written
 * out, for a function with a search path of its own cannot be inlined and costs 10 us a record.
 */
export const evidentTime = (time: string) =>
  `case when ${time} <= now() + interval '10 minutes' then ${time} end`

/**
 * Whether the record of row `k` with this key is a listing of the hub that comes back from where it was pushed. Most
 * markets push nowhere: asked here, for a call of the function that looks for it costs 20 us a record.
 */
export const isReturned = (isNew: string, key: string) =>
  `case when ${isNew} and k.office_key is not null and exists (
        select from public.mls_listing_syndications s where s.tenant_id = k.tenant_id and s.external_id is not null
      ) then mls.returned_listing(${key}, k.tenant_id, k.origin_system) end is not null`

/** Parts in groups of so many. */
export function grouped<Part>(parts: readonly Part[], size: number): Part[][] {
  return Array.from(
    { length: Math.ceil(parts.length / size) },
    (_, n) => parts.slice(n * size, (n + 1) * size),
  )
}

/** Names as an array of SQL. */
export const nameList = (names: readonly string[]) =>
  literal(`{${names.map((name) => `"${name}"`).join(',')}}`)
