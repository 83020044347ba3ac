import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seedMarkets } from '../support/listings.ts'
import { dashListing, guidOf } from '../support/sources/dash-listing.ts'
import { addSource, runNow } from '../support/sources/hub.ts'

/**
 * A market whose listings go to Dash and are read back from it by the source DASH_API, in each phase: one home for each
 * listing, changes from the other side only where they are followed, and nothing that was pushed counts as a change.
 */
let database: TestDatabase
let dash: TestDash
let source: string

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
  dash = await startDash()
  const { environment } = dash
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  source = await addSource(database.pool, {
    office_key: 'SHARPSIR-KZ-001',
    code: 'DASHKZ',
    key_prefix: 'DASH_',
    provider: 'DASH_API',
    mapping_version: 2,
    settings: {
      api_url: environment.DASH_API_URL,
      okta_token_url: environment.DASH_OKTA_TOKEN_URL,
      scope: environment.DASH_OKTA_SCOPE,
      office_guid: 'KZ-OFFICE',
    },
    credentials: {
      client_id: environment.DASH_OKTA_CLIENT_ID!,
      client_secret: environment.DASH_OKTA_CLIENT_SECRET!,
      api_key: environment.DASH_API_KEY!,
    },
  })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const phase = (name: string) =>
  query(
    `update public.mls_portal_definitions p set phase = $1 from public.mls_tenants t where t.id = p.tenant_id and t.code = 'KZ' and p.code = 'SIR_GLOBAL'`,
    [name],
  )
const deliver = () => runDeliveries(database.pool)
const pull = (mode: 'FULL' | 'DELTA' = 'FULL') => runNow(database.pool, source, mode)

/** Somebody at Dash edits a listing, or adds one. */
const atDash = (listing: Record<string, unknown>) =>
  fetch(`${dash.url}/sandbox/listings`, { method: 'PUT', body: JSON.stringify(listing) })
const thereOf = async (guid: string) =>
  (await dash.listings()).find(({ listingGuid }) => listingGuid === guid)!
const callsOf = async (guid: string) => (await dash.calls()).find(({ listingGuid }) => listingGuid === guid)

const hereOf = async (id: string) =>
  (await query(
    `select list_price::float8 as price, status::text, name, origin_deleted as gone, latitude::float8,
       (select count(*)::int from public.mls_listing_media m where m.listing_id = l.id and not m.origin_deleted) as photos,
       (select count(*)::int from public.mls_price_history h where h.listing_id = l.id and h.source = 'INGRESS') as prices_followed,
       (select count(*)::int from public.mls_listing_tasks t where t.listing_id = l.id) as tasks
     from public.mls_listings l where id = $1`,
    [id],
  ))[0]
/** What exists at all: nothing that returns may add to it. */
const homes = async () =>
  (await query(
    `select (select count(*)::int from public.mls_listings) as listings, (select count(*)::int from public.mls_listing_media) as media,
       (select count(*)::int from public.mls_listing_origins) as origins, (select count(*)::int from public.mls_listing_syndications) as syndications`,
  ))[0]

/** Pulls and delivers until nothing moves: a change that runs in circles would never rest. */
async function settle(): Promise<void> {
  await deliver()
  for (const mode of ['FULL', 'DELTA'] as const) {
    expect(await pull(mode)).toMatchObject({
      status: 'finished',
      counts: { insert: 0, reject: 0, delete: 0 },
    })
    expect(await deliver()).toMatchObject({ sent: 0, withdrawn: 0 })
  }
}

/** A listing of Dash, claimed here and published to it. */
async function claimed(number: number, changes: Record<string, unknown> = {}): Promise<string> {
  await atDash(dashListing(number, changes))
  expect(await pull()).toMatchObject({ status: 'finished', counts: { insert: 1 } })
  const [{ id }] = await query(
    `update public.mls_listings set claimed_at = now(), status = 'MARKETING_REVIEW' where origin_key = $1 returning id`,
    [`DASH_${guidOf(number)}`],
  )
  await query(`update public.mls_listings set status = 'PUBLISHED' where id = $1`, [id])
  await query(`select mls.syndicate($1, 'SIR_GLOBAL')`, [id])
  return id
}

