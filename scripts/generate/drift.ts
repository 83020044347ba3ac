import pg from 'pg'
import type { GeneratedObject } from './sql.ts'

/** Definition of an object as the database has it, null when it is missing. */
async function definition(client: pg.Client, { kind, signature }: GeneratedObject): Promise<string | null> {
  const query = kind === 'view'
    ? `select pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, '') || coalesce(obj_description(c.oid), '')
         || coalesce(c.relacl::text, '') as definition
       from pg_class c where c.oid = to_regclass($1)`
    : `select pg_get_functiondef(p.oid) || coalesce(obj_description(p.oid), '') || coalesce(p.proacl::text, '') as definition
       from pg_proc p where p.oid = to_regprocedure($1)`
  return (await client.query(query, [signature])).rows[0]?.definition ?? null
}

/**
 * The objects whose live definition is not what the dictionary asks for. Both sides are read from the same database,
 * before and after creating them in a transaction that is rolled back, so that only what Postgres understands counts.
 */
export async function findDrift(url: string, objects: GeneratedObject[]): Promise<GeneratedObject[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query('begin')
    const live = await Promise.all(objects.map((object) => definition(client, object)))
    const changed: GeneratedObject[] = []
    for (const [index, object] of objects.entries()) {
      await client.query('savepoint object')
      try {
        await client.query(object.sql)
        if (await definition(client, object) !== live[index]) changed.push(object)
      } catch (error) {
        // a view can be replaced only if its columns stay; then it must be dropped first
        await client.query('rollback to savepoint object')
        if (object.kind !== 'view') throw new Error(`${object.signature}: ${(error as Error).message}`)
        const recreated = { ...object, sql: `drop view ${object.signature};\n${object.sql}` }
        await client.query(recreated.sql)
        changed.push(recreated)
      }
    }
    return changed
  } finally {
    await client.query('rollback')
    await client.end()
  }
}

/** Fields of the dictionary for which a served table has no column of the right type: tables change by hand. */
export async function findMissingColumns(
  url: string,
  wanted: { table: string; name: string; type: string }[],
): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(
      `select w.table, w.name, w.type, format_type(a.atttypid, a.atttypmod) as live
       from jsonb_to_recordset($1) w ("table" text, name text, type text)
       left join pg_attribute a on a.attrelid = to_regclass(w.table) and a.attname = w.name and not a.attisdropped`,
      [JSON.stringify(wanted)],
    )
    const spoken: Record<string, string> = { 'timestamp with time zone': 'timestamptz' }
    return rows
      .filter((row) => (spoken[row.live] ?? row.live) !== row.type)
      .map((row) => `${row.table}: column "${row.name}" should be ${row.type}, is ${row.live ?? 'missing'}`)
  } finally {
    await client.end()
  }
}
