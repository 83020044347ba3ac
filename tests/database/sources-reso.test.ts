import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
import { runSources } from '../../functions/_shared/sources/run-sources.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { listingsOf, runNow, start, viewRun, work } from '../support/sources/hub.ts'
import { resoUpstreams } from '../support/sources/reso-upstream.ts'

/** The provider RESO against a server that does what servers do: what a FULL and a DELTA bring. */
let database: TestDatabase
const pool = () => database.pool
const { upstream, close } = resoUpstreams(pool)

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(close)
afterAll(() => database?.drop())

const mediaOf = async (office: string) =>
  (await pool().query(
    `select origin_media_key as key, origin_deleted as gone from mls_listing_media where originating_office_key = $1 order by 1`,
    [office],
  )).rows

describe.each([
  ['compares keys', {}],
  ['has events', { events: true }],
  ['has pictures inside', { media: 'expand' }],
  ['sends less than it is asked for', { most: 7 }],
  ['sends links', { linkSeconds: 300, settings: { preset: 'spark' } }],
] as [string, Parameters<typeof upstream>[0]][])('a server that %s', (_, options) => {
  it('is read whole, then by its changes: prices, pictures, what goes, what returns', async () => {
    const { reso, office, source, code } = await upstream({ ...options, source: { sweep_minutes: 5 } })
    const full = await runNow(pool(), source, 'FULL', { page: 10 })
    expect(full).toMatchObject({
      status: 'finished',
      counts: { insert: 25, reject: 0 },
      counts_by_resource: { media: { insert: 50 }, member: { insert: 1 } },
    })
    const first = await listingsOf(pool(), office)
    expect(first[0]).toEqual({ key: `${code}_L000001`, gone: false, price: '100001.00', status: 'Active' })
    const { rows: [row] } = await pool().query(
      `select list_agent_key, view, extensions ->> 'LocalField' as own, city from mls_listings where origin_key = $1`,
      [first[0]!.key],
    )
    expect(row).toEqual({ list_agent_key: `${code}_A1`, view: 'Ocean,Garden', own: 'own 1', city: 'Πάφος' })

    reso.put('Property', {
      ...reso.records.Property.get('L000003'),
      ListPrice: 5,
      ModificationTimestamp: new Date().toISOString(),
    })
    reso.put('Property', { ListingKey: 'L000030', ListPrice: 30, StandardStatus: 'Active' })
    const touched = {
      ...reso.records.Property.get('L000004'),
      PhotosChangeTimestamp: new Date().toISOString(),
    }
    reso.put('Property', touched)
    reso.put('Media', {
      MediaKey: 'L000004-9',
      ResourceRecordKey: 'L000004',
      MediaURL: 'https://media.example.com/9.jpg',
      Order: 9,
    })
    reso.remove('Media', 'L000004-0')
    reso.remove('Property', 'L000005')
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source]) // a sweep is due
    const delta = await runNow(pool(), source, 'DELTA', { page: 10 })
    expect(delta).toMatchObject({ status: 'finished', counts: { refresh: 1, insert: 1, delete: 1 } })
    const now = await listingsOf(pool(), office)
    expect(now.find(({ key }) => key === `${code}_L000003`)!.price).toBe('5.00')
    expect(now.filter(({ gone }) => gone).map(({ key }) => key)).toEqual([`${code}_L000005`])
    const media = await mediaOf(office)
    expect(media.find(({ key }) => key === `${code}_L000004-9`)).toEqual({
      key: `${code}_L000004-9`,
      gone: false,
    })
    expect(media.find(({ key }) => key === `${code}_L000004-0`)!.gone).toBe(true)

    reso.put('Property', { ListingKey: 'L000005', ListPrice: 7, StandardStatus: 'Active' })
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ status: 'finished' })
    expect((await listingsOf(pool(), office)).find(({ key }) => key === `${code}_L000005`)).toMatchObject({
      gone: false,
      price: '7.00',
    })
  })
})

