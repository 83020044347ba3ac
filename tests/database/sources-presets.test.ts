import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startPresetServer } from '../support/sources/preset-server.ts'
import { addMarket, addSource, everyone, listingsOf, runNow, work } from '../support/sources/hub.ts'
import { fill, startResoServer } from '../support/sources/reso-server.ts'

/** RESO's presets against servers with the habits of their vendors, and FILE by an address. */
let database: TestDatabase
const pool = () => database.pool
const closing: (() => Promise<void>)[] = []
let markets = 0

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(async () => void await Promise.all(closing.splice(0).map((close) => close())))
afterAll(() => database?.drop())

const newCode = () => `P${String.fromCharCode(65 + markets++)}`

describe.each(['trestle', 'bridge', 'spark', 'mlsgrid'] as const)('preset %s', (preset) => {
  it('keeps to the rules of its vendor: whole, changes, new pictures, what goes', async () => {
    const reso = await startResoServer({ media: 'expand', ...(preset !== 'trestle' && { linkSeconds: 300 }) })
    const vendor = await startPresetServer(preset, reso)
    closing.push(reso.close, vendor.close)
    fill(reso, 25)
    for (const name of ['Property', 'Member', 'Office'] as const) {
      for (const record of reso.records[name].values()) {
        Object.assign(record, { OriginatingSystemName: 'test', MlgCanView: true })
      }
    }
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...reso.credentials })
    const { access_token: token } = await (await fetch(reso.tokenUrl, { method: 'POST', body: form })).json()
    const code = newCode()
    const office = await addMarket(pool(), code)
    const source = await addSource(pool(), {
      office_key: office,
      code,
      provider: 'RESO',
      settings: {
        preset,
        root: vendor.url,
        page_size: 10,
        auth: preset === 'trestle'
          ? { type: 'client_credentials', token_url: vendor.tokenUrl }
          : { type: 'bearer' },
        ...(preset === 'mlsgrid' && { filter: "OriginatingSystemName eq 'test'" }),
      },
      credentials: preset === 'trestle' ? reso.credentials : { token },
      sweep_minutes: 5,
      overlap_seconds: 0,
    })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 25, reject: 0 },
      counts_by_resource: { media: { insert: 50 } },
    })
    const before = reso.records.Property.get('L000001')!
    reso.put('Property', { ...before, ListPrice: 7, ModificationTimestamp: new Date().toISOString() })
    reso.put('Media', {
      MediaKey: 'L000002-9',
      ResourceRecordKey: 'L000002',
      MediaURL: 'https://media.example.com/9.jpg',
      Order: 9,
    })
    reso.put('Property', {
      ...reso.records.Property.get('L000002'),
      PhotosChangeTimestamp: new Date().toISOString(),
      ModificationTimestamp: new Date().toISOString(),
    })
    if (preset === 'mlsgrid') {
      reso.put('Property', {
        ...reso.records.Property.get('L000003'),
        MlgCanView: false,
        ModificationTimestamp: new Date().toISOString(),
      })
    } else reso.remove('Property', 'L000003')
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { delete: 1, reject: 0 },
      counts_by_resource: { media: { insert: 1 } },
    })
    const now = new Map((await listingsOf(pool(), office)).map((listing) => [listing.key, listing]))
    expect(now.get(`${code}_L000001`)).toMatchObject({ price: '7.00' })
    expect(now.get(`${code}_L000003`)).toMatchObject({ gone: true })
    expect(vendor.breaches).toEqual([])
  })
})

