import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { act, type Claims, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/** What stands behind Storage and Realtime: policies and publication. */
let database: TestDatabase
let who: ReturnType<typeof claimsOf>
let foreign: Claims
let file: string

const read = (path: string) => readFileSync(join(repository, 'tests/support/access', path), 'utf8')

/** As the library of hosted projects lets `postgres` act on the tables of the service, and as it does not elsewhere. */
async function asSuperuser(sql: string, at = database): Promise<void> {
  const superuser = new pg.Client({ connectionString: at.superuserUrl })
  await superuser.connect()
  await superuser.query(sql).finally(() => superuser.end())
}

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  await database.pool.query(`begin; ${read('rows.sql')}; delete from storage.objects where true; commit`)
  const { rows: [row] } = await database.pool.query(`
    select l.id, l.tenant_id, (select id from mls_tenants where code = 'HU') as hungary
    from mls_listings l where l.origin_key = 'QOBRIX_matrix'`)
  who = claimsOf(row.tenant_id)
  foreign = { ...who.admin, uoi: row.hungary }
  file = `${row.id}/terrace.jpg`
}, 60_000)
afterAll(() => database?.drop())

describe('Storage that the migrations may not touch', () => {
  it('is left alone, said aloud, and lets no user in', async () => {
    await asSuperuser(`
      drop policy mls_read on storage.objects; drop policy mls_insert on storage.objects;
      drop policy mls_update on storage.objects; drop policy mls_delete on storage.objects;
      delete from storage.buckets`)
    const client = await database.pool.connect()
    const warnings: string[] = []
    client.on('notice', ({ message }) => warnings.push(message!))
    try {
      await client.query('select mls.prepare_storage()')
    } finally {
      client.release(true)
    }
    expect(warnings).toEqual([expect.stringContaining('must be owner of table objects')])
    expect((await database.pool.query('select from storage.buckets')).rowCount).toBe(0)
    expect(await act(database.pool, who.admin, 'select id from storage.objects')).toEqual([])
  })

  it('is prepared later, once however often it is asked', async () => {
    await asSuperuser('select mls.prepare_storage(); select mls.prepare_storage()')
    const { rows } = await database.pool.query(
      `select policyname from pg_policies where schemaname = 'storage' order by 1`,
    )
    expect(rows.map(({ policyname }) => policyname)).toEqual([
      'mls_delete',
      'mls_insert',
      'mls_read',
      'mls_update',
    ])
  })

  it('is not there yet while its tables are those of an image before the service ran', async () => {
    const young = await createDatabase()
    try {
      await asSuperuser(
        `drop table storage.objects, storage.buckets;
         create table storage.buckets (id text, name text); create table storage.objects (bucket_id text, name text)`,
        young,
      )
      await young.pool.query('select mls.prepare_storage()')
      expect((await young.pool.query('select from storage.buckets')).rowCount).toBe(0)
    } finally {
      await young.drop()
    }
  })
})

