import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { actors } from '../support/access/actors.ts'
import { relations, rightsOf } from '../support/access/matrix.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/**
 * Who can do what, tried and not looked up: every relation x every kind of actor x insert, select, update, delete, and
 * EXECUTE on every function. What is expected stands in tests/fixtures/access/*.txt, for people to read: whoever adds
 * a table or a function says there who may use it.
 */
let database: TestDatabase
let fixture: { listing: string; tenant: string }
let hungary: string

const read = (path: string) => readFileSync(join(repository, 'tests', path), 'utf8')
const lines = (text: string) =>
  text.split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('#'))

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  await database.pool.query(
    `select mls.upsert_api_client(jsonb_build_object('client_id', 'portal_cy', 'name', 'Portal',
    'secret', repeat('x', 40), 'scopes', '["odata"]'::jsonb, 'offices', '["SHARPSIR-CY-001"]'::jsonb))`,
  )
  const rows = read('support/access/rows.sql')
  await database.pool.query(`begin; ${rows}; commit`)
  const { rows: [row] } = await database.pool.query(`
    select l.id as listing, l.tenant_id as tenant, (select id from mls_tenants where code = 'HU') as hungary
    from mls_listings l where l.origin_key = 'QOBRIX_matrix'`)
  fixture = { listing: row.listing, tenant: row.tenant }
  hungary = row.hungary
}, 60_000)
afterAll(() => database?.drop())

describe('tables and views', () => {
  const [header, ...rows] = lines(read('fixtures/access/tables.txt'))
  const names = header!.split(/\s+/).slice(1)

  it('grants what the table of expectations says, and nothing else', async () => {
    const who = actors(fixture.tenant, hungary)
    expect(Object.keys(who)).toEqual(names)
    const all = await relations(database.pool)
    const rights: string[][] = []
    for (const actor of Object.values(who)) rights.push(await rightsOf(database.pool, actor, all, fixture))
    const actual = all.map(({ name }, index) => [name, ...rights.map((of) => of[index])].join(' '))
    expect(actual).toEqual(rows.map((row) => row.split(/\s+/).join(' ')))
  })

  it('grants no right that row level security has no say in: TRUNCATE, REFERENCES, TRIGGER, MAINTAIN', async () => {
    const { rows } = await database.pool.query(`
      select c.oid::regclass::text as name, x.grantee::regrole::text as role, x.privilege_type
      from pg_class c, aclexplode(c.relacl) x
      where c.relnamespace in ('public'::regnamespace, 'mls'::regnamespace) and x.grantee <> c.relowner
        and x.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')`)
    expect(rows).toEqual([])
  })
})

describe('functions', () => {
  it('can be executed by those named beside them, and by nobody else', async () => {
    const { rows } = await database.pool.query<{ line: string }>(`
      select concat_ws(' ', p.oid::regprocedure::text, '|', string_agg(r.name, ' ' order by r.n)) as line
      from pg_proc p
      join (values (1, 'anon'), (2, 'authenticated'), (3, 'mls_api_read')) r (n, name)
        on has_function_privilege(r.name, p.oid, 'execute')
      where p.pronamespace in ('public'::regnamespace, 'mls'::regnamespace)
      group by p.oid`)
    const expected = lines(read('fixtures/access/functions.txt')).map((line) => line.replace(/ +\|/, ' |'))
    expect(rows.map(({ line }) => line).sort()).toEqual(expected.sort())
  })

  it('may call what they call, down to those that act with the rights of their owner', async () => {
    const { rows } = await database.pool.query(`
      with recursive f as (
        select p.oid, n.nspname || '.' || p.proname as name, p.prosecdef, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'mls')),
      call as materialized (
        select caller.oid, called.oid as called
        from f caller join f called on caller.oid <> called.oid and not caller.prosecdef
          and strpos(caller.body, called.name) > 0 and caller.body ~ ('\\m' || called.name || '\\s*\\(')),
      reached as (
        select r.role, f.oid from unnest('{anon,authenticated,service_role,mls_api_read}'::text[]) r (role), f
        where has_function_privilege(r.role, f.oid, 'execute')
        union
        select reached.role, call.called from reached join call using (oid))
      select distinct role, name from reached join f using (oid)
      where not exists (select from f g where g.name = f.name and has_function_privilege(role, g.oid, 'execute'))
      order by 1, 2`)
    expect(rows).toEqual([])
  })

  it('of ingest work for the service role', async () => {
    const client = await database.pool.connect()
    try {
      await client.query('begin; set local role service_role')
      for (
        const [name, record] of [
          ['ingest_listing', { ListingKey: 'QOBRIX_rpc', ListPrice: '1.50' }],
          ['ingest_listing_media', { MediaKey: 'QOBRIX_MEDIA_rpc', ResourceRecordKey: 'QOBRIX_rpc' }],
          ['ingest_contact', { ContactKey: 'QOBRIX_CONTACT_rpc' }],
        ] as const
      ) {
        const { rows } = await client.query(`select public.${name}($1) ->> 'outcome' as outcome`, [
          { ...record, OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' },
        ])
        expect(rows).toEqual([{ outcome: 'insert' }])
      }
    } finally {
      await client.query('rollback')
      client.release()
    }
  })

  it('have a fixed search path, and those with the rights of their owner stay out of reach of the Data API', async () => {
    const { rows } = await database.pool.query(`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace in ('public'::regnamespace, 'mls'::regnamespace)
        and (not coalesce(p.proconfig::text ~ 'search_path=', false) or (p.prosecdef and p.pronamespace = 'public'::regnamespace))`)
    expect(rows).toEqual([])
  })
})

describe('policies', () => {
  it('call no function per row', async () => {
    const { rows } = await database.pool.query(`
      select tablename, policyname, p.expression
      from pg_policies, lateral (values (qual), (with_check)) p (expression)
      where regexp_replace(p.expression, '\\( ?SELECT [^()]*(\\([^()]*\\)[^()]*)*\\)', '', 'g') ~ 'mls\\.[a-z_]+\\(|auth\\.[a-z_]+\\('`)
    expect(rows).toEqual([])
  })

  it('are one per role and action', async () => {
    const { rows } = await database.pool.query(`
      select tablename, role, action, count(*)::int
      from pg_policies, unnest(roles) role,
        unnest(case cmd when 'ALL' then '{SELECT,INSERT,UPDATE,DELETE}'::text[] else array[cmd] end) action
      where permissive = 'PERMISSIVE' group by 1, 2, 3 having count(*) > 1`)
    expect(rows).toEqual([])
  })

  it('stand on every table, enforced for its owner too', async () => {
    const { rows } = await database.pool.query(`
      select oid::regclass::text as name from pg_class
      where relnamespace in ('public'::regnamespace, 'mls'::regnamespace) and relkind in ('r', 'p')
        and not (relrowsecurity and relforcerowsecurity)`)
    expect(rows).toEqual([])
  })

  it('find an index under every foreign key, but for registries: their rows stay', async () => {
    const { rows } = await database.pool.query(`
      select c.conrelid::regclass::text as name, c.conname
      from pg_constraint c
      where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'mls'::regnamespace)
        and c.confrelid not in ('mls.resources'::regclass, 'mls.origin_systems'::regclass) and not exists (
        select from pg_index i where i.indrelid = c.conrelid and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)`)
    expect(rows).toEqual([])
  })
})
