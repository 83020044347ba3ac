import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { httpAdapter } from '../../functions/_shared/delivery/channels/dash/http-adapter.ts'
import { dashSettings } from '../../functions/_shared/delivery/channels/dash/settings.ts'
import type { Job } from '../../functions/_shared/delivery/job.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, kazakhstan, outcomes } from '../support/gold.ts'
import { seedMarkets } from '../support/listings.ts'

/** A market in its round trip: Dash is the source of the listing, and is sent what is changed here. */
let database: TestDatabase
let dash: TestDash
let guid: string
let day = 0

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`update public.mls_portal_definitions
    set phase = 'ROUND_TRIP', config = config || '{"rent_member": "rent", "rent_frequency_member": "rentFrequency"}'
    where code = 'SIR_GLOBAL'`)

  const job = { portal: { config: {}, market: 'KZ' } } as Job
  const propertyDetails = { location: { city: 'Almaty' } }
  const record = { externalReference: 'KZ-1', listPrice: 100, statusCode: 'AC', propertyDetails }
  const options = { reference: 'KZ-1', idempotencyKey: 'KZ-1' }
  guid = (await httpAdapter(dashSettings(job)).create('residentialsales', record, options)).id
  expect(await pull()).toEqual(['insert'])
  await query(`update public.mls_listings set claimed_at = now(), status = 'MARKETING_REVIEW'`)
  await query(`update public.mls_listings set status = 'PUBLISHED'`)
  await query(`select mls.syndicate(id, 'SIR_GLOBAL') from public.mls_listings`)
  expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string) => (await database.pool.query(text)).rows
const there = async () => (await dash.listings())[0]!
const here = async () =>
  (await query('select list_price::float8, lease_amount::float8, status from public.mls_listings'))[0]
const fromSource = () =>
  query(`select price_kind, new_price::float8 from public.mls_price_history where source = 'INGRESS'`)

/** Dash as it stands now, as the next batch of gold. */
async function pull() {
  const { listPrice, rent, rentFrequency, currencyCode, statusCode } = await there()
  return outcomes(
    await ingest(database.pool, 'property', [{
      ListingKey: `DASH_${guid}`,
      ListingId: 'KZ-1',
      OriginatingSystemOfficeKey: kazakhstan,
      StandardStatus: statusCode === 'PS' ? 'Pending' : 'Active',
      PropertyType: 'Residential',
      City: 'Almaty',
      ListPrice: listPrice,
      ListPriceCurrencyCode: currencyCode,
      LeaseAmount: rent,
      LeaseAmountFrequency: rentFrequency,
      ModificationTimestamp: `2026-01-${String(++day).padStart(2, '0')}T00:00:00Z`,
    }]),
  )
}

test('what was pushed comes back as an echo, and never undoes a newer edit', async () => {
  await query(
    `update public.mls_listings set list_price = 120, lease_amount = 9, lease_amount_frequency = 'Monthly', status = 'UNDER_OFFER'`,
  )
  expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1 })
  expect(await there()).toMatchObject({ listPrice: 120, rent: 9, statusCode: 'PS' })

  await query(`update public.mls_listings set list_price = 125, lease_amount = 10, status = 'PUBLISHED'`)
  expect(await pull()).toEqual(['track'])
  expect(await here()).toEqual({ list_price: 125, lease_amount: 10, status: 'PUBLISHED' })
  expect(await fromSource()).toEqual([])
  expect(await query('select * from public.mls_listing_tasks')).toEqual([])

  expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1 })
  expect(await there()).toMatchObject({ listPrice: 125, rent: 10, statusCode: 'AC' })
  expect(await pull()).toEqual(['track'])
  expect(await runDeliveries(database.pool)).toMatchObject({ sent: 0 })
  expect(await dash.calls()).toMatchObject([{ create: 1, update: 3, unchanged: 0 }])
})

test('a price that somebody else sets at the source is followed', async () => {
  const settings = dashSettings({ portal: { config: {}, market: 'KZ' } } as Job)
  await httpAdapter(settings).update('residentialsales', guid, { listPrice: 130, rent: 11 })
  expect(await pull()).toEqual(['track'])
  expect(await here()).toMatchObject({ list_price: 130, lease_amount: 11 })
  expect(await fromSource()).toEqual(expect.arrayContaining([
    { price_kind: 'SALE', new_price: 130 },
    { price_kind: 'LEASE', new_price: 11 },
  ]))
})
