import type { ClientBase } from 'pg'
import type { Column, GeneratedObject } from './sql.ts'

/** How the database tells what an object is. Of a table only its columns count, which are compared one by one. */
const queries: Record<Exclude<GeneratedObject['kind'], 'table'>, string> = {
  view:
    `select pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, '') || coalesce(obj_description(c.oid), '')
       || coalesce(c.relacl::text, '') as definition
     from pg_class c where c.oid = to_regclass($1)`,
  function:
    `select pg_get_functiondef(p.oid) || coalesce(obj_description(p.oid), '') || coalesce(p.proacl::text, '') as definition
     from pg_proc p where p.oid = to_regprocedure($1)`,
  index: `select pg_get_indexdef(c.oid) as definition from pg_class c where c.oid = to_regclass($1)`,
  policy:
    `select concat(p.polcmd, p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid)) as definition from pg_policy p
     where p.polrelid = to_regclass(split_part($1, ' ', 1)) and p.polname = split_part($1, ' ', 2)`,
}

/** Definition of an object as the database has it, null when it is missing. */
export async function definition(
  client: ClientBase,
  { kind, signature }: GeneratedObject,
): Promise<string | null> {
  if (kind === 'table') throw new Error('The columns of a table are compared one by one.')
  return (await client.query(queries[kind], [signature])).rows[0]?.definition ?? null
}

/** The columns of a table or view in their order; null when there is none of that name. */
export async function liveColumns(client: ClientBase, table: string): Promise<Column[] | null> {
  const { rows } = await client.query<Column & { is_there: boolean }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, c.oid is not null as is_there
     from (select to_regclass($1) as oid) c
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     order by a.attnum`,
    [table],
  )
  if (!rows[0]?.is_there) return null
  return rows.map(({ name, type }) => ({ name, type: spoken(type) }))
}

const spoken = (type: string) => type === 'timestamp with time zone' ? 'timestamptz' : type
