import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type RetsQuirks,
  type RetsSandbox,
  startSandboxRets,
} from '../../scripts/stack/sandbox-rets/server.ts'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
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
import { retsQuirks } from '../support/sources/rets-quirks.ts'

/** The provider RETS against its sandbox, quirk by quirk. */
let database: TestDatabase
const sandboxes: RetsSandbox[] = []
const pool = () => database.pool
let markets = 0

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(async () => {
  const open = sandboxes.map((sandbox) => sandbox.open())
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.close()))
  expect(open.every((sessions) => sessions === 0)).toBe(true)
})
afterAll(() => database?.drop())

async function board(
  options: {
    listings?: number
    quirks?: Partial<RetsQuirks>
    settings?: Record<string, unknown>
    property?: Record<string, unknown>
    credentials?: Record<string, string>
    source?: Record<string, unknown>
  } = {},
) {
  const { listings = 30, quirks = {}, settings = {}, property = {}, credentials = {}, source: members = {} } =
    options
  const rets = await startSandboxRets({ listings, quirks })
  sandboxes.push(rets)
  const code = `T${String.fromCharCode(65 + Math.floor(markets / 26))}${
    String.fromCharCode(65 + markets++ % 26)
  }`
  const office = await addMarket(pool(), code)
  const source = await addSource(pool(), {
    office_key: office,
    code,
    provider: 'RETS',
    settings: {
      login_url: rets.loginUrl,
      version: rets.quirks.version,
      user_agent: 'MlsHub/1.0',
      property: {
        resource: 'Property',
        classes: ['RES', 'LND'],
        key_field: 'ListingKey',
        time_field: 'MODIFIED',
        photo_time_field: 'PHOTOS_MODIFIED',
        ...property,
      },
      media: { type: 'Photo', location: 1 },
      ...settings,
    },
    credentials: { ...rets.credentials, ...credentials },
    ...members,
  })
  return { rets, office, source, code }
}

const mediaOf = async (office: string) =>
  (await pool().query(
    `select resource_record_key as listing, count(*) filter (where not origin_deleted)::int as files from mls_listing_media where originating_office_key = $1 group by 1`,
    [office],
  )).rows

describe.each(retsQuirks)('a server %s', (_, quirks) => {
  it('is read whole, twice to the same end', async () => {
    const { source, office, rets } = await board({ quirks })
    const run = await runNow(pool(), source)
    expect(run).toMatchObject({
      status: 'finished',
      counts: { insert: 30, reject: 0, delete: 0 },
      counts_by_resource: { media: { insert: 60 } },
    })
    const { rows: [row] } = await pool().query(
      `select list_price::text as price, bedrooms, city, public_remarks as remarks, extensions ->> 'LOCAL' as own, source_standard_status as status, list_agent_key as agent
       from mls_listings where originating_office_key = $1 and origin_key like '%LN000001'`,
      [office],
    )
    expect(row).toEqual({
      price: '100001.00',
      bedrooms: 1,
      city: 'Málaga',
      remarks: 'Bed & breakfast no. 1\nwith a view <here>',
      own: 'own 1',
      status: 'Active',
      agent: expect.stringMatching(/_A1$/),
    })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 0, refresh: 0, unchanged: 30, delete: 0 },
    })
    expect(rets.concurrency).toBe(1)
  })
})

describe('a DELTA', () => {
  it('brings what has a later time, or later pictures; a sweep finds what has none, what is gone and what returned', async () => {
    const { rets, source, office, code } = await board({ source: { sweep_minutes: 5 } })
    await runNow(pool(), source)
    const key = (number: number) => `LN${String(number).padStart(6, '0')}`
    rets.store.edit(key(1), { LP: '7' })
    rets.store.pictures.set(key(2), 5)
    rets.store.edit(key(2), {
      MODIFIED: rets.store.get(key(2))!.MODIFIED!,
      PHOTOS_MODIFIED: new Date().toISOString().slice(0, 19) + 'Z',
    })
    const third = rets.store.get(key(3))!
    rets.store.remove(key(3))
    rets.store.put('RES', {
      ...rets.store.get(key(7))!,
      ListingKey: 'NOTIME',
      MODIFIED: '',
      PHOTOS_MODIFIED: '',
    })
    rets.store.pictures.set('NOTIME', 2)
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { insert: 1, refresh: 2, delete: 1, reject: 0 },
    })
    const now = new Map((await listingsOf(pool(), office)).map((listing) => [listing.key, listing]))
    expect(now.get(`${code}_${key(1)}`)).toMatchObject({ price: '7.00' })
    expect(now.get(`${code}_${key(3)}`)).toMatchObject({ gone: true })
    expect(now.get(`${code}_NOTIME`)).toMatchObject({ gone: false })
    expect((await mediaOf(office)).find(({ listing }) => listing === `${code}_NOTIME`)).toMatchObject({
      files: 2,
    })
    expect((await mediaOf(office)).find(({ listing }) => listing === `${code}_${key(2)}`)).toMatchObject({
      files: 5,
    })
    rets.store.put('RES', third)
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
    await runNow(pool(), source, 'DELTA')
    expect((await listingsOf(pool(), office)).find((listing) => listing.key === `${code}_${key(3)}`))
      .toMatchObject({ gone: false })
  })
})