describe('a FULL', () => {
  it('flags what is no longer there, within bounds, and more with force', async () => {
    const { reso, office, source } = await upstream()
    await runNow(pool(), source)
    for (const number of [1, 2]) reso.remove('Property', `L00000${number}`)
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { delete: 2, unchanged: 23 },
    })
    for (const number of [3, 4, 5, 6, 7, 8, 9]) reso.remove('Property', `L00000${number}`)
    const refused = await runNow(pool(), source)
    expect(refused).toMatchObject({ status: 'refused', error: { code: 'shrink_refused' } })
    expect(refused.error!.message).toContain('7 of 23')
    expect((await listingsOf(pool(), office)).filter(({ gone }) => gone)).toHaveLength(2)
    const { rows } = await pool().query(
      `select status, count(*)::int from mls_ingest_runs where office_key = $1 group by 1`,
      [office],
    )
    expect(rows.find(({ status }) => status === 'open')).toBeUndefined()
    expect(await runNow(pool(), source, 'FULL', { force: true })).toMatchObject({
      status: 'finished',
      counts: { delete: 7 },
    })
  })

  it('reads look-ups by their standard names, and keeps what it does not know', async () => {
    const { reso, source, code } = await upstream({ enums: true, listings: 2 })
    reso.put('Property', {
      ListingKey: 'E1',
      StandardStatus: 'ActiveUnderContract',
      Surprise: { a: [1] },
      Nothing: null,
    })
    expect(await runNow(pool(), source)).toMatchObject({ counts: { insert: 3 } })
    const { rows: [row] } = await pool().query(
      `select source_standard_status as status, extensions from mls_listings where origin_key = $1`,
      [`${code}_E1`],
    )
    expect(row.status).toBe('Active Under Contract')
    expect(row.extensions.Surprise).toEqual({ a: [1] })
  })

  it('takes a mapping on top', async () => {
    const mapping = {
      version: 1,
      fields: {
        City: { from: 'LocalField', map: { 'own 1': 'Polis' }, else: 'null' },
        X_Market: { value: 'one' },
      },
    }
    const { source, code } = await upstream({ listings: 2, source: { mapping } })
    await runNow(pool(), source)
    const { rows } = await pool().query(
      `select city, extensions ->> 'X_Market' as market from mls_listings where origin_key like $1 order by origin_key`,
      [`${code}\\_%`],
    )
    expect(rows).toEqual([{ city: 'Polis', market: 'one' }, { city: null, market: 'one' }])
  })

  it('survives a schema that changes under it', async () => {
    const { reso, source } = await upstream({ listings: 3 })
    await runNow(pool(), source)
    reso.put('Property', {
      ...reso.records.Property.get('L000001'),
      ListPrice: 'on request' as never,
      City: { name: 'x' } as never,
      Brand: 'new',
    })
    reso.put('Property', { ...reso.records.Property.get('L000002'), ListPrice: 2, Brand: 'new' })
    const run = await runNow(pool(), source)
    expect(run).toMatchObject({
      status: 'finished',
      counts: { reject: 1, refresh: 1, unchanged: 1, delete: 0 },
    })
    const { rows } = await pool().query(`select code, record_key from mls_source_errors where run_id = $1`, [
      run.id,
    ])
    expect(rows).toEqual([{ code: 'invalid_fields', record_key: expect.stringMatching(/_L000001$/) }])
  })

  it('does not let in more than its quota, keeps the others, and says so', async () => {
    const { reso, office, source } = await upstream({ listings: 12, source: { max_listings: 10 } })
    expect(await runNow(pool(), source, 'FULL', { page: 5 })).toMatchObject({
      status: 'finished',
      quota_reached: true,
      counts: { insert: 10, delete: 0 },
    })
    expect(await listingsOf(pool(), office)).toHaveLength(10)
    expect(await mediaOf(office)).toHaveLength(20)
    const { rows } = await pool().query(`select code from mls.source_alerts()`)
    expect(rows).toContainEqual({ code: 'quota_reached' })
    reso.remove('Property', 'L000001')
    expect(await runNow(pool(), source)).toMatchObject({
      quota_reached: true,
      counts: { insert: 0, delete: 1 },
    })
    expect(await runNow(pool(), source)).toMatchObject({ counts: { insert: 1, unchanged: 9 } })
    reso.remove('Property', 'L000012')
    expect(await runNow(pool(), source)).toMatchObject({ quota_reached: false, counts: { unchanged: 10 } })
  })
})

