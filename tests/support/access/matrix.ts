import type pg from 'pg'
import type { Actor } from './actors.ts'
import { inserts } from './inserts.ts'

export interface Relation {
  name: string
  kind: 'table' | 'view'
  columns: string[]
}

/** Every table and view that the Data API could serve. */
export async function relations(pool: pg.Pool): Promise<Relation[]> {
  const { rows } = await pool.query<Relation>(`
    select c.relname as name, case c.relkind when 'v' then 'view' else 'table' end as kind,
      array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
    group by c.oid order by c.relname`)
  return rows
}

/** The rows of a relation that belong to the fixture. */
function fixtureRows(relation: Relation): string {
  const has = (column: string) => relation.columns.includes(column)
  if (relation.name === 'mls_listings') return 'id = $1 and $2::uuid is not null'
  if (relation.name === 'mls_tenants') return 'id = $2 and $1::uuid is not null'
  if (has('listing_id')) return 'listing_id = $1 and $2::uuid is not null'
  if (has('tenant_id')) return 'tenant_id = $2 and $1::uuid is not null'
  return '$1::uuid is not null and $2::uuid is not null'
}

async function become(client: pg.PoolClient, actor: Actor, claims: string | null): Promise<void> {
  await client.query(`set local role ${actor.role}`)
  if (actor.claims) {
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(actor.claims)])
  }
  if (claims) await client.query(`select set_config('mls.claims', $1, true)`, [claims])
}

/** No right; or a check that could not see the rows it needs, because the user may not. */
const refused = new Set(['42501', '23514'])
/** Raised behind the policy, by a row that others refer to or that is there already: the right itself was given. */
const granted = new Set(['23503', '23505'])

/** Whether a statement touches a row. A refusal is no; any error but a refusal is a fault of the test. */
async function touches(client: pg.PoolClient, sql: string, values: unknown[]): Promise<boolean> {
  try {
    const { rowCount } = await client.query(sql, values)
    return (rowCount ?? 0) > 0
  } catch (error) {
    const { code, message } = error as pg.DatabaseError
    if (granted.has(code ?? '')) return true
    if (refused.has(code ?? '')) return false
    throw new Error(`${sql}: ${code} ${message}`)
  } finally {
    await client.query('rollback to savepoint attempt')
  }
}

/** Of each relation a column the role may set, or any if there is none. */
async function settable(client: pg.PoolClient, names: string[], role: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ relation: string; name: string }>(
    `select relation, c.name from unnest($1::text[]) relation, lateral (
       select quote_ident(attname) as name from pg_attribute
       where attrelid = ('public.' || relation)::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a'
       order by has_column_privilege($2, attrelid, attnum, 'update') desc, attname <> 'version' desc, attnum limit 1) c`,
    [names, role],
  )
  return new Map(rows.map(({ relation, name }) => [relation, name]))
}

/**
 * What an actor can do with the fixture's rows of each relation, by trying: letters out of c, r, u, d; - for nothing. All
 * of it in one transaction, in which every attempt is undone before the next.
 */
export async function rightsOf(
  pool: pg.Pool,
  actor: Actor,
  relations: Relation[],
  fixture: { listing: string; tenant: string },
): Promise<string[]> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query(`select mls.api_client_context($1) ->> 'claims' as claims`, [
      actor.client,
    ])
    await client.query(`create temp table fixture on commit drop as
      select l.id as listing_id, l.tenant_id, (select id from mls_developments limit 1) as development_id,
        (select id from mls_document_type_config t where t.tenant_id = l.tenant_id limit 1) as document_type_id,
        (select id from mls_contacts limit 1) as contact_id,
        (select id from mls_portal_definitions p where p.tenant_id = l.tenant_id and p.code = 'LINKEDIN') as portal_id
      from mls_listings l where l.id = '${fixture.listing}'`)
    await client.query('grant select on fixture to public')
    const columns = await settable(client, relations.map(({ name }) => name), actor.role)
    await become(client, actor, rows[0].claims)
    await client.query('savepoint attempt')
    const rights: string[] = []
    for (const relation of relations) {
      rights.push(
        await rightsIn(client, actor.role, relation, columns.get(relation.name)!, fixture),
      )
    }
    return rights
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function rightsIn(
  client: pg.PoolClient,
  role: Actor['role'],
  relation: Relation,
  column: string,
  fixture: { listing: string; tenant: string },
): Promise<string> {
  const where = fixtureRows(relation)
  const values = [fixture.listing, fixture.tenant]
  const table = `public.${relation.name}`
  const insert = role === 'authenticated' ? inserts[relation.name] : undefined
  const can = {
    c: relation.kind === 'table' && role !== 'service_role' &&
      await touches(
        client,
        insert ?? `insert into ${table} default values`,
        insert?.includes('$1') ? [fixture.listing] : [],
      ),
    r: await touches(client, `select 1 from ${table} where ${where} limit 1`, values),
    u: relation.kind === 'table' &&
      await touches(client, `update ${table} set ${column} = ${column} where ${where}`, values),
    d: relation.kind === 'table' && await touches(client, `delete from ${table} where ${where}`, values),
  }
  if (role === 'service_role') {
    const { rows } = await client.query(
      `select v.letter from (values ('c', 'insert'), ('r', 'select'), ('u', 'update'), ('d', 'delete')) v (letter, right_name)
       where has_table_privilege($1::regclass, v.right_name) and ($2 = 'table' or v.letter = 'r')`,
      [table, relation.kind],
    )
    return rows.map((row) => row.letter).join('') || '-'
  }
  return Object.entries(can).filter(([, yes]) => yes).map(([letter]) => letter).join('') || '-'
}