describe('Storage', () => {
  const upload = (claims: Claims, name = file, bucket = 'mls-media') =>
    act(
      database.pool,
      claims,
      'insert into storage.objects (bucket_id, name, owner_id) values ($1, $2, $3)',
      [
        bucket,
        name,
        claims.sub,
      ],
    )
  const count = async (claims: Claims, verb: string) =>
    (await act(database.pool, claims, `${verb} returning id`)).length

  it('has three private buckets and a public one, with limits', async () => {
    const { rows } = await database.pool.query(
      'select id, public, file_size_limit / 1048576 as mb, cardinality(allowed_mime_types) > 0 as typed from storage.buckets order by id',
    )
    expect(rows).toEqual([
      { id: 'mls-documents', public: false, mb: '50', typed: true },
      { id: 'mls-media', public: false, mb: '100', typed: true },
      { id: 'mls-originals', public: false, mb: '50', typed: true },
      { id: 'mls-public', public: true, mb: '25', typed: true },
    ])
  })

  it('takes files from those who may change the listing, and from nobody else', async () => {
    await upload(who.broker)
    await upload(who.manager, file.replace('terrace', 'garden'))
    for (const claims of [who.user(77), foreign, { role: 'authenticated' }, { ...who.broker, crud: 'r' }]) {
      await expect(upload(claims)).rejects.toMatchObject({ code: '42501' })
    }
    for (const name of ['terrace.jpg', '../x', 'not-a-uuid/x', '/x']) {
      await expect(upload(who.broker, name)).rejects.toMatchObject({ code: '42501' })
    }
    for (const bucket of ['others', 'mls-public']) {
      await expect(upload(who.broker, file, bucket)).rejects.toThrow()
    }
  })

  it('shows files with the listing', async () => {
    const seen = async (claims: Claims) =>
      (await act(database.pool, claims, 'select id from storage.objects')).length
    expect([await seen(who.broker), await seen(who.manager), await seen(who.admin)]).toEqual([2, 2, 2])
    for (const stranger of [who.user(77), foreign, { role: 'authenticated' }]) {
      expect(await seen(stranger)).toBe(0)
    }
    expect(await count(foreign, 'update storage.objects set name = name')).toBe(0)
    expect(await count(who.broker, 'update storage.objects set name = name')).toBe(2)
  })

  it('lets people take away what they uploaded, and what others did with the right to delete', async () => {
    const without = (claims: Claims): Claims => ({ ...claims, crud: 'cru' })
    const names = async () =>
      (await database.pool.query('select name from storage.objects order by 1')).rows.map(({ name }) =>
        name.split('/')[1]
      )
    for (const stranger of [foreign, who.user(77), { ...who.broker, crud: 'ru' }]) {
      expect(await count(stranger, 'delete from storage.objects')).toBe(0)
    }
    expect(await count(without(who.manager), 'delete from storage.objects')).toBe(1)
    expect(await names()).toEqual(['terrace.jpg'])
    expect(await count(without(who.broker), 'delete from storage.objects')).toBe(1)
    await upload(who.broker)
    expect(await count(without(who.admin), 'delete from storage.objects')).toBe(0)
    expect(await count(who.manager, 'delete from storage.objects')).toBe(1)
  })

  it('keeps what a row names as it is: no file is exchanged behind it, no reviewed paper taken away', async () => {
    const listing = file.split('/')[0]
    const paper = `${listing}/deed.pdf`
    await upload(who.broker)
    await upload(who.broker, paper, 'mls-documents')
    await act(
      database.pool,
      who.broker,
      'insert into mls_listing_media (listing_id, storage_path) values ($1, $2)',
      [
        listing,
        file,
      ],
    )
    await act(
      database.pool,
      who.broker,
      `insert into mls_listing_documents (listing_id, document_type_id, storage_path, file_name)
       select $1, id, $2, 'deed.pdf' from mls_document_type_config limit 1`,
      [listing, paper],
    )
    expect(await count(who.broker, 'update storage.objects set version = version')).toBe(0)
    await database.pool.query(
      `update mls_listing_documents set status = 'APPROVED' where storage_path = $1`,
      [paper],
    )
    expect(await count({ ...who.broker, crud: 'cru' }, 'delete from storage.objects')).toBe(1)
    expect(await count(who.manager, 'delete from storage.objects')).toBe(1)
  })
})

