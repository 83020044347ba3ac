import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { fileStore, keepParts } from '../../functions/_shared/sources/file-store.ts'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { type FileForm, type FileServer, startFileServer } from '../support/sources/file-server.ts'
import {
  addMarket,
  addSource,
  everyone,
  listingsOf,
  runNow,
  runThroughFaults,
  start,
  viewRun,
} from '../support/sources/hub.ts'

/** What sources without a vendor behind them must stand: files in each form, sent or fetched, and the invented one. */
let database: TestDatabase
const pool = () => database.pool
const open: FileServer[] = []
let markets = 0

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(async () => void await Promise.all(open.splice(0).map((server) => server.close())))
afterAll(() => database?.drop())

async function marketOf(form: FileForm, listings: number, source: Record<string, unknown> = {}) {
  const server = await startFileServer(form, listings)
  open.push(server)
  const code = `F${++markets}`
  const office = await addMarket(pool(), code)
  const id = await addSource(pool(), {
    office_key: office,
    code,
    provider: form === 'dash' ? 'DASH_FILE' : 'FILE',
    settings: server.settings,
    mapping: server.mapping,
    credentials: server.credentials,
    ...source,
  })
  return { server, office, code, source: id }
}

async function picturesOf(listing: string): Promise<string[]> {
  const { rows } = await pool().query<{ url: string }>(
    `select source_url as url from mls_listing_media where resource_record_key = $1 and not origin_deleted order by source_url`,
    [listing],
  )
  return rows.map(({ url }) => url.replace(/^.*\/|\.jpg$/g, ''))
}

describe.each<FileForm>(['csv', 'xml', 'pages', 'dash'])('a market as %s', (form) => {
  it('new pictures only, what goes within bounds, what returns', async () => {
    const { server, office, code, source } = await marketOf(form, 12)
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 12, reject: 0 },
      counts_by_resource: { media: { insert: 24 } },
    })
    server.rows.get(1)!.photos.push('c')
    server.rows.get(2)!.photos.shift()
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 0, refresh: 0, unchanged: 12, delete: 0 },
      counts_by_resource: { media: { delete: 1 } },
    })
    expect(await picturesOf(server.keyOf(1, code))).toEqual(['a', 'b', 'c'])
    expect(await picturesOf(server.keyOf(2, code))).toEqual(['b'])

    const gone = server.rows.get(3)!
    server.rows.delete(3)
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished', counts: { delete: 1 } })
    const stateOf = async (number: number) =>
      (await listingsOf(pool(), office)).find(({ key }) => key === server.keyOf(number, code))
    expect(await stateOf(3)).toMatchObject({ gone: true })
    server.rows.set(3, gone)
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished', counts: { delete: 0 } })
    expect(await stateOf(3)).toMatchObject({ gone: false })
    expect(await picturesOf(server.keyOf(3, code))).toEqual(['a', 'b'])

    for (const number of [4, 5, 6, 7]) server.rows.delete(number)
    expect(await runNow(pool(), source)).toMatchObject({ status: 'refused' })
    expect(await stateOf(4)).toMatchObject({ gone: false })
  })

  it('a schema that changes under it, and a quota', async () => {
    const { server, office, source, code } = await marketOf(form, 8, { max_listings: 6 })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      quota_reached: true,
      counts: { insert: 6, delete: 0 },
    })
    server.rows.get(1)!.price = 'on request'
    server.rows.get(2)!.price = { amount: 5 }
    server.rows.get(3)!.more = { Wasserrecht: 'ja', geo: { lat: [1, { deep: true }] } }
    server.rows.get(4)!.price = null
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      quota_reached: true,
      counts: { insert: 0, delete: 0 },
    })
    const rows = await listingsOf(pool(), office)
    expect(rows.map(({ key }) => key)).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => server.keyOf(number, code)),
    )
    expect(rows.every(({ gone }) => !gone)).toBe(true)
    expect(rows[4]!.price).toBe('100005.00')
  })

  it('is cancelled after the page under way, and flags nothing; the next run reads it whole', async () => {
    const { server, office, source } = await marketOf(form, 12)
    await runNow(pool(), source)
    server.rows.delete(12)
    const run = await start(pool(), source, 'FULL')
    const order = (await claimRun(pool(), { source }))!
    await runSlice(pool(), order, { page: 3, records: 3 })
    await pool().query('select mls.cancel_source_run($1, $2)', [run, everyone])
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'cancelled', counts: { delete: 0 } })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { unchanged: 11, delete: 1 },
    })
  })

  it('goes on through faults to the same end, and flags nothing for a file that was cut off', async () => {
    const { server, source } = await marketOf(form, 12)
    server.faults.rate = 0.3
    expect(await runThroughFaults(pool(), source, { page: 5 })).toMatchObject({
      status: 'finished',
      counts: { insert: 12, reject: 0, delete: 0 },
    })
    server.faults = { rate: 1, kinds: ['cut'] }
    const run = await start(pool(), source, 'FULL')
    await runSlice(pool(), (await claimRun(pool(), { source }))!)
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'waiting', error: { code: 'connection' } })
    server.faults.rate = 0
    await pool().query('select mls.cancel_source_run($1, $2)', [run, everyone])
    expect(await runNow(pool(), source)).toMatchObject({ counts: { insert: 0, unchanged: 12, delete: 0 } })
  })

  it('credentials that are taken no longer pause the source', async () => {
    const { server, source } = await marketOf(form, 3)
    await runNow(pool(), source)
    server.credentials = { token: 'another' }
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'failed',
      error: { code: 'unauthorized' },
      counts: { delete: 0 },
    })
    const { rows: [row] } = await pool().query('select paused_reason from mls_sources where id = $1', [
      source,
    ])
    expect(row.paused_reason).toContain('401')
  })
})

