import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, ingest, listing, outcomes, seedMarkets } from '../support/gold.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const one = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows[0]
const claim = (key: string) =>
  database.pool.query(
    `update public.mls_listings set claimed_at = now(), broker_id = gen_random_uuid(), status = 'DRAFT' where origin_key = $1`,
    [key],
  )

it('a column that vanished upstream blanks nothing, in resources without workflow too', async () => {
  const contact = {
    ContactKey: 'QOBRIX_CONTACT_1',
    OriginatingSystemOfficeKey: cyprus,
    ContactFirstName: 'Eleni',
    ContactEmail: 'eleni@example.com',
    ContactNationality: 'CY',
    X_QobrixContactRef: 'REF-1',
  }
  await ingest(database.pool, 'contacts', [contact])
  const { ContactEmail: _email, X_QobrixContactRef: _ref, ...less } = contact
  const receipt = await ingest(database.pool, 'contacts', [{
    ...less,
    ContactFirstName: 'Helen',
    ContactNationality: null,
  }])
  expect(outcomes(receipt)).toEqual(['refresh'])
  expect(
    await one(
      `select first_name, email, nationality, extensions ->> 'X_QobrixContactRef' as ref from public.mls_contacts`,
    ),
  ).toEqual({ first_name: 'Helen', email: 'eleni@example.com', nationality: null, ref: 'REF-1' })
})

it('a gold office does not overwrite the settings of a market office', async () => {
  const before = await one(`select name, extensions from public.mls_offices where office_key = $1`, [cyprus])
  const receipt = await ingest(database.pool, 'office', [
    { OfficeKey: cyprus, OfficeName: 'Another name', OriginatingSystemOfficeKey: cyprus },
  ])
  expect(outcomes(receipt)).toEqual(['skip'])
  expect(await one(`select name, extensions from public.mls_offices where office_key = $1`, [cyprus]))
    .toEqual(before)
})

it('a text that is no currency costs a claimed listing neither its price change nor its currency', async () => {
  await ingest(database.pool, 'property', [listing(1, { ListPriceCurrencyCode: 'USD' })])
  await claim('QOBRIX_1')
  const receipt = await ingest(database.pool, 'property', [
    listing(1, {
      ListPrice: 99,
      ListPriceCurrencyCode: 'euro',
      ModificationTimestamp: '2026-01-02T00:00:00Z',
    }),
  ])
  expect(outcomes(receipt)).toEqual(['track'])
  expect(
    await one(
      `select list_price::float, currency_code, currency_assumed from public.mls_listings where origin_key = 'QOBRIX_1'`,
    ),
  ).toEqual({ list_price: 99, currency_code: 'USD', currency_assumed: false })
})

it('a change of LeasePrice alone does not bring back the rent that a broker has changed', async () => {
  await ingest(database.pool, 'property', [listing(2, { LeaseAmount: 1000, LeasePrice: 900 })])
  await claim('QOBRIX_2')
  await database.pool.query(
    `update public.mls_listings set lease_amount = 1500 where origin_key = 'QOBRIX_2'`,
  )
  await ingest(database.pool, 'property', [
    listing(2, { LeaseAmount: 1000, LeasePrice: 950, ModificationTimestamp: '2026-01-02T00:00:00Z' }),
  ])
  expect(
    await one(
      `select lease_amount::float, extensions ? 'LeasePrice' as alias from public.mls_listings where origin_key = 'QOBRIX_2'`,
    ),
  ).toEqual({ lease_amount: 1500, alias: false })
  await ingest(database.pool, 'property', [
    listing(2, { LeaseAmount: 1100, LeasePrice: 950, ModificationTimestamp: '2026-01-03T00:00:00Z' }),
  ])
  expect(await one(`select lease_amount::float from public.mls_listings where origin_key = 'QOBRIX_2'`))
    .toEqual({ lease_amount: 1100 })
})

it('a source cannot use the keys of listings created here', async () => {
  const receipt = await ingest(database.pool, 'property', [listing(3, { ListingKey: 'MANUAL_3' })])
  expect(receipt.records).toMatchObject([{ outcome: 'reject', reason: 'reserved_key' }])
})
