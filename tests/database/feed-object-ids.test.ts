import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, listing, seedMarkets } from '../support/gold.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

it('the object ids of a feed survive their listing and are never given twice', async () => {
  const { pool } = database
  const { rows: [{ id: portal }] } = await pool.query(
    `insert into public.mls_portal_definitions (tenant_id, code, name, channel_type)
     select id, 'TEST_FEED', 'Test feed', 'FEED' from public.mls_tenants where code = 'CY' returning id`,
  )
  const ids = async () => {
    await pool.query(`update public.mls_listings set status = 'PUBLISHED' where status = 'INGESTED'`)
    await pool.query(
      `insert into public.mls_listing_syndications (tenant_id, listing_id, portal_id, status)
       select l.tenant_id, l.id, $1, 'ACTIVE' from public.mls_listings l on conflict do nothing`,
      [portal],
    )
    await pool.query('select mls.assign_object_ids($1)', [portal])
    const { rows } = await pool.query(
      `select listing_key, object_id::int as id from public.mls_feed_object_ids where portal_id = $1 order by 1`,
      [portal],
    )
    return Object.fromEntries(rows.map(({ listing_key, id }) => [listing_key, id]))
  }
  await ingest(pool, 'property', [listing(1), listing(2)])
  const first = await ids()
  expect(first).toEqual({ QOBRIX_1: 1, QOBRIX_2: 2 })
  await pool.query(`delete from public.mls_listings where origin_key = 'QOBRIX_2'`)
  await ingest(pool, 'property', [listing(3)])
  expect(await ids()).toEqual({ ...first, QOBRIX_3: 3 })
  await ingest(pool, 'property', [listing(2)])
  expect(await ids()).toEqual({ ...first, QOBRIX_3: 3 })
})
