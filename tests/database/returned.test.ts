import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, hungary, ingest, listing, outcomes } from '../support/gold.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

/** What was pushed to a portal and comes back from it is ours: no second home of it, no second photo. */
let database: TestDatabase
let dash: TestDash
let count = 0
let guid: string

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
})
beforeEach(async () => {
  await publishListings(database.pool, 1, `QOBRIX_BACK${++count}_`)
  await runDeliveries(database.pool)
  const [row] = await query(
    `select s.external_id from public.mls_listing_syndications s join public.mls_listings l on l.id = s.listing_id
     join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'SIR_GLOBAL' where l.origin_key = $1`,
    [`QOBRIX_BACK${count}_1`],
  )
  guid = row.external_id
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const send = async (resource: string, ...records: GoldRecord[]) =>
  outcomes(await ingest(database.pool, resource, records))
const back = (changes: GoldRecord = {}) =>
  listing(1, { ListingKey: `DASH_${guid}`, ListingId: `BACK-${count}`, ListPrice: 5, ...changes })
const photo = (changes: GoldRecord = {}): GoldRecord => ({
  MediaKey: `M_BACK_${count}`,
  ResourceRecordKey: `DASH_${guid}`,
  OriginatingSystemOfficeKey: cyprus,
  MediaCategory: 'Photo',
  MediaType: 'image/jpeg',
  MediaURL: 'https://photos.example/back.jpg',
  Order: 0,
  ...changes,
})
const state = async () =>
  (await query(
    `select (select count(*)::int from public.mls_listings) as listings, (select count(*)::int from public.mls_listing_media) as media,
       (select jsonb_agg(jsonb_build_object('price', l.list_price, 'status', l.status, 'media', (select count(*) from public.mls_listing_media m where m.listing_id = l.id))
        order by l.seq) from public.mls_listings l) as all, (select count(*)::int from public.mls_listing_origins) as origins`,
  ))[0]

describe('a listing that we pushed', () => {
  test('comes back as what it is, with its photos, however often', async () => {
    const before = await state()
    expect(await send('property', back())).toEqual(['track'])
    expect(await send('media', photo(), photo({ MediaKey: `M_BACK_${count}_2` }))).toEqual(['track', 'track'])
    expect(
      await send(
        'property',
        back({ ListPrice: 9, StandardStatus: 'Withdrawn', ModificationTimestamp: '2026-02-01T00:00:00Z' }),
      ),
    ).toEqual(['track'])
    expect(await state()).toEqual(before)
  })

  test('in another spelling of its id, as a lease row, twice in a batch, beside new ones', async () => {
    const before = await state()
    expect(
      await send(
        'property',
        back({ ListingKey: `DASH_${guid.toUpperCase()}` }),
        back({ ListingKey: `DASH_${guid}_LEASE`, ListingId: 'L' }),
      ),
    ).toEqual(['track', 'track'])
    expect(await send('property', back(), back({ ModificationTimestamp: '2026-03-01T00:00:00Z' }))).toEqual([
      'stale',
      'track',
    ])
    expect(await send('property', listing(1_000 + count), back())).toEqual(['insert', 'track'])
    expect((await state()).listings).toBe(before.listings + 1)
  })

  test('made in the hub, without a key of a source', async () => {
    await query(
      `update public.mls_listings set origin_key = null, origin_system = 'MANUAL', is_externally_managed = false, claimed_at = now() where origin_key = $1`,
      [
        `QOBRIX_BACK${count}_1`,
      ],
    )
    const before = await state()
    expect(await send('property', back())).toEqual(['track'])
    expect(await send('media', photo())).toEqual(['track'])
    expect(await state()).toEqual(before)
  })

  test("of another market, or under an id that nobody has, is somebody else's", async () => {
    expect(await send('property', back({ OriginatingSystemOfficeKey: hungary }))).toEqual(['insert'])
    expect(await send('property', back({ ListingKey: `DASH_${guid}0`, ListingId: `X${count}` }))).toEqual([
      'insert',
    ])
    expect(await send('property', back({ ListingKey: `DASH_x${guid}`, ListingId: `Y${count}` }))).toEqual([
      'insert',
    ])
    expect(await send('media', photo({ ResourceRecordKey: `DASH_${guid}1` }))).toEqual(['insert'])
  })

  test('a record that cannot be taken is still refused', async () => {
    expect(await send('property', back({ OriginatingSystemOfficeKey: 'NOWHERE' }))).toEqual([
      'reject unknown_office',
    ])
  })
})

test('every push channel: by the code of the portal, its channel or its source; a short id of another is no match', async () => {
  const [portal] = await query(
    `insert into public.mls_portal_definitions (tenant_id, code, name, channel_type, phase, config)
     select id, 'MY_PORTAL', 'Mine', 'API', 'PUSH_ONLY', '{"channel": "recorder"}' from public.mls_tenants where code = 'CY' returning id`,
  )
  await query(
    `insert into public.mls_listing_syndications (listing_id, portal_id, external_id)
     select id, $1, '4_2' from public.mls_listings where origin_key = $2`,
    [portal.id, `QOBRIX_BACK${count}_1`],
  )
  expect(await send('property', back({ ListingKey: 'MY_PORTAL_4_2', ListingId: 'P1' }))).toEqual(['track'])
  expect(await send('property', back({ ListingKey: 'RECORDER_4_2', ListingId: 'P2' }))).toEqual(['track'])
  expect(await send('property', back({ ListingKey: 'QOBRIX_4_2', ListingId: 'P3' }))).toEqual(['insert'])
  await query(
    `update public.mls_portal_definitions set config = config || '{"origin_systems": ["QOBRIX"]}' where id = $1`,
    [portal.id],
  )
  expect(await send('property', back({ ListingKey: 'OTHER_4_2', ListingId: 'P4' }))).toEqual(['track'])
})