describe('a board whose rows have no times at all', () => {
  it('is read whole by every DELTA: what is new, changed, gone or back is found', async () => {
    const property = { time_field: undefined, photo_time_field: undefined }
    const { rets, source } = await board({ property, quirks: { offset: 'ignored', cap: 7 } })
    await runNow(pool(), source)
    const third = rets.store.get('LN000003')!
    rets.store.remove('LN000003')
    rets.store.put('RES', { ...third, ListingKey: 'NEW' })
    rets.store.edit('LN000001', { LP: '7' })
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { insert: 1, refresh: 1, delete: 1, reject: 0 },
    })
    rets.store.put('RES', third)
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { refresh: 1, delete: 0 },
    })
  })
})

describe('a login', () => {
  it('proves the user agent, with the session that the server gave', async () => {
    const { source } = await board({
      quirks: { uaPassword: 'agent' },
      credentials: { ua_password: 'agent' },
      listings: 3,
    })
    // a server that asks for it at the login too must be given the session of before: none
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished', counts: { insert: 3 } })
    const { source: other } = await board({ quirks: { uaPassword: 'agent' }, listings: 3 })
    expect(await runNow(pool(), other)).toMatchObject({ status: 'failed', error: { code: 'unauthorized' } })
  })

  it('that is refused pauses the source at once', async () => {
    const { source, rets } = await board({ credentials: { password: 'wrong' } })
    expect(await runNow(pool(), source)).toMatchObject({ status: 'failed', error: { code: 'unauthorized' } })
    expect(rets.logins).toBe(0)
  })

  it('left behind by a worker that was killed is ended by the next', async () => {
    const { source, rets } = await board({ listings: 200 })
    const run = await start(pool(), source, 'FULL')
    const order = (await claimRun(pool(), { source, leaseSeconds: 1 }))!
    // a worker that dies after some pages: its session stays open, its lease runs out
    const dead = runSlice(pool(), order, { page: 20, leaseSeconds: 1, records: 60 })
    const slice = await dead
    expect(slice.outcome).toBe('unfinished')
    expect(rets.open()).toBe(0)
    const { RetsSession } = await import('../../functions/_shared/sources/rets/session.ts')
    const { workOn } = await import('../../functions/_shared/sources/run-slice.ts')
    const { Upstream } = await import('../../functions/_shared/sources/upstream.ts')
    const second = (await claimRun(pool(), { source, leaseSeconds: 60 }))!
    const upstream = new Upstream({ permit: () => Promise.resolve(0), plainHosts: [], patience: 1 })
    const session = new RetsSession(workOn(pool(), second, upstream) as never)
    await session.login()
    // nothing more is heard of it
    await pool().query(`update mls_source_runs set leased_until = clock_timestamp() where id = $1`, [run])
    expect(rets.open()).toBe(1)
    await work(pool(), source)
    expect(await viewRun(pool(), run)).toMatchObject({
      status: 'finished',
      counts: { insert: 200, reject: 0 },
    })
  })
})

describe('pictures', () => {
  it('in an answer that was cut off are asked for again, and in doubt they take nothing with them', async () => {
    const { source, rets, office } = await board({ quirks: { truncated: 1 } })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts_by_resource: { media: { insert: 60 } },
    })
    rets.quirks.truncated = 1_000
    rets.store.remove('LN000001')
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { delete: 1, unchanged: 29 },
      counts_by_resource: { media: { insert: 0, delete: 0 } },
    })
    rets.quirks.truncated = 0
    rets.quirks.objectErrors = ['LN000002']
    rets.store.pictures.set('LN000004', 0)
    await runNow(pool(), source)
    const files = new Map((await mediaOf(office)).map(({ listing, files }) => [listing.slice(-8), files]))
    expect([files.get('LN000002'), files.get('LN000004'), files.get('LN000005')]).toEqual([2, 0, 2])
    const { rows } = await pool().query(
      `select record_key from mls_source_errors where message like '%20407%'`,
    )
    expect(rows).toEqual([{ record_key: 'LN000002' }])
  })
})

describe('a run', () => {
  it('goes on through faults', async () => {
    const { source, rets } = await board()
    rets.faults = { ...rets.faults, rate: 0.3, kinds: ['error', 'drop'] }
    expect(await runThroughFaults(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 30, reject: 0, delete: 0 },
    })
    rets.faults = { ...rets.faults, rate: 0 }
    expect(await runNow(pool(), source)).toMatchObject({ counts: { insert: 0, refresh: 0, unchanged: 30 } })
  })

  it('keeps to its quota, survives a schema that changes, and is cancelled', async () => {
    const { source, rets } = await board({ source: { max_listings: 10 } })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      quota_reached: true,
      counts: { insert: 10 },
    })
    rets.store.edit('LN000001', { LP: 'on request', BEDROOMS: 'many' })
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished', counts: { delete: 0 } })
    const run = await start(pool(), source, 'FULL')
    const order = await claimRun(pool(), { source })
    await pool().query('select mls.cancel_source_run($1, $2)', [run, '{"name": "test"}'])
    await runSlice(pool(), order!)
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'cancelled' })
  })
})

if (process.env.MLS_TEST_LONG) {
  it('10,000 listings with 50,000 pictures in slices', async () => {
    const { source, rets } = await board({ listings: 0, quirks: { cap: 2_500 } })
    rets.store.fill(10_000, 5)
    const run = await runNow(pool(), source, 'FULL', { records: 1_000 })
    expect(run).toMatchObject({
      status: 'finished',
      counts: { insert: 10_000 },
      counts_by_resource: { media: { insert: 50_000 } },
    })
    expect(run.slices).toBeGreaterThan(5)
    process.stderr.write(`10,000 listings: ${run.slices} slices, ${run.requests} requests\n`)
  }, 600_000)
}