/** A listing made here, with two photos, published to Dash. */
async function made(number: number): Promise<{ id: string; guid: string }> {
  const [{ id }] = await query(
    `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, is_externally_managed, claimed_at, ref, status,
       city, country, property_type, property_class, property_subtype, list_price, currency_code, name, public_remarks, latitude, longitude)
     select id, 'SHARPSIR-KZ-001', 'MANUAL', false, now(), $1, 'MARKETING_REVIEW', 'Астана', 'KZ', 'Residential', 'RESI', 'Apartment',
       500000, 'KZT', 'Ours', 'Made here.', 51.1, 71.4
     from public.mls_tenants where code = 'KZ' returning id`,
    [`HUB-${number}`],
  )
  await query(
    `insert into public.mls_listing_media (tenant_id, listing_id, originating_office_key, media_key, media_url, display_order)
     select l.tenant_id, l.id, l.originating_office_key, 'HUB-' || $2 || '-' || n, 'https://photos.example/' || $2 || '/' || n || '.jpg', n
     from public.mls_listings l, generate_series(1, 2) n where l.id = $1`,
    [id, String(number)],
  )
  await query(`update public.mls_listings set status = 'PUBLISHED' where id = $1`, [id])
  await query(`select mls.syndicate($1, 'SIR_GLOBAL')`, [id])
  expect(await deliver()).toMatchObject({ sent: 1 })
  const [{ guid }] = await query(
    `select external_id as guid from public.mls_listing_syndications where listing_id = $1`,
    [id],
  )
  return { id, guid }
}

describe('PULL: Dash is the source and is sent nothing', () => {
  test('what Dash says is followed, and no edit here reaches it', async () => {
    await phase('PULL')
    const id = await claimed(1)
    expect(await deliver()).toMatchObject({ sent: 0, withdrawn: 0 })
    await query(`update public.mls_listings set list_price = 7, name = 'Mine' where id = $1`, [id])
    await deliver()
    expect(await thereOf(guidOf(1))).toMatchObject({ listPrice: 100_001 })
    expect(await callsOf(guidOf(1))).toBeUndefined()
    await atDash({ listingGuid: guidOf(1), listPrice: 120_000 })
    expect(await pull('DELTA')).toMatchObject({ counts: { track: 1, insert: 0 } })
    expect(await hereOf(id)).toMatchObject({ price: 120_000, name: 'Mine', photos: 2, prices_followed: 1 })
    await settle()
    expect(await callsOf(guidOf(1))).toBeUndefined()
  })
})