describe('FILE by an address', () => {
  type Handler = (response: ServerResponse, headers: Record<string, unknown>, at: string) => void
  async function serve(routes: Record<string, Handler>) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url!)
      const route = routes[request.url!.split('?')[0]!]
      if (route) {
        route(response, request.headers, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      } else response.writeHead(404).end('nothing here')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
    )
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, routes }
  }
  async function fileSource(settings: Record<string, unknown>) {
    const code = newCode()
    const office = await addMarket(pool(), code)
    const source = await addSource(pool(), {
      office_key: office,
      code,
      provider: 'FILE',
      settings,
      mapping: {
        version: 1,
        fields: {
          ListingKey: { from: 'ref' },
          ListPrice: { from: 'price', as: 'decimal' },
          StandardStatus: { value: 'Active' },
        },
      },
    })
    return { office, source }
  }

  it('is fetched with ETag and read when it changed, by schedule; what is not in it is gone', async () => {
    let [body, tag] = ['ref;price\nA;"1.200,50"\nB;2\nC;3\nD;4\nE;5\nF;6\n', '"one"']
    const server = await serve({
      '/list.csv': (response, headers) =>
        headers['if-none-match'] === tag
          ? response.writeHead(304).end()
          : response.writeHead(200, { ETag: tag, 'Content-Type': 'text/csv' }).end(body),
    })
    const { office, source } = await fileSource({
      format: 'csv',
      url: `${server.url}/list.csv`,
      decimal: ',',
    })
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished', counts: { insert: 6 } })
    expect((await listingsOf(pool(), office))[0]!.price).toBe('1200.50')
    const scheduled = async () => {
      const { rows: [row] } = await pool().query(
        `select mls.queue_source_run(s, 'FULL', 'schedule', null, false) as id from mls_sources s where s.id = $1`,
        [source],
      )
      await work(pool(), source)
      const { rows: [run] } = await pool().query(`select mls.get_source_run($1, $2) -> 'answer' as answer`, [
        row.id,
        everyone,
      ])
      return run.answer
    }
    expect(await scheduled()).toMatchObject({
      status: 'finished',
      counts: { insert: 0, unchanged: 0, delete: 0 },
    })
    body = 'ref;price\nA;"1.200,50"\nB;9\nC;3\nE;5\nF;6\n'
    tag = '"two"'
    expect(await scheduled()).toMatchObject({
      status: 'finished',
      counts: { refresh: 1, unchanged: 4, delete: 1 },
    })
  })

  it('in pages follows next_path on its own host, fails where one is cut off, and then flags nothing', async () => {
    const page = (items: unknown[], next?: string) =>
      JSON.stringify({ data: { rows: items }, links: { next } })
    const item = (ref: string) => ({ ref, price: 1 })
    let last = page([item('E')])
    let fails = 1
    const server = await serve({
      '/p1': (response) => response.end(page([item('A'), item('B')], '/p2?token=x')),
      '/p2': (response) =>
        fails-- > 0 ? response.writeHead(503).end() : response.end(page([item('C'), item('D')], '/p3')),
      '/p3': (response) => response.end(last),
    })
    const { office, source } = await fileSource({
      format: 'json',
      url: `${server.url}/p1`,
      items_path: 'data.rows',
      next_path: 'links.next',
    })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 5, delete: 0 },
    })
    expect(server.asked).toContain('/p2?token=x')
    last = '{"data": {"rows": [{"ref": "E"'
    await pool().query(`select mls.start_source_run($1, '{"mode": "FULL"}', $2)`, [source, everyone])
    const { runSources } = await import('../../functions/_shared/sources/run-sources.ts')
    const given = { status: '', error_code: '' }
    // it is tried again, later each time, until it is given up
    await vi.waitUntil(async () => {
      await pool().query(
        `update mls_source_runs set due_at = clock_timestamp() where source_id = $1 and status = 'waiting'`,
        [source],
      )
      await pool().query(`update mls_sources set open_until = null where id = $1`, [source])
      await runSources(pool(), { schedules: false, source, milliseconds: 50 })
      const { rows: [run] } = await pool().query(
        `select status, error_code from mls_source_runs where source_id = $1 order by created_at desc limit 1`,
        [source],
      )
      Object.assign(given, run)
      return !['queued', 'running', 'waiting'].includes(run.status)
    }, { timeout: 60_000 })
    expect(given).toEqual({ status: 'failed', error_code: 'invalid_answer' })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
    server.routes['/p3'] = (response) => response.end(page([item('E')], 'http://169.254.169.254/latest'))
    await pool().query(`update mls_sources set failures = 0, open_until = null where id = $1`, [source])
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'failed',
      error: { code: 'address_refused' },
    })
  })
})
