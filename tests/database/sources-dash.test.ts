import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import {
  addMarket,
  addSource,
  listingsOf,
  runNow,
  runThroughFaults,
  start,
  viewRun,
  work,
} from '../support/sources/hub.ts'

/** DASH_API against the reading side of the sandbox Dash. */
let database: TestDatabase
const open: TestDash[] = []
const pool = () => database.pool
let markets = 0
const guidOf = (number: number) => `AAAAAAAA-0000-4000-8000-${String(number).padStart(12, '0')}`

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(async () => void await Promise.all(open.splice(0).map((dash) => dash.close())))
afterAll(() => database?.drop())

function listing(number: number, changes: Record<string, unknown> = {}) {
  return {
    listingGuid: guidOf(number),
    listingId: `D-${number}`,
    statusCode: 'AC',
    family: 'residentialsales',
    listPrice: 100_000 + number,
    currencyCode: 'EUR',
    listedDate: '2026-01-05',
    office: { officeGuid: 'OFFICE-1' },
    primaryAgent: { personGuid: 'P-1' },
    propertyDetails: {
      typeDescription: 'Residential',
      subtypeDescription: 'Condominium',
      noOfBedrooms: '2',
      livingArea: 1000,
      livingAreaUnitCode: 'SF',
      location: { city: 'Алматы', countryCode: 'KZ', latitude: 43.2, longitude: 76.9 },
      features: [{ featureGroupDescription: 'Heating \u2013 Fuel Type', featureDescription: 'Gas' }, {
        featureGroupDescription: 'Cooling',
        featureDescription: 'No A/C',
      }],
    },
    remarks: [{ remark: ' By the park. ', remarkType: 'PublicRemarks', language: 'en' }],
    media: [1, 2].map((order) => ({
      mediaGuid: `M-${number}-${order}`,
      sequenceNumber: order,
      isDefault: order === 1,
      url: `https://img.example.com/${number}/${order}.jpg`,
      formatCode: 'IM',
    })),
    ...changes,
  }
}

async function network(count = 6, members: Record<string, unknown> = {}) {
  const dash = await startDash()
  open.push(dash)
  const put = (record: Record<string, unknown>) =>
    fetch(`${dash.url}/sandbox/listings`, { method: 'PUT', body: JSON.stringify(record) })
  for (let number = 1; number <= count; number++) await put(listing(number))
  const code = `D${String.fromCharCode(65 + markets++)}`
  const office = await addMarket(pool(), code, { country: 'KZ', currency: 'KZT' })
  const { environment } = dash
  const source = await addSource(pool(), {
    office_key: office,
    code,
    provider: 'DASH_API',
    settings: {
      api_url: environment.DASH_API_URL,
      okta_token_url: environment.DASH_OKTA_TOKEN_URL,
      scope: environment.DASH_OKTA_SCOPE,
      office_guid: 'OFFICE-1',
    },
    credentials: {
      client_id: environment.DASH_OKTA_CLIENT_ID!,
      client_secret: environment.DASH_OKTA_CLIENT_SECRET!,
      api_key: environment.DASH_API_KEY!,
    },
    ...members,
  })
  return { dash, put, office, source, code }
}

