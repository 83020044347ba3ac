import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { runNow } from '../support/sources/hub.ts'
import { resoUpstreams, type UpstreamOptions } from '../support/sources/reso-upstream.ts'

/** Rooms and kinds of units of a RESO source: inside of their listings, or as resources of their own. */
let database: TestDatabase
const pool = () => database.pool
const { upstream: anUpstream, close } = resoUpstreams(pool)

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(close)
afterAll(() => database?.drop())

const recent = () => new Date().toISOString()

async function upstream({ preset, ...options }: UpstreamOptions & { preset?: string } = {}) {
  const { reso, source, office, code } = await anUpstream({
    ...options,
    listings: 4,
    ...(preset && { settings: { preset } }),
  })
  for (const listing of ['L000001', 'L000002']) {
    const old = { ListingKey: listing, ModificationTimestamp: '2026-01-01T00:00:00Z' }
    reso.put('PropertyRooms', { ...old, RoomKey: `${listing}-K`, RoomType: 'Kitchen', RoomArea: 14.5 })
    reso.put('PropertyRooms', { ...old, RoomKey: `${listing}-B`, RoomType: 'Спальня', RoomArea: null })
    reso.put('PropertyUnitTypes', {
      ...old,
      UnitTypeKey: `${listing}-U`,
      UnitTypeType: 'Studio',
      UnitTypeUnitsTotal: 3,
    })
  }
  const rooms = async () =>
    (await pool().query(
      `select r.origin_room_key as key, r.type, r.area::float8 as area
       from mls_property_rooms r join mls_listings l on l.id = r.listing_id and l.origin_key = r.listing_key
       where r.originating_office_key = $1 and not r.origin_deleted order by 1`,
      [office],
    )).rows.map(({ key, type, area }) => `${key.replace(`${code}_`, '')} ${type} ${area}`)
  const touch = (listing: string) =>
    reso.put('Property', { ...reso.records.Property.get(listing), ModificationTimestamp: recent() })
  return { reso, source, rooms, touch, code }
}

describe.each([
  ['has them inside of listings', { rooms: 'expand' }],
  ['has them inside, and pictures too', { rooms: 'expand', media: 'expand' }],
  ['has them inside, and events', { rooms: 'expand', events: true }],
  ['has them inside, one at a time', { rooms: 'expand', media: 'expand', partPage: 1 }],
  ['has them inside, and sends links', { rooms: 'expand', linkSeconds: 300, preset: 'spark' }],
  ['has resources for them', { rooms: 'resource' }],
] as [string, Parameters<typeof upstream>[0]][])('a server that %s', (_, options) => {
  it('gives rooms whole, changed, gone and back', async () => {
    const { reso, source, rooms, touch } = await upstream({ ...options, source: { sweep_minutes: 5 } })
    const full = await runNow(pool(), source, 'FULL', { page: 3 })
    expect(full).toMatchObject({
      status: 'finished',
      counts: { insert: 4, reject: 0 },
      counts_by_resource: {
        property_rooms: { insert: 4, reject: 0 },
        property_unit_types: { insert: 2, reject: 0 },
        media: { insert: 8 },
      },
    })
    expect(await rooms()).toEqual([
      'L000001-B Спальня null',
      'L000001-K Kitchen 14.5',
      'L000002-B Спальня null',
      'L000002-K Kitchen 14.5',
    ])
    const changed = { ...reso.records.PropertyRooms.get('L000001-K'), RoomArea: 15 }
    reso.put('PropertyRooms', { ...changed, ModificationTimestamp: recent() })
    reso.put('PropertyRooms', { RoomKey: 'L000003-K', ListingKey: 'L000003', RoomType: 'Loft' })
    reso.remove('PropertyRooms', 'L000002-B')
    for (const listing of ['L000001', 'L000002', 'L000003']) touch(listing)
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source]) // a sweep is due
    expect(await runNow(pool(), source, 'DELTA', { page: 3 })).toMatchObject({
      status: 'finished',
      counts_by_resource: { property_rooms: { insert: 1, refresh: 1, delete: 1 } },
    })
    expect(await rooms()).toEqual([
      'L000001-B Спальня null',
      'L000001-K Kitchen 15',
      'L000002-K Kitchen 14.5',
      'L000003-K Loft null',
    ])
    reso.put('PropertyRooms', { RoomKey: 'L000002-B', ListingKey: 'L000002', RoomType: 'Bedroom' })
    reso.remove('PropertyRooms', 'L000003-K')
    touch('L000002')
    expect(await runNow(pool(), source, 'FULL', { page: 3, force: true })).toMatchObject({
      counts: { reject: 0 },
      counts_by_resource: { property_rooms: { refresh: 1, delete: 1, unchanged: 3 } },
    })
    expect(await rooms()).toEqual([
      'L000001-B Спальня null',
      'L000001-K Kitchen 15',
      'L000002-B Bedroom null',
      'L000002-K Kitchen 14.5',
    ])
  })
})

describe('rooms inside of listings', () => {
  it('without keys are told apart by their place; what is no room is left out, and no listing carries them', async () => {
    const { reso, source, rooms, code } = await upstream({ rooms: 'expand' })
    reso.put('Property', { ListingKey: 'L000009', StandardStatus: 'Active', Rooms: 'three' })
    reso.records.PropertyRooms.clear()
    for (const RoomType of ['Kitchen', 'Den']) {
      reso.records.PropertyRooms.set(RoomType, { ListingKey: 'L000001', RoomType, RoomKey: null })
    }
    reso.records.PropertyRooms.set('odd', ['no room'] as never)
    expect(await runNow(pool(), source)).toMatchObject({ counts: { insert: 5, reject: 0 } })
    expect(await rooms()).toEqual([
      'L000001_PropertyRooms_0 Kitchen null',
      'L000001_PropertyRooms_1 Den null',
    ])
    const { rows } = await pool().query(
      `select extensions ? 'Rooms' as has from mls_listings where origin_key = any ($1) order by origin_key`,
      [[`${code}_L000001`, `${code}_L000009`]],
    )
    expect(rows.map(({ has }) => has)).toEqual([false, false])
  })

  it('are left where the source names other resources', async () => {
    const { reso, source, rooms } = await upstream({
      rooms: 'expand',
      source: { resources: [{ name: 'property' }] },
    })
    await runNow(pool(), source)
    expect(await rooms()).toEqual([])
    expect(reso.requests.join()).not.toContain('Rooms')
  })

  it('of listings above the quota stay out with them', async () => {
    const { source, rooms, code } = await upstream({ rooms: 'expand', source: { max_listings: 1 } })
    expect(await runNow(pool(), source)).toMatchObject({ quota_reached: true, counts: { insert: 1 } })
    expect(await rooms()).toHaveLength(2)
    const out = await pool().query('select from mls_property_rooms where listing_key = $1', [
      `${code}_L000002`,
    ])
    expect(out.rowCount).toBe(0)
  })
})
