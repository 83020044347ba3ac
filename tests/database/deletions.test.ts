import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, hungary, ingest, listing, outcomes, seedMarkets } from '../support/gold.ts'

/** Records that say themselves that their source has deleted them. */
let database: TestDatabase
const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())
beforeEach(() =>
  query(`
    delete from mls.deletion_days; delete from mls_listing_media; delete from mls_listings; delete from mls_contacts; delete from mls_members;
    delete from mls_showings; delete from mls_open_houses; delete from mls_property_rooms; delete from mls_teams; delete from mls_offices where not is_market; delete from mls_ingest_runs;
    delete from mls_ingest_receipts; delete from mls_ingest_quarantine; update mls_offices set shrink_threshold = 0.5`)
)

interface Case {
  resource: string
  key: string
  table: string
  column: string
  time: string
  more?: GoldRecord
}

const cases: Case[] = [
  {
    resource: 'property',
    key: 'ListingKey',
    table: 'mls_listings',
    column: 'origin_key',
    time: 'ModificationTimestamp',
  },
  {
    resource: 'media',
    key: 'MediaKey',
    table: 'mls_listing_media',
    column: 'origin_media_key',
    time: 'X_QobrixModified',
    more: { ResourceRecordKey: 'QOBRIX_0', MediaURL: 'https://x.example/1' },
  },
  {
    resource: 'contacts',
    key: 'ContactKey',
    table: 'mls_contacts',
    column: 'origin_contact_key',
    time: 'X_QobrixModified',
  },
  {
    resource: 'member',
    key: 'MemberKey',
    table: 'mls_members',
    column: 'origin_member_key',
    time: 'X_QobrixModified',
  },
  {
    resource: 'office',
    key: 'OfficeKey',
    table: 'mls_offices',
    column: 'office_key',
    time: 'X_QobrixModified',
  },
  {
    resource: 'showing_appointment',
    key: 'ShowingAppointmentKey',
    table: 'mls_showings',
    column: 'origin_showing_key',
    time: 'X_QobrixModified',
  },
  {
    resource: 'open_house',
    key: 'OpenHouseKey',
    table: 'mls_open_houses',
    column: 'origin_open_house_key',
    time: 'ModificationTimestamp',
    more: { ListingKey: 'QOBRIX_0', OpenHouseDate: '2026-08-15' },
  },
  {
    resource: 'property_rooms',
    key: 'RoomKey',
    table: 'mls_property_rooms',
    column: 'origin_room_key',
    time: 'ModificationTimestamp',
    more: { ListingKey: 'QOBRIX_0' },
  },
  {
    resource: 'teams',
    key: 'TeamKey',
    table: 'mls_teams',
    column: 'origin_team_key',
    time: 'ModificationTimestamp',
  },
]

