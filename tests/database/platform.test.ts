import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folders, repository } from '../../scripts/stack/layout.ts'
import { seedReference } from '../../scripts/stack/seed.ts'
import { act, type Claims, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

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
  database = await createDatabase()
  await seedReference(database.pool, folders.seed)
  await database.pool.query(`begin; ${read('rows.sql')}; commit`)
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
    act(database.pool, claims, 'insert into storage.objects (bucket_id, name) values ($1, $2)', [
      bucket,
      name,
    ])
  const count = async (claims: Claims, verb: string) =>
    (await act(database.pool, claims, `${verb} returning id`)).length

  it('has two private buckets with limits', async () => {
    const { rows } = await database.pool.query(
      'select id, public, file_size_limit / 1048576 as mb, cardinality(allowed_mime_types) > 0 as typed from storage.buckets order by id',
    )
    expect(rows).toEqual([
      { id: 'mls-documents', public: false, mb: '50', typed: true },
      { id: 'mls-media', public: false, mb: '100', typed: true },
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
    await expect(upload(who.broker, file, 'others')).rejects.toThrow()
  })

  it('shows files with the listing, and lets administrators alone delete them', async () => {
    const seen = async (claims: Claims) =>
      (await act(database.pool, claims, 'select id from storage.objects')).length
    expect([await seen(who.broker), await seen(who.manager), await seen(who.admin)]).toEqual([2, 2, 2])
    expect([await seen(who.user(77)), await seen(foreign), await seen({ role: 'authenticated' })]).toEqual([
      0,
      0,
      0,
    ])
    expect(await count(who.broker, 'update storage.objects set name = name')).toBe(2)
    expect(await count(foreign, 'update storage.objects set name = name')).toBe(0)
    expect(await count(who.broker, 'delete from storage.objects')).toBe(0)
    expect(await count(foreign, 'delete from storage.objects')).toBe(0)
    expect(await count(who.admin, 'delete from storage.objects')).toBe(2)
  })
})

describe('Realtime', () => {
  const published = async () =>
    (await database.pool.query<{ tablename: string; attnames: string[] }>(
      `select tablename, attnames::text[] from pg_publication_tables where pubname = 'supabase_realtime' order by 1`,
    )).rows

  it('publishes states and ids of what boards show', async () => {
    expect((await published()).map(({ tablename }) => tablename)).toEqual([
      'mls_listing_approvals',
      'mls_listing_checklist_items',
      'mls_listing_media',
      'mls_listing_syndications',
      'mls_listing_tasks',
      'mls_listings',
    ])
  })

  it('carries no text, price, place, address, contact or payload', async () => {
    const columns = new Set((await published()).flatMap(({ attnames }) => attnames))
    for (const column of columns) {
      expect(column).toMatch(
        /^(id|.*_id|ref|status|kind|version|priority|due_date|.*_at|is_.*|assigned_to|requested_by|decided_by|media_category|display_order|approval_type)$/,
      )
    }
  })

  it('publishes no table whose rows a subscriber could not be refused', async () => {
    const { rows } = await database.pool.query(`
      select p.tablename from pg_publication_tables p join pg_class c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
      where p.pubname = 'supabase_realtime' and not (c.relrowsecurity and has_any_column_privilege('authenticated', c.oid, 'select'))`)
    expect(rows).toEqual([])
  })
})
