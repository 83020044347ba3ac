import type pg from 'pg'

export interface Table {
  /** Qualified and quoted. */
  name: string
  /** Stored columns, quoted: what Postgres generates is generated anew. */
  columns: string[]
}

export interface Sequence {
  name: string
  value: string
  isCalled: boolean
}

/** What a dump holds, beside a file for each table. */
export interface Manifest {
  madeAt: string
  tables: (Table & { rows: number; file: string })[]
  sequences: Sequence[]
}

const ours = `n.nspname in ('public', 'mls') and not exists (
  select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')`

/** Every table of the hub. The ledger of migrations is not among them: the project has its own. */
export async function tablesOf(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select format('%I.%I', n.nspname, c.relname) as name, array_agg(quote_ident(a.attname)::text order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind = 'r' and ${ours}
    group by 1 order by 1`)
  return rows
}

/** Every sequence of the hub, and where it stands. */
export async function sequencesOf(client: pg.ClientBase): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and ${ours} order by 1`)
  const sequences: Sequence[] = []
  for (const { name } of rows) {
    const { rows: [at] } = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${name}`,
    )
    sequences.push({ name, value: at!.value, isCalled: at!.called })
  }
  return sequences
}

export interface ForeignKey {
  table: string
  name: string
  definition: string
}

/** The foreign keys of the hub's tables: without them tables can be filled in any order. */
export async function foreignKeysOf(client: pg.ClientBase): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(`
    select format('%I.%I', n.nspname, c.relname) as table, quote_ident(k.conname) as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and c.relkind = 'r' and ${ours} order by 1, 2`)
  return rows
}
