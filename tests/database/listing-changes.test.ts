import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, listing, seedMarkets } from '../support/gold.ts'

/** What a statement that changes many listings at once writes: its history, and the parts of what is served. */

let database: TestDatabase
const amount = 40

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
  await ingest(
    database.pool,
    'property',
    Array.from({ length: amount }, (_, n) =>
      listing(n, {
        ListPrice: '100000.00',
        LeaseAmount: n % 2 === 0 ? '900.00' : null,
        LeaseAmountFrequency: 'Monthly',
        StandardStatus: 'Active',
        PublicRemarks: `${'Длинный рассказ о доме у моря. '.repeat(120)}${n}`,
      })),
  )
})
afterAll(() => database?.drop())

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const prices = () =>
  query(`
    select l.origin_key as key, h.price_kind as kind, h.old_price, h.new_price, h.frequency, h.source, h.reason
    from public.mls_price_history h join public.mls_listings l on l.id = h.listing_id order by l.seq, h.price_kind`)
const keyOf = (n: number) => listing(n).ListingKey as string

it('keeps prices and rents that one statement changed, and none that it left', async () => {
  await database.pool.query('delete from public.mls_price_history')
  await query(`update public.mls_listings set city = 'Nicosia'`)
  expect(await prices()).toEqual([])

  await query(
    `update public.mls_listings set city = 'Limassol',
       list_price = case when origin_key = any ($1) then null when origin_key = any ($2) then 120000 else list_price end,
       lease_amount = case when origin_key = any ($2) then 950 else lease_amount end`,
    [[keyOf(0)], [keyOf(1), keyOf(2)]],
  )
  const sale = { kind: 'SALE', old_price: '100000.00', frequency: null, source: 'SYSTEM', reason: null }
  const lease = { kind: 'LEASE', new_price: '950.00', frequency: 'Monthly', source: 'SYSTEM', reason: null }
  expect(await prices()).toEqual([
    { key: keyOf(0), ...sale, new_price: null },
    { key: keyOf(1), ...lease, old_price: null },
    { key: keyOf(1), ...sale, new_price: '120000.00' },
    { key: keyOf(2), ...lease, old_price: '900.00' },
    { key: keyOf(2), ...sale, new_price: '120000.00' },
  ])
})

it('keeps the statuses that one statement changed, with their reason', async () => {
  await database.pool.query('delete from public.mls_status_history')
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('mls.change_reason', 'spring cleaning', true)`)
    await client.query(
      `update public.mls_listings set status = 'WITHDRAWN', list_price = 1 where origin_key = any ($1)`,
      [[keyOf(5), keyOf(6)]],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
  const changed = {
    from_status: 'INGESTED',
    to_status: 'WITHDRAWN',
    trigger: 'SYSTEM',
    reason: 'spring cleaning',
  }
  expect(
    await query(`
      select l.origin_key as key, h.from_status, h.to_status, h.trigger, h.reason
      from public.mls_status_history h join public.mls_listings l on l.id = h.listing_id order by l.seq`),
  ).toEqual([{ key: keyOf(5), ...changed }, { key: keyOf(6), ...changed }])
  expect(await query(`select from public.mls_price_history where reason = 'spring cleaning'`)).toHaveLength(2)
})

it('leaves the document of a listing where it lies when only its price changes', async () => {
  const served = async () =>
    (await query(
      `select s.doc, s.doc_gold, s.doc_dd2, s.stamp, pg_column_toast_chunk_id(s.doc) as lies_at
       from public.served_property s where s."ListingKey" = $1`,
      [keyOf(20)],
    ))[0]
  const before = await served()
  expect(before.lies_at).not.toBeNull()

  await query('update public.mls_listings set list_price = 77777 where origin_key = $1', [keyOf(20)])
  const repriced = await served()
  expect(repriced).toMatchObject({ doc: before.doc, lies_at: before.lies_at })
  expect(Number(repriced.stamp)).toBeGreaterThan(Number(before.stamp))
  for (const document of [repriced.doc_gold, repriced.doc_dd2]) {
    expect(JSON.parse(`{${document}}`)).toMatchObject({ ListPrice: 77777 })
  }

  await query(
    `update public.mls_listings set public_remarks = 'Short.', list_price = 5 where origin_key = $1`,
    [
      keyOf(20),
    ],
  )
  const rewritten = await served()
  expect(JSON.parse(`{${rewritten.doc}}`)).toMatchObject({ PublicRemarks: 'Short.' })
  expect(JSON.parse(`{${rewritten.doc_gold}}`)).toMatchObject({ ListPrice: 5 })

  // it goes, and comes back as it was: the tombstone has kept its document
  await query('update public.mls_listings set origin_deleted = true where origin_key = $1', [keyOf(20)])
  await query('update public.mls_listings set origin_deleted = false where origin_key = $1', [keyOf(20)])
  expect(await served()).toMatchObject({ doc: rewritten.doc })
  expect(await query(`select mls.rebuild_served('property') as differing`)).toEqual([{ differing: '0' }])
})
