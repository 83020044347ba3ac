import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'

/** Runs over HTTP: what they promise to a notebook, and what they must never do to a market. */
let hub: Hub
let token: string

beforeAll(async () => {
  hub = await startHub()
  token = await hub.token('databricks')
})
afterAll(() => hub?.stop())
beforeEach(() =>
  hub.pool.query(`
    delete from public.mls_listings;
    delete from public.mls_listing_media;
    delete from public.mls_ingest_runs;
    delete from public.mls_ingest_receipts;
    delete from public.mls_ingest_quarantine`)
)

const cyprus = 'SHARPSIR-CY-001'
const hungary = 'SHARPSIR-HU-001'

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${hub.functionsUrl}/ingest/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

const opening = { source: 'gold_cy', office_key: cyprus, resource: 'property', mode: 'FULL' }

async function open(changes: Partial<typeof opening> = {}): Promise<string> {
  const { status, body } = await call('POST', 'runs', { ...opening, ...changes })
  expect(body.detail).toBeUndefined()
  expect(status).toBe(201)
  return body.run_id
}

const listing = (number: number, changes: Record<string, unknown> = {}) => ({
  ListingKey: `QOBRIX_${number}`,
  OriginatingSystemOfficeKey: cyprus,
  StandardStatus: 'Active',
  ListPrice: 100_000 + number,
  ModificationTimestamp: `2026-01-01T00:00:${String(number % 60).padStart(2, '0')}Z`,
  ...changes,
})
const listings = (count: number) => Array.from({ length: count }, (_, index) => listing(index))
const keysOf = (records: { ListingKey: string }[]) => records.map(({ ListingKey }) => ListingKey)

async function flagged(): Promise<string[]> {
  const { rows } = await hub.pool.query(
    `select origin_key from public.mls_listings where origin_deleted order by origin_key`,
  )
  return rows.map(({ origin_key }) => origin_key)
}

/** A FULL run of these listings; the key list may say something else. */
async function full(
  records: ReturnType<typeof listings>,
  keys = keysOf(records),
  finish: Record<string, unknown> = {},
) {
  const run = await open()
  await call('POST', `property?run=${run}`, records)
  await call('POST', `runs/${run}/keys`, { keys })
  return { run, ...await call('POST', `runs/${run}/finish`, { expected_records: records.length, ...finish }) }
}

