import {
  hasPlace,
  openFields,
  sensitiveFields,
  servedName,
  standardColumn,
  storedName,
} from '../../functions/_shared/reso/names.ts'
import { isStandardised } from '../../functions/_shared/reso/standard.ts'
import { servedType } from '../../functions/_shared/reso/sql-types.ts'
import type { Field, Resource } from '../../functions/_shared/reso/types.ts'
import { type Column, type GeneratedObject, identifier, list, literal, type ObsoleteTable } from './sql.ts'

/** Columns that every served table has beside the fields of its resource. */
const technicalColumns: Column[] = [
  { name: 'record_id', type: 'uuid primary key' },
  { name: 'tenant_id', type: 'uuid not null' },
  { name: 'seq', type: 'bigint not null' },
  { name: 'office_key', type: 'text not null' },
  { name: 'is_published', type: 'boolean not null' },
  { name: 'is_deleted', type: 'boolean not null' },
  { name: 'stamp', type: 'bigint not null' },
  { name: 'ModificationTimestamp', type: 'timestamptz not null' },
  { name: 'doc', type: 'text not null' },
  { name: 'doc_gold', type: 'text not null' },
  { name: 'doc_dd2', type: 'text not null' },
]

/** Whether a served table has the column whatever its resource. */
export const isTechnical = (name: string) => technicalColumns.some((column) => column.name === name)

/** The stamp is no content: ModificationTimestamp is filled in from it and rendered by the door. */
export const isStamp = (field: Field) => field.view === 'modification_timestamp'

/** Columns of fields in a served table, or in the table of sensitive fields beside it. */
export function servedColumns(fields: readonly Field[]): Column[] {
  return fields.map((field) => ({ name: field.name, type: servedType(field) }))
}

/** Where a record is, as one number to search by. Generated: whoever writes a place writes this with it. */
const placeColumn: Column = {
  name: 'geo_cell',
  type: 'bigint generated always as (mls.geo_cell("Latitude", "Longitude")) stored',
}

const declared = ({ name, type }: Column) => `${identifier(name)} ${type}`

/** Served rows are rewritten whole, and often. */
const storage =
  'toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02'

const protect = (table: string) =>
  `alter table ${table} enable row level security;
alter table ${table} force row level security;`

function servedTable(resource: Resource): GeneratedObject {
  const table = `public.${servedName(resource)}`
  const open = openFields(resource).filter((field) => !isStamp(field))
  const standard = open.filter(isStandardised).map((field) => ({ name: standardColumn(field), type: 'text' }))
  const columns = [...servedColumns(open), ...standard]
  const afterColumns = `select mls.keep_columns_inline(${literal(table)});`
  return {
    kind: 'table',
    subject: 'serving',
    signature: table,
    resource: resource.ingestName,
    columns,
    afterColumns,
    sql: `create table ${table} (
${list([...technicalColumns, ...columns, ...(hasPlace(resource) ? [placeColumn] : [])].map(declared), 2)}
) with (${storage});
comment on table ${table} is ${
      literal(`What ${storedName(resource)}_reso says now; one row per record, tombstones included.`)
    };
${afterColumns}
${protect(table)}
grant select on ${table} to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on ${table} to authenticated;`,
  }
}

function sensitiveTable(resource: Resource): GeneratedObject {
  const table = `public.${servedName(resource)}_sensitive`
  const columns = servedColumns(sensitiveFields(resource))
  const technical = technicalColumns.filter(({ name }) =>
    ['record_id', 'office_key', 'is_published', 'doc'].includes(name)
  )
  return {
    kind: 'table',
    subject: 'serving',
    signature: table,
    resource: resource.ingestName,
    columns,
    sql: `create table ${table} (
${list([...technical, ...columns].map(declared), 2)}
);
comment on table ${table} is ${
      literal(
        `Fields of ${resource.name} that need a grant; apart, so that the role of the readers cannot reach them.`,
      )
    };
${protect(table)}
grant select on ${table} to service_role;`,
  }
}

/**
 * Grants are by field, and neither policies nor column privileges can say that: the view answers null for each field
 * that was not granted, and its document only to those who were granted all. It reads with the rights of its owner, so
 * it repeats the restriction of rows; the table itself is out of the readers' reach.
 */
function grantedView(resource: Resource): GeneratedObject {
  const view = `mls.granted_${storedName(resource)}`
  const fields = sensitiveFields(resource)
  const granted = (field: Field) => `mls.claim_granted(${literal(`${resource.name}.${field.name}`)})`
  const all = fields.length === 1 ? `(select ${granted(fields[0]!)})` : `(
    select ${fields.map(granted).join('\n      and ')}
  )`
  const column = (field: Field) => {
    const name = identifier(field.name)
    return `case when (select ${granted(field)}) then s.${name} end as ${name}`
  }
  return {
    kind: 'view',
    subject: 'serving',
    signature: view,
    resource: resource.ingestName,
    sql: `create or replace view ${view} with (security_barrier = true) as
select s.record_id,
${list([`case when ${all} then s.doc end as doc`, ...fields.map(column)], 2)}
from public.${servedName(resource)}_sensitive s
where s.office_key = any ((select mls.claim_offices())::text[])
  and (s.is_published or not (select mls.claim_published_only()))${
      resource.restricted ? `\n  and (select mls.claim_granted(${literal(resource.name)}))` : ''
    };
comment on view ${view} is ${
      literal(
        `Sensitive fields of ${resource.name} as the client in mls.claims may read them; null where a field was not granted.`,
      )
    };
grant select on ${view} to mls_api_read;`,
  }
}

