import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, listing, seedMarkets } from '../support/gold.ts'

/** The index of words forgets what is no longer served, whatever else the clock had to do at the time. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const query = async (sql: string) => (await database.pool.query(sql)).rows
const batch = (from: number, amount: number) => Array.from({ length: amount }, (_, n) => listing(from + n))

it('forgets a record that went away before a load that one run did not finish', async () => {
  await ingest(database.pool, 'property', batch(0, 1))
  await query('select mls.index_words()')
  await query(`update public.mls_listings set origin_deleted = true where origin_key = 'QOBRIX_0'`)
  for (const from of [1, 1001]) await ingest(database.pool, 'property', batch(from, 1000))
  // no time at all: one piece of the load and no more
  await query(`select mls.index_words('0 seconds')`)
  await query('select mls.index_words()')
  expect(
    await query(
      `select count(*)::int as indexed, (select count(*)::int from public.served_property where not is_deleted) as served
      from mls.search_index where resource = 'property'`,
    ),
  ).toEqual([{ indexed: 2000, served: 2000 }])
})