describe('a run', () => {
  it('counts what arrived, in order to be compared with what was sent', async () => {
    const run = await open()
    await call('POST', `property?run=${run}`, listings(3))
    await call('POST', `property?run=${run}`, [listing(1), { ListingKey: '' }])
    const totals = { insert: 3, refresh: 0, track: 0, unchanged: 1, stale: 0, skip: 0, reject: 1, delete: 0 }
    expect((await call('GET', `runs/${run}`)).body).toMatchObject({
      status: 'open',
      totals,
      batches: 2,
      mode: 'FULL',
    })
    const { status, body } = await call('POST', `runs/${run}/finish`, {})
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'finished', totals, flagged_deleted: 0 })
    expect((await call('GET', `runs?office_key=CSIR&resource=property`)).body.runs).toHaveLength(1)
    expect((await call('GET', `runs/${run}`)).body.duration_seconds).toBeGreaterThan(0)
  })

  it('is the only one of its source, office and resource', async () => {
    const run = await open()
    const second = await call('POST', 'runs', { ...opening, mode: 'DELTA', office_key: 'CSIR' })
    expect(second).toMatchObject({ status: 409, body: { code: 'run_open', run_id: run } })
    await open({ resource: 'media' })
    await open({ office_key: hungary })
    await call('POST', `runs/${run}/finish`, { abandon: true })
    await open()
  })

  it('opened by many at once is opened once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => call('POST', 'runs', opening)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'run_open')).toHaveLength(7)
  })

  it('takes nothing once it is closed, and answers a repeated finish as before', async () => {
    const { run, body } = await full(listings(2))
    expect((await call('POST', `runs/${run}/finish`, {})).body).toEqual(body)
    expect(await call('POST', `property?run=${run}`, listings(1))).toMatchObject({
      status: 409,
      body: { code: 'run_closed' },
    })
    expect(await call('POST', `runs/${run}/keys`, { keys: ['x'] })).toMatchObject({
      status: 409,
      body: { code: 'run_closed' },
    })
    expect(await call('POST', `runs/${run}/finish`, { abandon: true })).toMatchObject({ status: 409 })
  })

  it('is refused where it does not exist, is of another resource, or asks for the wrong thing', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000'
    expect(await call('POST', `property?run=${nobody}`, listings(1))).toMatchObject({
      status: 404,
      body: { code: 'unknown_run' },
    })
    expect(await call('GET', `runs/${nobody}`)).toMatchObject({ status: 404, body: { code: 'unknown_run' } })
    expect(await call('POST', 'runs/x/finish', {})).toMatchObject({
      status: 404,
      body: { code: 'unknown_run' },
    })
    const run = await open()
    expect(await call('POST', `media?run=${run}`, [])).toMatchObject({
      status: 409,
      body: { code: 'run_resource_mismatch' },
    })
    expect(await call('POST', 'runs', { ...opening, mode: 'ALL' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_parameter' },
    })
    expect(await call('POST', 'runs', { ...opening, office_key: 'X' })).toMatchObject({ status: 400 })
    expect(await call('POST', `runs/${run}/finish`, { forced: true })).toMatchObject({ status: 400 })
    expect(await call('DELETE', 'runs')).toMatchObject({ status: 405 })
  })

  it('left alone is closed by the clock', async () => {
    const run = await open()
    await hub.pool.query(`update public.mls_ingest_runs set started_at = now() - interval '7 hours'`)
    expect((await hub.pool.query('select mls.close_stale_runs() as closed')).rows[0].closed).toBe(1)
    expect((await call('GET', `runs/${run}`)).body).toMatchObject({
      status: 'abandoned',
      closed_because: expect.any(String),
    })
  })
})

describe('deletion', () => {
  it('flags what a complete FULL run no longer names, and clears the flag when it returns', async () => {
    const all = listings(10)
    await full(all)
    const { status, body } = await full(all.slice(1))
    expect({ status, flagged_deleted: body.flagged_deleted }).toEqual({ status: 200, flagged_deleted: 1 })
    expect(await flagged()).toEqual(['QOBRIX_0'])
    await full(all)
    expect(await flagged()).toEqual([])
  })

  it('never happens without a key list, in a DELTA, or in an abandoned run', async () => {
    await full(listings(10))
    const without = await open()
    await call('POST', `runs/${without}/finish`, {})
    const delta = await open({ mode: 'DELTA' })
    await call('POST', `runs/${delta}/keys`, { keys: ['QOBRIX_1'] })
    await call('POST', `runs/${delta}/finish`, { force: true })
    const abandoned = await open()
    await call('POST', `runs/${abandoned}/keys`, { keys: ['QOBRIX_1'] })
    expect((await call('POST', `runs/${abandoned}/finish`, { abandon: true })).body.status).toBe('abandoned')
    expect(await flagged()).toEqual([])
  })

  it('above 20 % is refused; the run stays open for force or abandon', async () => {
    await full(listings(10))
    const run = await open()
    await call('POST', `runs/${run}/keys`, { keys: keysOf(listings(7)) })
    const refused = await call('POST', `runs/${run}/finish`, {})
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'shrink_refused', would_flag: 3, of: 10, threshold: 0.2 },
    })
    expect(await flagged()).toEqual([])
    expect((await call('GET', `runs/${run}`)).body.status).toBe('open')
    expect((await call('POST', `runs/${run}/finish`, { force: true })).body).toMatchObject({
      status: 'finished',
      flagged_deleted: 3,
    })
    expect(await flagged()).toHaveLength(3)
  })

  it('is refused while records are missing', async () => {
    const run = await open()
    await call('POST', `property?run=${run}`, listings(3))
    expect(await call('POST', `runs/${run}/finish`, { expected_records: 4 })).toMatchObject({
      status: 409,
      body: { code: 'incomplete_run', expected: 4, received: 3 },
    })
  })

  it('stays in its office and leaves alone what was taken over here', async () => {
    await full(listings(10))
    await call('POST', 'property', [{
      ...listing(99),
      ListingKey: 'DASH_1',
      OriginatingSystemOfficeKey: hungary,
    }])
    await hub.pool.query(
      `update public.mls_listings set is_externally_managed = false where origin_key = 'QOBRIX_1'`,
    )
    await full(listings(10).slice(2))
    expect(await flagged()).toEqual(['QOBRIX_0'])
  })

  it('of a claimed listing gives its broker a task, which goes when the listing returns', async () => {
    await full(listings(10))
    await hub.pool.query(
      `update public.mls_listings set claimed_at = now(), broker_id = $1, status = 'DRAFT' where origin_key = 'QOBRIX_0'`,
      [
        hub.users.broker_cy!.id,
      ],
    )
    const tasks = async () =>
      (await hub.pool.query(`select kind, status, assigned_to from public.mls_listing_tasks`)).rows
    await full(listings(10).slice(1))
    expect(await tasks()).toEqual([{
      kind: 'ORIGIN_DELETED',
      status: 'OPEN',
      assigned_to: hub.users.broker_cy!.id,
    }])
    await full(listings(10))
    expect(await tasks()).toMatchObject([{ status: 'CANCELLED' }])
  })
})

