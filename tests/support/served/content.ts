import type pg from 'pg'
import { resources } from '../../../functions/_shared/reso/dictionary.ts'

/** Ingest names of the resources; views and served tables are named after them. */
export const resourceNames = resources.map(({ ingestName }) => ingestName)

/** Names of the resources over OData, and in events. */
export const entitySets = Object.fromEntries(resources.map(({ ingestName, name }) => [ingestName, name]))
const sensitive = resources.filter(({ fields }) => fields.some((field) => field.sensitive))
  .map(({ ingestName }) => ingestName)

/** By name, so that a session plans it once: planning it takes ten times as long as reading these few records. */
const views = {
  name: 'views',
  text: resourceNames.map((name) =>
    `select '${entitySets[name]} ' || record_id as record,
       md5((to_jsonb(v) - '{ModificationTimestamp,seq,tenant_id}'::text[])::text) as digest
     from public.${name}_reso v`
  ).join(' union all '),
}

/** What a consumer could see of every record, by the views: `Property <id>` -> a digest of its values. */
export async function readViews(client: pg.Pool | pg.ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query(views)
  return new Map(rows.map((row) => [row.record, row.digest]))
}

/** Entity events after a stamp, in order. */
export async function readEvents(client: pg.Pool | pg.ClientBase, after: string) {
  const { rows } = await client.query<{ sequence: string; record: string; kind: string }>(
    `select sequence, resource || ' ' || record_id as record, kind
     from public.mls_entity_events where sequence > $1 order by sequence`,
    [after],
  )
  return rows
}

/** The events that must have been written when the views said first this, then that. */
export function expectedEvents(before: Map<string, string>, after: Map<string, string>): string[] {
  const events: string[] = []
  for (const [record, digest] of after) {
    if (!before.has(record)) events.push(`${record} created`)
    else if (before.get(record) !== digest) events.push(`${record} updated`)
  }
  for (const record of before.keys()) if (!after.has(record)) events.push(`${record} deleted`)
  return events.sort()
}

/**
 * Empties every served table, builds it from its view, compares and rolls back. Answers the rows that differ; stamps
 * and tombstones are history, which a rebuild cannot know.
 */
export async function differencesToRebuild(client: pg.ClientBase): Promise<unknown[]> {
  const found: unknown[] = []
  await client.query('begin')
  try {
    for (const name of resourceNames) {
      const tables = [`served_${name}`, ...sensitive.includes(name) ? [`served_${name}_sensitive`] : []]
      const content = (table: string) =>
        `select to_jsonb(t) - '{stamp,ModificationTimestamp}'::text[] as row from public.${table} t
         where coalesce(to_jsonb(t) ->> 'is_deleted', 'false') = 'false'`
      for (const table of tables) await client.query(`create temp table was_${table} as ${content(table)}`)
      for (const table of tables) await client.query(`delete from public.${table}`)
      await client.query('select mls.rebuild_served($1)', [name])
      for (const table of tables) {
        const { rows } = await client.query(
          `(select 'kept' as side, * from (select row from was_${table} except ${content(table)}) a)
           union all (select 'rebuilt', * from (${content(table)} except select row from was_${table}) b)`,
        )
        found.push(...rows.map((row) => ({ table, ...row })))
      }
    }
  } finally {
    await client.query('rollback')
  }
  return found
}

/**
 * Records that disagree with their last event: another stamp, gone though it says otherwise or there though it says
 * gone, only one of the two there at all; and those whose time is not their stamp's.
 */
export async function contradictions(client: pg.Pool | pg.ClientBase): Promise<unknown[]> {
  const parts = resourceNames.map((name) =>
    `select '${name}' as resource, record_id, s.stamp, s.is_deleted, e.sequence, e.kind
     from public.served_${name} s
     full join (
       select distinct on (record_id) record_id, sequence, kind from public.mls_entity_events
       where resource = '${entitySets[name]}' order by record_id, sequence desc
     ) e using (record_id)
     where s.stamp is distinct from e.sequence or s.is_deleted is distinct from (e.kind = 'deleted')
       or s."ModificationTimestamp" <> mls.stamp_time(s.stamp)`
  )
  return (await client.query(parts.join(' union all '))).rows
}