/**
 * `is_published or not (...)`: of a comparison with what a function answers the planner would guess that it keeps a third
 * of the rows, and sort what it could read in order. Besides, nothing is asked about rows that are published.
 */
function policies(resource: Resource): GeneratedObject[] {
  const table = `public.${servedName(resource)}`
  const policy = (name: string, role: string, condition: string): GeneratedObject => ({
    kind: 'policy',
    subject: 'serving',
    signature: `${table} ${name}`,
    resource: resource.ingestName,
    sql: `create policy ${name} on ${table} for select to ${role}\n  using (${condition});`,
  })
  const conditions = [
    'not is_deleted',
    'office_key = any ((select mls.claim_offices())::text[])',
    '(is_published or not (select mls.claim_published_only()))',
    ...(resource.restricted ? [`(select mls.claim_granted(${literal(resource.name)}))`] : []),
  ]
  return [
    policy('api_read', 'mls_api_read', `\n    ${conditions.join('\n    and ')}\n  `),
    policy('tenant_read', 'authenticated', 'tenant_id = any ((select mls.visible_tenant_ids())::uuid[])'),
  ]
}

interface Index {
  name: string
  /** Columns in SQL. */
  on: string
  include?: string
  isUnique?: true
  ofAll?: true
}

/** A map of a whole market groups a million listings: with these in the index no row of them is touched. */
const shownOnMaps = ['StandardStatus', 'ListPrice', 'Latitude', 'Longitude']

/** What is included makes counts possible that touch no row: 16,000 of 100,000 of an office in 4 ms instead of 19. */
function indexesOf(resource: Resource): Index[] {
  const counted = 'office_key, is_published'
  const has = (name: string) => resource.fields.some((field) => field.name === name)
  return [
    { name: 'key', on: identifier(resource.key), isUnique: true },
    resource.large
      ? { name: 'seq', on: 'seq', include: counted, isUnique: true }
      : { name: 'seq', on: 'seq' },
    { name: 'office_seq', on: 'office_key, seq', ...(resource.large && { include: 'is_published' }) },
    { name: 'modified', on: '"ModificationTimestamp", seq' },
    { name: 'office_modified', on: 'office_key, "ModificationTimestamp", seq' },
    ...(hasPlace(resource)
      ? [{ name: 'place', on: 'geo_cell' }, {
        name: 'office_place',
        on: 'office_key, geo_cell',
        include: ['is_published', ...shownOnMaps.filter(has).map(identifier)].join(', '),
      }]
      : []),
    // whoever reads a large one as a user asks for records by their id
    ...(resource.large ? [] : [{ name: 'tenant', on: 'tenant_id', ofAll: true as const }]),
    ...(resource.indexes ?? []).map(({ name, fields, covers }): Index => ({
      name,
      on: fields.map((field) =>
        field.split(' ').map((word, n) => n === 0 ? identifier(word) : word).join(' ')
      )
        .join(', '),
      ...(covers && { include: counted }),
    })),
  ]
}

function indexes(resource: Resource): GeneratedObject[] {
  const table = servedName(resource)
  return indexesOf(resource).map(({ name, on, include, isUnique, ofAll }) => ({
    kind: 'index',
    subject: 'serving',
    signature: `public.${table}_${name}`,
    resource: resource.ingestName,
    sql: `create ${isUnique ? 'unique ' : ''}index ${table}_${name} on public.${table} (${on})${
      include ? ` include (${include})` : ''
    }${ofAll ? '' : ' where not is_deleted'};`,
  }))
}

/** The table and the view of sensitive fields, of a resource that has none any more. */
export function obsoleteTables(resources: readonly Resource[]): ObsoleteTable[] {
  return resources.filter((resource) => sensitiveFields(resource).length === 0).map((resource) => {
    const table = `public.${servedName(resource)}_sensitive`
    const sql = `drop view if exists mls.granted_${storedName(resource)};\ndrop table ${table};`
    return { table, resource: resource.ingestName, sql }
  })
}

/** The served table of a resource with all that belongs to it. */
export function servedTables(resource: Resource): GeneratedObject[] {
  const isSplit = sensitiveFields(resource).length > 0
  return [
    servedTable(resource),
    ...indexes(resource),
    ...policies(resource),
    ...(isSplit ? [sensitiveTable(resource), grantedView(resource)] : []),
  ]
}