describe.each(cases)('$resource', ({ resource, key, table, column, time, more = {} }) => {
  const record = (n: number, changes: GoldRecord = {}): GoldRecord => ({
    ...(resource === 'property' ? listing(n) : {}),
    ...more,
    OriginatingSystemOfficeKey: cyprus,
    [key]: `QOBRIX_K${n}`,
    [time]: '2026-01-01T00:00:00Z',
    ...changes,
  })
  const gone = (n: number, changes: GoldRecord = {}): GoldRecord => ({
    [key]: `QOBRIX_K${n}`,
    OriginatingSystemOfficeKey: cyprus,
    '@deleted': true,
    ...changes,
  })
  const send = async (records: GoldRecord[], context: GoldRecord = {}) =>
    outcomes(await ingest(database.pool, resource, records, context))
  const live = async () =>
    (await query(
      `select ${column} as key from ${table} where not origin_deleted and ${column} like 'QOBRIX_K%' order by 1`,
    )).map((row) => row.key)
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
  const fill = (count: number) => send(numbers(count).map((n) => record(n)))

  it('is flagged by its key and office alone, once, and comes back', async () => {
    await fill(4)
    const receipt = await ingest(database.pool, resource, [gone(0), gone(9), record(1)])
    expect(receipt.totals).toMatchObject({ delete: 1, unchanged: 2, reject: 0 })
    expect(receipt.records.map(({ index, key, outcome }) => [index, key, outcome])).toEqual([
      [0, 'QOBRIX_K0', 'delete'],
      [1, 'QOBRIX_K9', 'unchanged'],
      [2, 'QOBRIX_K1', 'unchanged'],
    ])
    expect(await live()).toEqual(['QOBRIX_K1', 'QOBRIX_K2', 'QOBRIX_K3'])
    expect(await send([gone(0)])).toEqual(['unchanged'])
    expect(await send([record(0)])).toEqual(['refresh'])
    expect(await live()).toHaveLength(4)
  })

  it('is ordered by the time of the source', async () => {
    await fill(4)
    expect(await send([gone(0, { [time]: '2025-12-31T00:00:00Z' })])).toEqual(['stale'])
    expect(await send([gone(0, { [time]: '2026-02-01T00:00:00Z' })])).toEqual(['delete'])
    expect(await send([record(0, { [time]: '2026-01-15T00:00:00Z' })])).toEqual(['stale'])
    expect(await send([record(0, { [time]: '2026-02-02T00:00:00Z' })])).toEqual(['refresh'])
    expect(await live()).toHaveLength(4)
  })

  it('of which there are twins in a batch: the newest counts, else the later', async () => {
    await fill(6)
    expect(await send([record(0), gone(0, { [time]: '2026-03-01' }), gone(1), record(1)]))
      .toEqual(['stale', 'delete', 'stale', 'unchanged'])
    expect(await send([gone(2, { [time]: null }), gone(2, { [time]: null })])).toEqual(['stale', 'delete'])
    expect(await live()).toEqual(['QOBRIX_K1', 'QOBRIX_K3', 'QOBRIX_K4', 'QOBRIX_K5'])
  })

  it('belongs to its office', async () => {
    await fill(4)
    expect(await send([gone(0, { OriginatingSystemOfficeKey: hungary })])).toEqual(['reject key_conflict'])
    expect(await send([gone(0)], { offices: [hungary] })).toEqual(['reject office_mismatch'])
    expect(await send([gone(0, { OriginatingSystemOfficeKey: null })])).toEqual(['reject invalid_fields'])
    expect(await send([gone(0, { [key]: null })])).toEqual(['reject invalid_fields'])
    expect(await send([gone(0, { OriginatingSystemOfficeKey: 'nowhere' })])).toEqual([
      'reject unknown_office',
    ])
    expect(await live()).toHaveLength(4)
  })

  it('stays within the share of the day, and the rest waits', async () => {
    await fill(5)
    expect(await send(numbers(3).map((n) => gone(n)))).toEqual(['delete', 'delete', 'reject shrink_refused'])
    expect(await send([gone(3)])).toEqual(['reject shrink_refused'])
    await query(`update mls.deletion_days set day = day - 1`)
    expect(await send([gone(3)])).toEqual(['delete'])
    await query('update mls_offices set shrink_threshold = 1')
    const ids =
      (await query(`select id from mls_ingest_quarantine where status = 'open' and record_key = 'QOBRIX_K2'`))
        .map((row) => row.id)
    const [{ answer }] = await query('select mls.replay_quarantine($1, $2) as answer', [
      ids,
      JSON.stringify({ client_id: 'test', offices: [cyprus] }),
    ])
    expect(answer.answer.receipts[0].totals.delete).toBe(1)
    expect(await live()).toEqual(['QOBRIX_K4'])
  })

  it('is a mark that can be read, or none', async () => {
    await fill(4)
    expect(await send([gone(0, { '@deleted': 'True' })])).toEqual(['delete'])
    expect(await send([record(1, { '@deleted': false }), record(2, { '@deleted': null })])).toEqual([
      'unchanged',
      'unchanged',
    ])
    expect(await send([record(3, { '@deleted': 'perhaps' })])).toEqual(['reject invalid_fields'])
    expect(await live()).toHaveLength(3)
  })

  it('is not written by a dry run', async () => {
    await fill(4)
    expect(await send([gone(0)], { dry_run: true })).toEqual(['delete'])
    expect(await live()).toHaveLength(4)
    expect(await query('select from mls.deletion_days')).toHaveLength(0)
  })

  it('is of the source that delivered it', async () => {
    const open = async (source: string) =>
      (await query(`select mls.open_run($1, '{"client_id": "test"}') -> 'answer' ->> 'run_id' as id`, [{
        source,
        office_key: cyprus,
        resource,
        mode: 'DELTA',
      }]))[0].id
    const [files, feed] = [await open('files'), await open('feed')]
    await send(numbers(4).map((n) => record(n)), { run_id: files })
    const receipt = await ingest(database.pool, resource, [gone(0)], { run_id: feed })
    expect(receipt.records[0]).toMatchObject({ outcome: 'unchanged', warnings: [{ code: 'other_source' }] })
    expect(await send([gone(0)], { run_id: files })).toEqual(['delete'])
    const [{ totals }] = await query('select totals from mls_ingest_runs where id = $1', [files])
    expect(totals).toMatchObject({ insert: 4, delete: 1 })
  })
})

it('what the hub is the master of, and locked media, stay', async () => {
  await query('update mls_offices set shrink_threshold = 1')
  const key = { OriginatingSystemOfficeKey: cyprus, '@deleted': true }
  await ingest(database.pool, 'property', [listing(1)])
  await ingest(database.pool, 'media', [{
    MediaKey: 'M1',
    ResourceRecordKey: 'QOBRIX_1',
    OriginatingSystemOfficeKey: cyprus,
    MediaURL: 'https://x.example/1',
  }])
  await query('update mls_listing_media set locked = true')
  expect(outcomes(await ingest(database.pool, 'media', [{ ...key, MediaKey: 'M1' }]))).toEqual(['skip'])
  await query('update mls_listings set is_externally_managed = false')
  expect(outcomes(await ingest(database.pool, 'property', [{ ...key, ListingKey: 'QOBRIX_1' }]))).toEqual([
    'skip',
  ])
  expect(outcomes(await ingest(database.pool, 'office', [{ ...key, OfficeKey: cyprus }]))).toEqual(['skip'])
})