describe('ROUND_TRIP: listings of Dash go back to it', () => {
  test('edits on both sides meet: each side once, no echo, no second photo', async () => {
    await phase('ROUND_TRIP')
    const id = await claimed(2)
    await settle()
    const before = await homes()
    expect(await thereOf(guidOf(2))).toMatchObject({ listPrice: 100_002, statusCode: 'AC' })

    await query(`update public.mls_listings set list_price = 130000, name = 'Edited here' where id = $1`, [
      id,
    ])
    await settle()
    expect(await thereOf(guidOf(2))).toMatchObject({
      listPrice: 130_000,
      propertyDetails: { propertyName: 'Edited here' },
    })
    expect(await hereOf(id)).toMatchObject({ price: 130_000, prices_followed: 0, tasks: 0, photos: 2 })

    // there: a price, a place and a name; the name is a broker's after a claim
    const { propertyDetails } = await thereOf(guidOf(2)) as unknown as {
      propertyDetails: { location: object }
    }
    await atDash({
      listingGuid: guidOf(2),
      listPrice: 140_000,
      propertyDetails: {
        ...propertyDetails,
        propertyName: 'Edited there',
        location: { ...propertyDetails.location, latitude: 43.5 },
      },
    })
    expect(await pull('DELTA')).toMatchObject({ counts: { track: expect.any(Number), insert: 0 } })
    expect(await hereOf(id)).toMatchObject({
      price: 140_000,
      latitude: 43.5,
      name: 'Edited here',
      prices_followed: 1,
      photos: 2,
    })
    expect(
      await query(
        `select field, theirs from public.mls_listing_drift where listing_id = $1 and field = 'X_PropertyName'`,
        [
          id,
        ],
      ),
    ).toEqual([{ field: 'X_PropertyName', theirs: 'Edited there' }])
    await settle()
    expect(await hereOf(id)).toMatchObject({ price: 140_000, prices_followed: 1, tasks: 0 })

    // both at once: the newer word of Dash came before the broker's, so the broker's stands and goes out
    await atDash({ listingGuid: guidOf(2), listPrice: 150_000 })
    await pull('DELTA')
    await query(`update public.mls_listings set list_price = 130000 where id = $1`, [id])
    await settle()
    expect(await hereOf(id)).toMatchObject({ price: 130_000, prices_followed: 2 })
    expect(await thereOf(guidOf(2))).toMatchObject({ listPrice: 130_000 })
    expect(await callsOf(guidOf(2))).toMatchObject({ create: 0 })
    expect(await homes()).toEqual(before)
  })

  test('a photo that is added here comes back under the id that Dash gave it, and is no second one', async () => {
    const id = await claimed(3)
    await settle()
    await query(
      `insert into public.mls_listing_media (tenant_id, listing_id, originating_office_key, media_key, media_url, display_order)
       select l.tenant_id, l.id, l.originating_office_key, 'ADDED-3', 'https://photos.example/added.jpg', 9
       from public.mls_listings l where l.id = $1`,
      [id],
    )
    await settle()
    expect((await thereOf(guidOf(3))).media).toHaveLength(3)
    expect(await hereOf(id)).toMatchObject({ photos: 3 })
  })

  test('withdrawn here is withdrawn there, and does not come back as news; withdrawn there likewise', async () => {
    const here = await claimed(4)
    const there = await claimed(5)
    await settle()
    await query(`update public.mls_listings set status = 'WITHDRAWN' where id = $1`, [here])
    await deliver()
    expect(await thereOf(guidOf(4))).toMatchObject({ statusCode: 'WD' })
    await settle()
    expect(await hereOf(here)).toMatchObject({ status: 'WITHDRAWN', tasks: 0, gone: false })

    await atDash({ listingGuid: guidOf(5), statusCode: 'WD' })
    expect(await pull('DELTA')).toMatchObject({ counts: { insert: 0, delete: 0 } })
    expect(await hereOf(there)).toMatchObject({ status: 'WITHDRAWN', tasks: 0 })
    await settle()
    expect(await thereOf(guidOf(5))).toMatchObject({ statusCode: 'WD' })
  })
})

describe('PUSH_ONLY: the hub is the source', () => {
  test('what was made here returns as ours through every edit, and no edit there touches it', async () => {
    await phase('PUSH_ONLY')
    const { id, guid } = await made(1)
    const before = await homes()
    expect(await pull()).toMatchObject({ status: 'finished', counts: { insert: 0, reject: 0 } })
    await settle()
    await atDash({ listingGuid: guid, listPrice: 1, statusCode: 'CL' })
    expect(await pull('DELTA')).toMatchObject({ counts: { insert: 0, reject: 0 } })
    expect(await hereOf(id)).toMatchObject({ price: 500_000, status: 'PUBLISHED', photos: 2, tasks: 0 })
    await query(`update public.mls_listings set list_price = 510000 where id = $1`, [id])
    await settle()
    expect(await thereOf(guid)).toMatchObject({ listPrice: 510_000, statusCode: 'AC' })
    expect(await hereOf(id)).toMatchObject({ price: 510_000, prices_followed: 0, photos: 2 })
    expect(await homes()).toEqual(before)
  })

  test('withdrawn here, gone there and made anew: one home all the time', async () => {
    const { id, guid } = await made(2)
    await settle()
    const before = await homes()
    await query(`update public.mls_listings set status = 'WITHDRAWN' where id = $1`, [id])
    await deliver()
    expect(await thereOf(guid)).toMatchObject({ statusCode: 'WD' })
    await settle()
    expect(await hereOf(id)).toMatchObject({ status: 'WITHDRAWN', gone: false, tasks: 0 })
    expect(await homes()).toEqual(before)
  })

  test('what Dash still manages stays there: nothing is pushed, nothing is withdrawn', async () => {
    const calls = await callsOf(guidOf(2))
    const [{ id }] = await query(`select id from public.mls_listings where origin_key = $1`, [
      `DASH_${guidOf(2)}`,
    ])
    await query(`update public.mls_listings set list_price = 1 where id = $1`, [id])
    await deliver()
    expect(await thereOf(guidOf(2))).toMatchObject({ statusCode: 'AC', listPrice: 130_000 })
    expect(await callsOf(guidOf(2))).toEqual(calls)
  })
})