describe('DASH_API', () => {
  it('reads the listings of its office, then what changed, is gone and returned', async () => {
    const { dash, put, source, office, code } = await network()
    await put(listing(50, { office: { officeGuid: 'OTHER' } })) // in the delta, which is not limited to the office
    await put(listing(51, { statusCode: 'ZZ' }))
    const full = await runNow(pool(), source)
    expect(full).toMatchObject({
      status: 'finished',
      counts: { insert: 7, reject: 0 },
      counts_by_resource: { media: { insert: 14 } },
    })
    const key = (number: number) => `${code}_${guidOf(number)}`
    const first = new Map((await listingsOf(pool(), office)).map((row) => [row.key, row]))
    expect(first.has(key(50))).toBe(false)
    // a code that nobody knows is nothing that could be published
    expect(first.get(key(51))).toMatchObject({ status: 'ZZ' })
    const { rows: [row] } = await pool().query(
      `select living_area::text as area, bedrooms, heating_type, cooling_features as cooling, public_remarks as remarks, list_agent_key as agent, source_standard_status as status from mls_listings where origin_key = $1`,
      [key(1)],
    )
    expect(row).toEqual({
      area: '92.90',
      bedrooms: 2,
      heating_type: 'Gas',
      cooling: 'No A/C',
      remarks: 'By the park.',
      agent: `${code}_AGENT_P-1`,
      status: 'Active',
    })

    await put(listing(1, { listPrice: 7 }))
    await put(
      listing(2, {
        media: [{ mediaGuid: 'NEW', url: 'https://img.example.com/new.jpg', formatCode: 'IM' }, {
          mediaGuid: 'SECRET',
          url: 'https://img.example.com/x.jpg',
          isDistributable: false,
        }],
      }),
    )
    await put(listing(9))
    await fetch(`${dash.url}/sandbox/listings/${guidOf(3)}`, { method: 'DELETE' })
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { insert: 1, delete: 1, reject: 0 },
    })
    const now = new Map((await listingsOf(pool(), office)).map((listing) => [listing.key, listing]))
    expect(now.get(key(1))).toMatchObject({ price: '7.00' })
    expect(now.get(key(3))).toMatchObject({ gone: true })
    const { rows: media } = await pool().query(
      `select origin_media_key as key from mls_listing_media where resource_record_key = $1 and not origin_deleted`,
      [key(2)],
    )
    expect(media).toEqual([{ key: `${code}_MEDIA_NEW` }])
    await put(listing(3))
    await runNow(pool(), source, 'DELTA')
    expect((await listingsOf(pool(), office)).find((listing) => listing.key === key(3))).toMatchObject({
      gone: false,
    })
  })

  it('flags nothing where a record cannot be read, goes on through faults, and renews its token', async () => {
    const { dash, source, office } = await network(12)
    await runNow(pool(), source)
    await dash.revokeTokens()
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ status: 'finished', counts: { delete: 0 } })
    await dash.faults({ rate: 0.3, kinds: ['error', 'drop'] })
    expect(await runThroughFaults(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 0, refresh: 0, delete: 0 },
    })
    await dash.faults({ rate: 1, kinds: ['error'] })
    const failing = await start(pool(), source, 'FULL')
    await runSlice(pool(), (await claimRun(pool(), { source }))!)
    expect(await viewRun(pool(), failing)).toMatchObject({
      status: 'waiting',
      error: { code: 'server_error' },
    })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
    await dash.faults({ rate: 1, kinds: ['rate_limit'] })
    await pool().query(`update mls_source_runs set due_at = clock_timestamp() where id = $1`, [failing])
    const order = await claimRun(pool(), { source })
    if (order) await runSlice(pool(), order)
    expect(await viewRun(pool(), failing)).toMatchObject({
      status: 'waiting',
      error: { code: 'rate_limited' },
    })
    await dash.faults({ rate: 0 })
    await work(pool(), source)
    expect(await viewRun(pool(), failing)).toMatchObject({ status: 'finished' })
  })

  it('keeps to its quota, and pauses for refused credentials', async () => {
    const { source, office } = await network(6, { max_listings: 4 })
    expect(await runNow(pool(), source)).toMatchObject({ quota_reached: true, counts: { insert: 4 } })
    expect(await listingsOf(pool(), office)).toHaveLength(4)
    const { source: other } = await network(1, {
      credentials: { client_id: 'x', client_secret: 'y', api_key: 'z' },
    })
    expect(await runNow(pool(), other)).toMatchObject({ status: 'failed', error: { code: 'unauthorized' } })
  })

  it('survives a schema that changes, and is cancelled', async () => {
    const { put, source, office } = await network(3)
    await runNow(pool(), source)
    await put(
      listing(1, {
        listPrice: { value: 5 },
        propertyDetails: 'none',
        remarks: 'text',
        media: 'none',
        primaryAgent: null,
      }),
    )
    await put(
      listing(2, {
        listedDate: 'yesterday',
        propertyDetails: { features: { a: 1 }, livingArea: 'big', location: [] },
      }),
    )
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { reject: 0, delete: 0 },
    })
    const run = await start(pool(), source, 'FULL')
    const order = await claimRun(pool(), { source })
    await pool().query('select mls.cancel_source_run($1, $2)', [run, '{"name": "test"}'])
    await runSlice(pool(), order!, { page: 1 })
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'cancelled' })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
  })

  it('gives rents, classes and the currency as they are with version 2 of its mapping', async () => {
    const { put, source, code } = await network(0, { mapping_version: 2 })
    await put(
      listing(1, {
        family: 'commercialleases',
        propertyDetails: { typeDescription: 'Commercial Lease' },
        listPrice: 900,
      }),
    )
    await runNow(pool(), source)
    const { rows: [row] } = await pool().query(
      `select property_type, property_class, lease_amount::text, list_price, currency_code from mls_listings where origin_key = $1`,
      [`${code}_${guidOf(1)}`],
    )
    expect(row).toEqual({
      property_type: 'CommercialLease',
      property_class: 'COML',
      lease_amount: '900.00',
      list_price: null,
      currency_code: 'EUR',
    })
  })
})

describe('DASH_FILE', () => {
  it('reads the same records from a file, each once, and by schedule only a new one', async () => {
    const market = await addMarket(pool(), 'DASHF', { country: 'HU', currency: 'HUF' })
    const older = listing(1, { listPrice: 1, lastUpdateOn: '2026-01-01T00:00:00Z' })
    let records: unknown[] = [
      listing(1, { listPrice: 2, lastUpdateOn: '2026-02-01T00:00:00Z' }),
      older,
      listing(2, { propertyDetails: null, media: null, remarks: null }),
      { listingGuid: null },
    ]
    const server = createServer((_, response) => response.end(JSON.stringify(records)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const source = await addSource(pool(), {
        office_key: market,
        code: 'DASHF',
        provider: 'DASH_FILE',
        settings: {
          format: 'json',
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hsir_export.json`,
        },
      })
      expect(await runNow(pool(), source)).toMatchObject({
        status: 'finished',
        counts: { insert: 2, reject: 1 },
      })
      const { rows } = await pool().query(
        `select list_price::text as price, country, property_type as type from mls_listings where originating_office_key = $1 order by origin_key`,
        [market],
      )
      expect(rows).toEqual([{ price: '2.00', country: 'KZ', type: 'Residential' }, {
        price: '100002.00',
        country: 'HU',
        type: 'Residential',
      }])
      records = [listing(2)]
      expect(await runNow(pool(), source, 'FULL', { force: true })).toMatchObject({
        status: 'finished',
        counts: { refresh: 1, delete: 1 },
      })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
