import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
import { runSources } from '../../functions/_shared/sources/run-sources.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { everyone, listingsOf, runNow, start, viewRun, work } from '../support/sources/hub.ts'
import { resoUpstreams } from '../support/sources/reso-upstream.ts'

/** The engine of sources, by a RESO server that fails in all ways: turns, faults, quotas, kills, cancels, tokens. */
let database: TestDatabase
const pool = () => database.pool
const { upstream, close } = resoUpstreams(pool)

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(close)
afterAll(() => database?.drop())

describe('a run', () => {
  it('is cancelled after the page under way, and flags nothing', async () => {
    const { reso, source } = await upstream({ listings: 30 })
    await runNow(pool(), source)
    for (let number = 1; number <= 5; number++) reso.remove('Property', `L00000${number}`)
    const run = await start(pool(), source, 'FULL')
    const order = await claimRun(pool(), { source })
    reso.delay = 400 // a page is under way for long enough to be cancelled under it
    const slice = runSlice(pool(), order!, { page: 5 })
    await new Promise((resolve) => setTimeout(resolve, 150))
    const { rows: [{ answer }] } = await pool().query(
      'select mls.cancel_source_run($1, $2::jsonb) as answer',
      [run, everyone],
    )
    expect(answer.status).toBe(202)
    expect(await slice).toMatchObject({ outcome: 'cancelled' })
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'cancelled', counts: { delete: 0 } })
    expect(
      (await pool().query(`select from mls_ingest_runs where client_id = $1 and status = 'open'`, [
        `source:${source}`,
      ])).rowCount,
    ).toBe(0)
  })

  it('that is cancelled between the slices of a FULL leaves the FULL its keys', async () => {
    const { source, office } = await upstream({ source: { overlap_seconds: 0 } })
    await runNow(pool(), source)
    const full = await start(pool(), source, 'FULL')
    const slice = async () =>
      await runSlice(pool(), (await claimRun(pool(), { source }))!, { page: 10, records: 10 })
    await slice() // offices, members
    await slice()
    const { rows: [{ delta }] } = await pool().query(
      `select mls.queue_source_run(s, 'DELTA', 'schedule', null, false) as delta from mls_sources s where s.id = $1`,
      [source],
    )
    await slice()
    await pool().query('select mls.cancel_source_run($1, $2::jsonb)', [delta, everyone])
    await work(pool(), source)
    expect(await viewRun(pool(), full)).toMatchObject({ status: 'finished', counts: { delete: 0 } })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
  })

  it('whose keys somebody closed concludes nothing from the rest', async () => {
    const { source, office, reso } = await upstream()
    await runNow(pool(), source)
    const full = await start(pool(), source, 'FULL')
    for (let slice = 0; slice < 3; slice++) {
      await runSlice(pool(), (await claimRun(pool(), { source }))!, { page: 10, records: 10 })
    }
    await pool().query(
      `update mls_ingest_runs set status = 'abandoned' where office_key = $1 and status = 'open'`,
      [office],
    )
    reso.remove('Property', 'L000001')
    await work(pool(), source)
    expect(await viewRun(pool(), full)).toMatchObject({ status: 'finished', counts: { delete: 0 } })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
  })

  it('is cancelled at once when nobody works on it', async () => {
    const { source } = await upstream({ listings: 1 })
    const run = await start(pool(), source, 'FULL')
    await pool().query('select mls.cancel_source_run($1, $2::jsonb)', [run, everyone])
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'cancelled' })
  })

  it('is in one hand, and so is its source', async () => {
    const { reso, source } = await upstream({ listings: 60 })
    await start(pool(), source, 'FULL')
    reso.delay = 5
    await Promise.all(Array.from({ length: 4 }, () => work(pool(), source, { page: 10, records: 10 })))
    expect(reso.concurrency).toBe(1)
    const { rows: [row] } = await pool().query(
      `select status, counts_by_resource -> 'property' ->> 'insert' as inserted from mls_source_runs where source_id = $1`,
      [source],
    )
    expect(row).toEqual({ status: 'finished', inserted: '60' })
  })

  it("saves nothing once its lease is another worker's", async () => {
    const { source, office } = await upstream({ listings: 30 })
    await start(pool(), source, 'FULL')
    const first = await claimRun(pool(), { source })
    await pool().query(
      `update mls_source_runs set leased_until = clock_timestamp() - interval '1 second' where source_id = $1`,
      [source],
    )
    const second = await claimRun(pool(), { source })
    expect(second!.run.id).toBe(first!.run.id)
    expect(await runSlice(pool(), first!, { page: 10 })).toMatchObject({ outcome: 'lost', pages: 0 })
    expect(await listingsOf(pool(), office)).toEqual([])
    expect(await runSlice(pool(), second!)).toMatchObject({ outcome: 'finished' })
  })

  it('comes through with 30 % of all requests failing', async () => {
    const { reso, source, office } = await upstream({ listings: 40 })
    reso.faults({ rate: 0.3, kinds: ['error', 'drop', 'rate_limit', 'garbage', 'slow'] })
    const run = await start(pool(), source, 'FULL')
    await hurry(source)
    expect(await viewRun(pool(), run)).toMatchObject({
      status: 'finished',
      counts: { insert: 40, reject: 0, delete: 0 },
    })
    expect(await listingsOf(pool(), office)).toHaveLength(40)
    expect((await pool().query('select failures, open_until from mls_sources where id = $1', [source])).rows)
      .toEqual([{ failures: 0, open_until: null }])
  }, 120_000)

  it('waits as long as it is told to after a 429, and for no longer', async () => {
    const { reso, source } = await upstream({ listings: 2 })
    reso.faults({ rate: 1, kinds: ['rate_limit'] })
    const run = await start(pool(), source, 'FULL')
    await runSlice(pool(), (await claimRun(pool(), { source }))!)
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'waiting', error: { code: 'rate_limited' } })
    reso.faults({ rate: 0 })
    await work(pool(), source)
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'finished' })
  })

  it('renews a token that has ended, once', async () => {
    const { reso, source } = await upstream({ listings: 30 })
    await start(pool(), source, 'FULL')
    await runSources(pool(), { schedules: false, source, records: 10, page: 10 })
    reso.revoke()
    await work(pool(), source)
    const { rows: [row] } = await pool().query(`select status from mls_source_runs where source_id = $1`, [
      source,
    ])
    expect(row.status).toBe('finished')
    expect(reso.requests.filter((request) => request === '/token')).toHaveLength(2)
  })

  it('pauses its source when credentials are refused, and asks no more until a person acts', async () => {
    const { reso, source } = await upstream({ listings: 2 })
    reso.revoke({ refuse: true })
    const run = await runNow(pool(), source)
    expect(run).toMatchObject({ status: 'failed', error: { code: 'unauthorized' } })
    expect(reso.requests).toEqual(['/token'])
    expect(
      (await pool().query(
        `select code, level from mls.source_alerts() where subject like '%' || (select code from mls_sources where id = $1)`,
        [source],
      )).rows,
    )
      .toEqual([{ code: 'source_failing', level: 'critical' }])
    await pool().query(
      `update mls_sources set interval_minutes = 1, next_run_at = clock_timestamp() where id = $1`,
      [source],
    )
    await runSources(pool(), { source })
    expect(reso.requests).toEqual(['/token'])
    reso.revoke()
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished' })
  })

  it('opens the circuit of its source, which a person passes once', async () => {
    const { reso, source } = await upstream({ listings: 2 })
    reso.faults({ rate: 1, kinds: ['error'] })
    const run = await start(pool(), source, 'FULL')
    for (let failure = 0; failure < 6; failure++) {
      await pool().query(`update mls_source_runs set due_at = clock_timestamp() where id = $1`, [run])
      const order = await claimRun(pool(), { source })
      if (order) await runSlice(pool(), order)
    }
    const asked = reso.requests.length
    expect(await claimRun(pool(), { source })).toBeUndefined()
    await pool().query('select mls.cancel_source_run($1, $2::jsonb)', [run, everyone])
    reso.faults({ rate: 0 })
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished' })
    expect(reso.requests.length).toBeGreaterThan(asked)
  })

  it('keeps to the requests that a minute and a day have, whoever works', async () => {
    const { reso, source } = await upstream({ listings: 40, source: { requests_per_minute: 600 } })
    const began = Date.now()
    await start(pool(), source, 'FULL')
    await Promise.all([work(pool(), source, { page: 2 }), work(pool(), source, { page: 2 })])
    const seconds = (Date.now() - began) / 1000
    expect(reso.requests.length).toBeGreaterThan(60)
    // ten a second, and a tenth of the minute at once
    expect(reso.requests.length).toBeLessThanOrEqual(60 + 10 * seconds + 1)
    await pool().query(`update mls_sources set requests_per_day = 1 where id = $1`, [source])
    const run = await start(pool(), source, 'FULL')
    await runSources(pool(), { schedules: false, source, milliseconds: 2_000 })
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'waiting', error: { code: 'rate_limited' } })
  })

  it('is left alone by what another client has open', async () => {
    const { source, office, code } = await upstream({ listings: 2 })
    await pool().query(
      `insert into mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode)
      select 'databricks', $1, office_key, tenant_id, 'property', 'FULL' from mls_offices where office_key = $2`,
      [code, office],
    )
    const run = await start(pool(), source, 'FULL')
    await runSlice(pool(), (await claimRun(pool(), { source }))!)
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'waiting', error: { code: 'run_open' } })
  })
})