describe('the watermark', () => {
  const at = `watermark?source=gold_cy&office_key=${cyprus}&resource=property`

  it('is null before the first run, then the newest source time of finished runs', async () => {
    expect((await call('GET', at)).body).toMatchObject({
      watermark: null,
      last_run: null,
      overlap_seconds: 3600,
    })
    await full(listings(5))
    expect(new Date((await call('GET', at)).body.watermark)).toEqual(new Date('2026-01-01T00:00:04Z'))
    const empty = await open({ mode: 'DELTA' })
    await call('POST', `runs/${empty}/finish`, {})
    expect(new Date((await call('GET', at)).body.watermark)).toEqual(new Date('2026-01-01T00:00:04Z'))
  })

  it('is not moved by a run that was abandoned, nor into the future by a wrong clock', async () => {
    const run = await open()
    await call('POST', `property?run=${run}`, [listing(1, { ModificationTimestamp: '2999-01-01T00:00:00Z' })])
    await call('POST', `runs/${run}/finish`, { abandon: true })
    expect((await call('GET', at)).body.watermark).toBeNull()
    await full([listing(1, { ModificationTimestamp: '2999-01-01T00:00:00Z' })])
    // a time beyond our clock is no evidence: nothing is known of the source yet
    expect((await call('GET', at)).body.watermark).toBeNull()
  })
})