describe('a MOCK source', () => {
  it('changes by the clock: what changed, goes and returns comes by DELTA and by FULL', async () => {
    const office = await addMarket(pool(), 'MOCKED')
    const source = await addSource(pool(), {
      office_key: office,
      code: 'MOCKED',
      settings: { listings: 60, seed: 'clock', changes_per_hour: 30 },
      max_listings: 60,
    })
    const hours = (amount: number) => vi.spyOn(Date, 'now').mockReturnValue(began + amount * 3_600_000)
    // of this seed listings are gone three hours after it: at a moment of no choice nearly always, and now and then none
    const began = Date.UTC(2026, 5, 1)
    try {
      hours(0)
      const first = await runNow(pool(), source)
      expect(first).toMatchObject({ status: 'finished', counts: { reject: 0, delete: 0 } })
      hours(1)
      const changed = await runNow(pool(), source, 'DELTA')
      expect(changed.status).toBe('finished')
      expect(changed.counts.refresh! + changed.counts.insert! + changed.counts.delete!).toBeGreaterThan(10)
      hours(3)
      await runNow(pool(), source, 'DELTA')
      const byDelta = await listingsOf(pool(), office)
      expect(byDelta.some(({ gone }) => gone)).toBe(true)
      // a FULL at the same moment finds nothing that the DELTAs had not brought
      expect(await runNow(pool(), source, 'FULL', { force: true })).toMatchObject({
        counts: { insert: 0, refresh: 0, delete: 0 },
      })
      expect(await listingsOf(pool(), office)).toEqual(byDelta)
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('is cancelled between its slices, and keeps to its quota', async () => {
    const office = await addMarket(pool(), 'MOCKQ')
    const source = await addSource(pool(), {
      office_key: office,
      code: 'MOCKQ',
      settings: { listings: 30 },
      max_listings: 20,
    })
    const run = await start(pool(), source, 'FULL')
    await runSlice(pool(), (await claimRun(pool(), { source }))!, { page: 5, records: 5 })
    await pool().query('select mls.cancel_source_run($1, $2)', [run, everyone])
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'cancelled' })
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished', quota_reached: true })
    expect(await listingsOf(pool(), office)).toHaveLength(20)
    expect(await runNow(pool(), source)).toMatchObject({ counts: { unchanged: 20, delete: 0 } })
  })
})

describe('a file that is sent', () => {
  it('loses nothing to another that arrives whole meanwhile', async () => {
    const office = await addMarket(pool(), 'TWOFILES')
    const source = await addSource(pool(), {
      office_key: office,
      code: 'TWOFILES',
      provider: 'FILE',
      settings: { format: 'csv' },
      mapping: { version: 1, fields: { ListingKey: { from: 'ref' }, City: { from: 'city' } } },
    })
    const csv = (amount: number) =>
      `ref;city\n${Array.from({ length: amount }, (_, at) => `${at};Πόλη ${'x'.repeat(100)}`).join('\n')}\n`
    const finish = (file: object & { id: string }) =>
      pool().query('select mls.finish_source_file($1, $2)', [file.id, JSON.stringify(file)])
    const long = new TextEncoder().encode(csv(20_000))
    let go = () => {}
    const gate = new Promise<void>((resolve) => go = resolve)
    const arriving = keepParts(
      pool(),
      source,
      'long.csv',
      new ReadableStream({
        async start(controller) {
          controller.enqueue(long.subarray(0, 1_500_000))
          await gate
          controller.enqueue(long.subarray(1_500_000))
          controller.close()
        },
      }),
    )
    await expect.poll(async () => {
      const { rowCount } = await pool().query(
        `select from mls.source_file_parts p join mls_source_files f on f.id = p.file_id where f.name = 'long.csv'`,
      )
      return rowCount
    }).toBe(1)
    await finish(await keepParts(pool(), source, 'short.csv', new Response(csv(3)).body!))
    go()
    const file = await arriving
    expect(file.bytes).toBe(long.length)
    await finish(file)
    const order = { source: { id: source }, run: {} } as never
    const held = await fileStore(pool(), order).read(file.id, 0, long.length)
    expect(Buffer.from(held).equals(Buffer.from(long))).toBe(true)
  })
})