describe('a DELTA', () => {
  it('goes on from what was read, never past it, and not from a time beyond the clock of the source', async () => {
    const { reso, source, code, office } = await upstream({ listings: 3, source: { overlap_seconds: 60 } })
    reso.put('Property', {
      ListingKey: 'FUTURE',
      ListPrice: 1,
      ModificationTimestamp: '2099-01-01T00:00:00Z',
    })
    await runNow(pool(), source)
    const mark = async () =>
      (await pool().query('select marks from mls_sources where id = $1', [source])).rows[0].marks.property.at
    expect(Date.parse(await mark())).toBeLessThanOrEqual(Date.now())
    reso.put('Property', { ListingKey: 'L9', ListPrice: 9 })
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ counts: { insert: 1 } })
    const before = await mark()
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ status: 'finished', counts: { insert: 0 } })
    // a second later the source's clock has passed what it just wrote
    expect(Date.parse(await mark())).toBeGreaterThanOrEqual(Date.parse(before))
    expect(Date.parse(await mark())).toBeLessThanOrEqual(Date.now())
    expect((await listingsOf(pool(), office)).map(({ key }) => key)).toContain(`${code}_L9`)
  })

  it('finds by its sweep what has no time at all', async () => {
    const { reso, source } = await upstream({ listings: 3 })
    await runNow(pool(), source)
    reso.put('Property', { ListingKey: 'TIMELESS', ListPrice: 1, ModificationTimestamp: null })
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ counts: { insert: 0 } })
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { insert: 1, delete: 0 },
    })
  })

  it('reads by its sweep the pictures too, and all that it lacks, page by page', async () => {
    const { reso, source, office } = await upstream({ listings: 3, media: 'expand' })
    await runNow(pool(), source)
    for (let number = 1; number <= 230; number++) {
      reso.put('Property', {
        ListingKey: `TIMELESS${String(number).padStart(3, '0')}`,
        ListPrice: number,
        ModificationTimestamp: null,
      })
      reso.put('Media', {
        MediaKey: `M${number}`,
        ResourceRecordKey: `TIMELESS${String(number).padStart(3, '0')}`,
        MediaURL: `https://img.example.com/${number}.jpg`,
        Order: 0,
      })
    }
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { insert: 230, delete: 0 },
      counts_by_resource: { media: { insert: 230, delete: 0 } },
    })
    expect((await mediaOf(office)).filter(({ gone }) => gone)).toEqual([])
    expect((await pool().query(`select 1 from mls_ingest_runs where status = 'open'`)).rowCount).toBe(0)
  })

  it('that is due runs between the slices of a FULL', async () => {
    const { reso, source } = await upstream({ listings: 40 })
    await runNow(pool(), source)
    const full = await start(pool(), source, 'FULL')
    await runSources(pool(), { schedules: false, source, records: 20, page: 10 })
    expect(await viewRun(pool(), full)).toMatchObject({ status: 'waiting' })
    reso.put('Property', {
      ...reso.records.Property.get('L000040'),
      ListPrice: 4,
      ModificationTimestamp: new Date().toISOString(),
    })
    const { rows: [row] } = await pool().query(
      `select mls.queue_source_run(s, 'DELTA', 'schedule', null, false) as id from mls_sources s where id = $1`,
      [source],
    )
    const order = await claimRun(pool(), { source })
    expect(order!.run).toMatchObject({ id: row.id, mode: 'DELTA' })
    expect(await runSlice(pool(), order!)).toMatchObject({ outcome: 'finished' })
    expect(await viewRun(pool(), row.id)).toMatchObject({ status: 'finished', counts: { refresh: 1 } })
    await work(pool(), source)
    expect(await viewRun(pool(), full)).toMatchObject({
      status: 'finished',
      counts: { refresh: 0, delete: 0 },
    })
  })
})