describe('Realtime', () => {
  const now = async () =>
    (await database.pool.query('select coalesce(max(id), 0) as id from mls_signals')).rows[0].id
  const since = async (claims: Claims, id: string) =>
    (await act(
      database.pool,
      claims,
      'select topic, listing_id is not null as of_listing, user_id from mls_signals where id > $1 order by topic, user_id',
      [id],
    )).map((
      { topic, of_listing, user_id },
    ) => [topic, ...of_listing ? ['listing'] : [], ...user_id ? [user_id] : []])

  it('publishes one table, whose columns say nothing of what changed', async () => {
    const { rows } = await database.pool.query(
      `select tablename, attnames::text[] as columns from pg_publication_tables where pubname = 'supabase_realtime'`,
    )
    // Realtime sends what its subscriber may select, whatever columns a publication names
    expect(rows).toEqual([{
      tablename: 'mls_signals',
      columns: ['id', 'tenant_id', 'topic', 'listing_id', 'user_id', 'created_at'],
    }])
    const { rows: [kept] } = await database.pool.query(
      `select count(*)::int as columns from pg_attribute where attrelid = 'mls_signals'::regclass and attnum > 0`,
    )
    expect(kept.columns).toBe(6)
    await database.pool.query('select mls.publish_signals()')
  })

  it('tells those who see the listing, whom it concerns, and nobody else', async () => {
    const listing = file.split('/')[0]
    const before = await now()
    await act(database.pool, who.broker, `update mls_listings set name = 'Villa' where id = $1`, [listing])
    await act(
      database.pool,
      who.broker,
      `insert into mls_listing_tasks (listing_id, title, assigned_to) values ($1, 'Call', $2)`,
      [
        listing,
        who.user(77).sub,
      ],
    )
    await act(
      database.pool,
      who.broker,
      'update mls_listing_checklist_items set notes = $1 where listing_id = $2',
      [
        'done',
        listing,
      ],
    )
    const all = [['checklist', 'listing'], ['listing', 'listing'], ['task', 'listing', who.user(77).sub]]
    for (const claims of [who.broker, who.manager, who.admin]) {
      expect(await since(claims, before)).toEqual(all)
    }
    expect(await since(who.user(77), before)).toEqual([all[2]])
    for (const claims of [who.user(78), foreign, { role: 'authenticated' }, { ...who.broker, crud: 'cu' }]) {
      expect(await since(claims, before)).toEqual([])
    }
    const moved = await now()
    await act(
      database.pool,
      who.broker,
      `update mls_listing_tasks set assigned_to = $1 where title = 'Call'`,
      [who.broker.sub],
    )
    expect(await since(who.user(77), moved)).toEqual([all[2]])
  })

  it('tells the whole market that its inbox changed, once per batch and without an id', async () => {
    const before = await now()
    const { rows: [office] } = await database.pool.query(
      `select o.office_key, o.tenant_id from mls_offices o join mls_tenants t on t.id = o.tenant_id where t.code = 'CY' and o.is_market`,
    )
    await database.pool.query(
      `insert into mls_listings (tenant_id, origin_system, origin_key, originating_office_key, market)
       select $1, 'QOBRIX', 'QOBRIX_signal' || n, $2, 'CY' from generate_series(1, 50) n`,
      [office.tenant_id, office.office_key],
    )
    for (const claims of [who.broker, who.user(78), who.admin]) {
      expect(await since(claims, before)).toEqual([['inbox']])
    }
    expect(await since(foreign, before)).toEqual([])
    const claimed = await now()
    const [{ id }] = await act(
      database.pool,
      who.broker,
      `select id from mls_listings where origin_key = 'QOBRIX_signal1'`,
    ) as [
      { id: string },
    ]
    await act(database.pool, who.broker, 'select claim_listing($1)', [id])
    expect(await since(who.user(78), claimed)).toEqual([['inbox']])
    expect(await since(who.broker, claimed)).toContainEqual(['listing', 'listing'])
  })

  it('keeps signals for a day, and takes none from users', async () => {
    await expect(
      act(database.pool, who.admin, `insert into mls_signals (tenant_id, topic) values ($1, 'inbox')`, [
        who.admin.uoi,
      ]),
    ).rejects.toMatchObject({ code: '42501' })
    await database.pool.query(`update mls_signals set created_at = now() - interval '25 hours' where true`)
    await database.pool.query('select mls.run_retention()')
    expect((await database.pool.query('select from mls_signals')).rowCount).toBe(0)
  })
})
