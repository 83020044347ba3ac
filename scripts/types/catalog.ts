import pg from 'pg'

/** A column as an app sees it. */
export interface Column {
  name: string
  type: string
  nullable: boolean
  /** Has a default or is generated: an insert may leave it out. */
  optional: boolean
  readable: boolean
  insertable: boolean
  updatable: boolean
}

export interface Reference {
  name: string
  columns: string[]
  table: string
  targets: string[]
  unique: boolean
}

export interface Relation {
  name: string
  isView: boolean
  comment: string | null
  columns: Column[]
  references: Reference[]
}

export interface Routine {
  name: string
  comment: string | null
  arguments: { name: string; type: string; optional: boolean }[]
  returns: string
  isSet: boolean
  /** Columns of a `returns table`. */
  table: { name: string; type: string }[] | null
}

export interface Catalog {
  relations: Relation[]
  routines: Routine[]
  enums: { name: string; values: string[] }[]
}

const relationsQuery = `
  select c.relname as name, c.relkind = 'v' as "isView", obj_description(c.oid, 'pg_class') as comment,
    (select jsonb_agg(jsonb_build_object(
        'name', a.attname, 'type', format_type(a.atttypid, null), 'nullable', not a.attnotnull,
        'optional', a.atthasdef or a.attidentity <> '' or not a.attnotnull,
        'readable', has_column_privilege('authenticated', c.oid, a.attnum, 'select'),
        'insertable', has_column_privilege('authenticated', c.oid, a.attnum, 'insert'),
        'updatable', has_column_privilege('authenticated', c.oid, a.attnum, 'update')) order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    (select coalesce(jsonb_agg(jsonb_build_object(
        'name', k.conname, 'table', k.confrelid::regclass::text,
        'columns', (select jsonb_agg(a.attname order by n) from unnest(k.conkey) with ordinality u (num, n)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num),
        'targets', (select jsonb_agg(a.attname order by n) from unnest(k.confkey) with ordinality u (num, n)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num),
        'unique', exists (select from pg_index i where i.indrelid = k.conrelid and i.indisunique and i.indpred is null
          and i.indkey::int2[] <@ k.conkey)) order by k.conname), '[]')
      from pg_constraint k join pg_class o on o.oid = k.confrelid and o.relnamespace = c.relnamespace
      where k.conrelid = c.oid and k.contype = 'f') as references
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and c.relname not like 'served\\_%'
    and (has_any_column_privilege('authenticated', c.oid, 'select') or has_any_column_privilege('anon', c.oid, 'select'))
  order by c.relname`

const routinesQuery = `
  select p.proname as name, obj_description(p.oid, 'pg_proc') as comment,
    (select coalesce(jsonb_agg(jsonb_build_object('name', p.proargnames[n], 'type', format_type(t, null),
        'optional', n > p.pronargs - p.pronargdefaults) order by n), '[]')
      from unnest(p.proargtypes::oid[]) with ordinality a (t, n)) as arguments,
    format_type(p.prorettype, null) as returns, p.proretset as "isSet",
    (select jsonb_agg(jsonb_build_object('name', p.proargnames[n], 'type', format_type(t, null)) order by n)
      from unnest(p.proallargtypes) with ordinality a (t, n) where p.proargmodes[n] = 't') as table
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
    and has_function_privilege('authenticated', p.oid, 'execute')
  order by p.proname`

const enumsQuery = `
  select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as values
  from pg_type t join pg_enum e on e.enumtypid = t.oid
  where t.typnamespace = 'public'::regnamespace group by t.typname order by t.typname`

/** What the database offers to a signed-in user of the Data API: names, types and rights. */
export async function readCatalog(url: string): Promise<Catalog> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(`set search_path = 'public'`)
    return {
      relations: (await client.query<Relation>(relationsQuery)).rows,
      routines: (await client.query<Routine>(routinesQuery)).rows,
      enums: (await client.query<{ name: string; values: string[] }>(enumsQuery)).rows,
    }
  } finally {
    await client.end()
  }
}