describe('quarantine', () => {
  const bad = listing(1, { ListPrice: 'call us' })

  it('keeps a rejected record with its reasons once, until it gets in', async () => {
    await call('POST', 'property', [bad])
    await call('POST', 'property', [bad])
    const { records } = (await call('GET', 'quarantine')).body
    expect(records).toMatchObject([{
      record_key: 'QOBRIX_1',
      reason: 'invalid_fields',
      errors: [{ field: 'ListPrice' }],
      payload: { $raw: { ListPrice: 'call us' } },
      times: 2,
    }])
    await call('POST', 'property', [listing(1)])
    expect((await call('GET', 'quarantine')).body.records).toEqual([])
    expect((await call('GET', 'quarantine?status=resolved')).body.records).toHaveLength(1)
  })

  it('replays what has become acceptable', async () => {
    const record = { ...listing(2), OriginatingSystemOfficeKey: 'NEW-OFFICE' }
    await call('POST', 'property', [record])
    const [{ id }] = (await call('GET', 'quarantine')).body.records
    await hub.pool.query(
      `update public.mls_offices set aliases = aliases || 'NEW-OFFICE'::text where office_key = $1`,
      [cyprus],
    )
    const { body } = await call('POST', 'quarantine/replay', { ids: [id] })
    expect(body.receipts).toMatchObject([{ totals: { insert: 1, reject: 0 } }])
    expect((await call('GET', 'quarantine')).body.records).toEqual([])
  })

  it('dismisses, and forgets what it dismissed', async () => {
    await call('POST', 'property', [bad])
    const [{ id }] = (await call('GET', 'quarantine')).body.records
    expect((await call('POST', 'quarantine/dismiss', { ids: [id], note: 'test data' })).body).toEqual({
      dismissed: 1,
    })
    expect((await call('GET', 'quarantine?status=dismissed')).body.records).toMatchObject([{
      payload: null,
      note: 'test data',
    }])
  })

  it('forgets persons after two weeks', async () => {
    await call('POST', 'contacts', [{
      ContactKey: 'C1',
      ContactFirstName: 'Anna',
      OriginatingSystemOfficeKey: 'NOBODY',
    }])
    await hub.pool.query(
      `update public.mls_ingest_quarantine set expires_at = expires_at - interval '15 days'`,
    )
    expect((await hub.pool.query('select mls.expire_quarantine() as expired')).rows[0].expired).toBe(1)
    expect((await hub.pool.query('select payload from public.mls_ingest_quarantine')).rows).toEqual([{
      payload: null,
    }])
  })
})

describe('a dry run', () => {
  it('answers what would happen and writes nothing', async () => {
    await call('POST', 'property', listings(2))
    const before =
      (await hub.pool.query('select count(*), max(xmin::text::bigint) from public.mls_listings')).rows
    const { body } = await call('POST', 'property?dry_run=true', [
      listing(1),
      listing(2),
      listing(3, { ListPrice: 'x' }),
    ])
    expect(body.totals).toMatchObject({ unchanged: 1, insert: 1, reject: 1 })
    expect((await hub.pool.query('select count(*), max(xmin::text::bigint) from public.mls_listings')).rows)
      .toEqual(before)
    expect((await call('GET', 'quarantine')).body.records).toEqual([])
  })
})

describe('a sender that drops nulls', () => {
  const price = async () =>
    (await hub.pool.query('select list_price::float8 as price, city from public.mls_listings')).rows

  it('says so for a FULL run, or for one batch of it', async () => {
    const { ListPrice: _price, ...dropped } = listing(1)
    const record = { ...listing(1), City: 'Limassol' }
    const run = await open({ absent: 'null' } as Partial<typeof opening>)
    expect((await call('GET', `runs/${run}`)).body).toMatchObject({ absent: 'null' })
    expect((await call('POST', `property?run=${run}`, [record])).body.totals.insert).toBe(1)
    expect((await call('POST', `property?absent=keep&run=${run}`, [dropped])).body.totals.unchanged).toBe(1)
    expect(
      (await call('POST', `property?absent=null&run=${run}&dry_run=true`, [dropped])).body.totals.refresh,
    )
      .toBe(1)
    expect(await price()).toEqual([{ price: 100_001, city: 'Limassol' }])
    expect((await call('POST', `property?run=${run}`, [dropped])).body.totals.refresh).toBe(1)
    expect(await price()).toEqual([{ price: null, city: null }])
  })

  it.each([
    ['property?absent=null', 'absent'],
    ['property?absent=yes', 'absent'],
    ['property?absent=null&absent=null', 'absent'],
  ])('is refused %s', async (path, target) => {
    expect(await call('POST', path, [listing(1)])).toMatchObject({
      status: 400,
      body: { code: 'invalid_parameter', target },
    })
  })

  it('is refused a DELTA run', async () => {
    expect(await call('POST', 'runs', { ...opening, mode: 'DELTA', absent: 'null' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_parameter', target: 'absent' },
    })
    const run = await open({ mode: 'DELTA' })
    expect(await call('POST', `property?run=${run}&absent=null`, [listing(1)])).toMatchObject({ status: 400 })
    expect(await price()).toEqual([])
  })
})