/** Works without the pauses between attempts. */
async function hurry(source: string): Promise<void> {
  for (let round = 0; round < 500; round++) {
    await pool().query(
      `update mls_source_runs set due_at = clock_timestamp(), failures = 0 where source_id = $1`,
      [source],
    )
    await pool().query(`update mls_sources set open_until = null, failures = 0 where id = $1`, [source])
    const order = await claimRun(pool(), { source })
    if (!order) return
    await runSlice(pool(), order, { page: 5 })
  }
}

describe('a server that sends little at a time', () => {
  it.each([
    ['of what changed', {}],
    ['of events', { events: true }],
    ['by links', { linkSeconds: 300, settings: { preset: 'spark' } }],
  ] as [string, Parameters<typeof upstream>[0]][])(
    'is read to the end %s',
    async (_, options) => {
      const { reso, source, office } = await upstream({
        ...options,
        most: 7,
        media: 'expand',
        source: { sweep_minutes: 5 },
      })
      await runNow(pool(), source)
      for (const [key, listing] of reso.records.Property) {
        reso.put('Property', { ...listing, ListPrice: 7, ModificationTimestamp: new Date().toISOString() })
        if (key > 'L000020') reso.remove('Property', key)
      }
      await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
      expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
        status: 'finished',
        counts: { delete: 5 },
      })
      const listings = await listingsOf(pool(), office)
      expect(listings.filter(({ gone }) => gone)).toHaveLength(5)
      expect(listings.filter(({ price }) => price === '7.00')).toHaveLength(20)
    },
  )

  it('or keys in another spelling than its events have is read, too', async () => {
    const { reso, source, office, code } = await upstream({ listings: 3, events: true, isCaseless: true })
    await runNow(pool(), source)
    reso.put('Property', { ...reso.records.Property.get('L000002'), ListPrice: 7 })
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ status: 'finished', counts: { delete: 0 } })
    expect((await listingsOf(pool(), office)).find(({ key }) => key === `${code}_L000002`))
      .toMatchObject({ price: '7.00', gone: false })
  })

  it.each(
    [
      ['the same page again', 'FULL', {}],
      ['others than were asked for by key', 'DELTA', { events: true }],
    ] as const,
  )('or %s is not read for ever, and nothing goes with it', async (_, mode, options) => {
    const { source, office, reso } = await upstream(options)
    await runNow(pool(), source)
    for (const key of ['L000021', 'L000022']) {
      reso.put('Property', { ...reso.records.Property.get(key), ListPrice: 7 })
    }
    reso.isDeaf = true
    expect(await runNow(pool(), source, mode, { page: 10 })).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_answer' },
      counts: { delete: 0 },
    })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
  })
})
