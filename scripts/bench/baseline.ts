import type pg from 'pg'
import { goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { pgType } from '../../functions/_shared/reso/sql-types.ts'

const fields = goldFields(property).filter((field) => field.column)
const names = fields.map((field) => `"${field.name}"`).join(', ')
const columns = fields.map((field) => `"${field.name}" ${pgType(field.type)}`).join(', ')
const held = `{${fields.map((field) => `"${field.name}"`).join(',')}}`

/**
 * What the merge is measured against: the least that must be written, listing and payload, by one `insert .. on
 * conflict do update` over a jsonb parameter, as owner, without row level security, triggers, decisions, history or
 * anything served. The same columns, six indexes, storage settings and work_mem as ours.
 */
export async function createBaseline(client: pg.Client): Promise<void> {
  await client.query(`
    create schema bare;
    create table bare.listings (key text primary key, ${columns}, extensions jsonb) with (toast_tuple_target = 8160);
    alter table bare.listings alter extensions set storage external;
    alter table bare.listings alter "PublicRemarks" set storage external;
    create table bare.origins (key text primary key, payload jsonb);
    alter table bare.origins alter payload set storage external;
    ${
    ['ListingId', 'City', 'ModificationTimestamp', 'StandardStatus', 'ListAgentKey', 'ListPrice']
      .map((name) => `create index on bare.listings ("${name}");`).join('\n')
  }
    set work_mem = '64MB'`)
}

const upsert = `
  with incoming as materialized (select e as r from jsonb_array_elements($1::jsonb) e),
  written as (
    insert into bare.listings (key, ${names}, extensions)
    select r ->> 'ListingKey', ${fields.map((field) => `x."${field.name}"`).join(', ')}, r - '${held}'::text[]
    from incoming cross join lateral jsonb_to_record(r) as x (${columns})
    on conflict (key) do update set
      ${
  fields.map((field) => `"${field.name}" = excluded."${field.name}"`).join(', ')
}, extensions = excluded.extensions
  )
  insert into bare.origins select r ->> 'ListingKey', r from incoming
  on conflict (key) do update set payload = excluded.payload`

export async function writeBaseline(client: pg.Client, records: string): Promise<void> {
  await client.query(upsert, [records])
}
