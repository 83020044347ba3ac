import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generateDeliveries } from '../../scripts/seed/brokerage.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { cyprus, type GoldRecord, hasPython, type NotebookOptions, runNotebook } from '../support/notebook.ts'
import { type Relay, type Relayed, startRelay } from '../support/relay.ts'

/**
 * What pipelines suffer between gold and the hub: wrong secrets, lost answers, batches that are too large, runs of
 * another job. The notebooks' own code under python3; between it and the hub stands a relay that sees every request.
 */
const listings = generateDeliveries().find(({ officeKey }) => officeKey === cyprus)!.records.property
  .filter((record) =>
    record.ListingKey && record.OriginatingSystemOfficeKey === cyprus &&
    Number.isFinite(Number(record.ListPrice ?? 0))
  ).slice(0, 60)

let hub: Hub
let relay: Relay
let source = 0

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub?.stop())
beforeEach(async () => {
  relay = await startRelay(hub.functionsUrl)
  source += 1
})
afterEach(() => relay.close())

/** A notebook through the relay; each test is a source of its own. */
function notebook(name: string, rows: GoldRecord[], { widgets, ...options }: NotebookOptions = {}) {
  const { client_id, client_secret } = hub.clients.databricks!
  return runNotebook(name, { 'gold.property': rows }, {
    secrets: { 'hub-client-id': client_id, 'hub-client-secret': client_secret },
    batch_size: 20,
    widgets: { functions_url: relay.url, source: `gold-${source}`, ...widgets },
    ...options,
  })
}
const load = (rows: GoldRecord[], widgets = {}, options: NotebookOptions = {}) =>
  notebook('05_sync_gold_to_cdl_listings', rows, { widgets, ...options })

const batches = () => relay.requests.filter(({ path }) => path.startsWith('/ingest/property'))
const keysOf = ({ body }: Relayed) => (body as GoldRecord[]).map(({ ListingKey }) => ListingKey)
const prefixed = (rows: GoldRecord[], prefix: string): GoldRecord[] =>
  rows.map((row) => ({
    ...row,
    ListingKey: `${prefix}_${row.ListingKey}`,
    ListingId: `${prefix}-${row.ListingId}`,
  }))
const held = async (prefix: string) =>
  (await hub.pool.query(
    `select origin_key as key, list_price::float8 as price, origin_deleted as gone from public.mls_listings where starts_with(origin_key, $1)
      order by origin_key`,
    [`${prefix}_`],
  )).rows as { key: string; price: number; gone: boolean }[]

/** The hub flags what a FULL run leaves out; tests that share a hub do not mean that. */
const force = { force: 'true' }

describe.skipIf(!hasPython)('notebooks in trouble', () => {
  it('a wrong secret stops at once, and says where to look', async () => {
    const { client_id } = hub.clients.databricks!
    const { code, output } = await load(listings, {}, {
      secrets: { 'hub-client-id': client_id, 'hub-client-secret': 'not-the-secret' },
    })
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('invalid_client') })
    expect(output).toContain('secret scope')
    expect(output).not.toContain('not-the-secret')
    expect(relay.requests.map(({ path }) => path)).toEqual(['/oauth/token'])
  })

  it('a token that is refused is renewed once; one that stays refused stops the job', async () => {
    let refusals = 1
    relay.interfere = ({ path }) =>
      path.includes('?run=') && refusals-- > 0 ? { status: 401, body: { code: 'invalid_token' } } : undefined
    expect(await load(prefixed(listings, 'renewed'), force)).toMatchObject({ code: 0, receipt: { sent: 60 } })
    expect(relay.requests.filter(({ path }) => path === '/oauth/token').length).toBe(2)
    relay.requests.length = 0
    relay.interfere = ({ path }) =>
      path.startsWith('/ingest/')
        ? { status: 401, body: { code: 'invalid_token', detail: 'revoked' } }
        : undefined
    const { code, output } = await load(listings)
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('revoked') })
    expect(relay.requests.length).toBe(4)
  })

  it('two requests are in flight, never two with one key, and the newest version wins', async () => {
    const versions = Array.from(
      { length: 6 },
      (_, version) =>
        prefixed(listings.slice(0, 10), version % 2 ? 'odd' : 'even').map((row) => ({
          ...row,
          ListPrice: `${100_000 + version}.00`,
          // the same time throughout: only the order of arrival tells the newest
          ModificationTimestamp: '2026-01-01T00:00:00Z',
        })),
    ).flat()
    // the first batch is answered once the second, which shares no key with it, is there
    let second = () => {}
    const both = new Promise<void>((resolve) => second = resolve)
    relay.interfere = async (request) => {
      if (!request.path.includes('?run=')) return undefined
      if (batches().length === 2) second()
      await both
      return undefined
    }
    const { code, receipt } = await load(versions, force, { batch_size: 10 })
    expect({ code, sent: receipt!.sent }).toEqual({ code: 0, sent: 60 })
    const sent = batches()
    expect(Math.max(...sent.map(({ beside }) => beside.filter(({ path }) => path.includes('?run=')).length)))
      .toBe(1)
    for (const batch of sent) {
      for (const other of batch.beside.filter(({ path }) => path.includes('?run='))) {
        expect(keysOf(batch).filter((key) => keysOf(other).includes(key))).toEqual([])
      }
    }
    expect(new Set((await held('even')).map(({ price }) => price))).toEqual(new Set([100_004]))
    expect(new Set((await held('odd')).map(({ price }) => price))).toEqual(new Set([100_005]))
  })

  it('a batch that is too large is halved; a record that is too large alone is named, and not flagged as gone', async () => {
    const rows = prefixed(listings, 'large')
    expect((await load(rows, force)).code).toBe(0)
    const large = rows.map((row, index) => ({
      ...row,
      ListPrice: '222222.00',
      ...(index === 33 && { X_Blob: 'x'.repeat(10_600_000) }),
    }))
    relay.requests.length = 0
    const { code, output, receipt, exit } = await load(large, force, { batch_size: 60 })
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('record_too_large') })
    expect(receipt).toMatchObject({
      sent: 59,
      totals: { refresh: 59, reject: 1 },
      flagged_deleted: expect.any(Number),
    })
    expect(exit).toMatchObject({ rejects: [{ key: rows[33]!.ListingKey, reason: 'record_too_large' }] })
    expect((await held('large')).filter(({ gone }) => gone)).toEqual([])
    const sizes = batches().map((batch) => keysOf(batch).length)
    expect(sizes[0]).toBe(60)
    expect(sizes).toContain(1)
    // the hub got every other record in one piece of its own
    expect(sizes.filter((size) => size === 60 || size === 30).length).toBe(3)
  })

  it('lost answers, busy doors and pages of a proxy: tried again, and everything counts once', async () => {
    const troubles: Record<
      number,
      Parameters<Relay['interfere']> extends never ? never : Awaited<ReturnType<Relay['interfere']>>
    > = {
      0: 'lost',
      2: { status: 503, body: { code: 'busy' }, headers: { 'Retry-After': '1' } },
      3: { status: 429 },
      4: 'lost',
    }
    let number = 0
    relay.interfere = ({ path }) => path.includes('?run=') ? troubles[number++] : undefined
    const { code, receipt, output } = await load(prefixed(listings, 'lost'), force)
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('attempt 1 of 8') })
    expect(receipt).toMatchObject({ sent: 60, totals: { insert: 60, unchanged: 0 } })
    expect(await held('lost')).toHaveLength(60)
    // a batch that was tried again came under the same key
    const keys = batches().map(({ headers, body }) =>
      [headers['idempotency-key'], JSON.stringify(body)].join()
    )
    expect(new Set(keys).size).toBe(3)
  })

  it('a DELTA waits for a FULL in progress and leaves it alone; one that was silent for 15 minutes is abandoned', async () => {
    const rows = prefixed(listings, 'runs')
    expect((await load(rows, force)).code).toBe(0)
    const open = async () => {
      const response = await fetch(`${hub.functionsUrl}/ingest/runs`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${await hub.token('databricks')}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({
          source: `gold-${source}`,
          office_key: cyprus,
          resource: 'property',
          mode: 'FULL',
        }),
      })
      return (await response.json()).run_id as string
    }
    const run = await open()
    const status = async () =>
      (await hub.pool.query(`select status from public.mls_ingest_runs where id = $1`, [run])).rows[0].status
    const waiting = await load(rows, { mode: 'DELTA' })
    expect(waiting).toMatchObject({ code: 1, output: expect.stringContaining('still in progress') })
    expect(batches()).toHaveLength(3) // of the first load
    expect(await status()).toBe('open')
    await hub.pool.query(
      `update public.mls_ingest_runs set started_at = now() - interval '16 minutes', last_batch_at = null where id = $1`,
      [run],
    )
    expect(await load(rows, { mode: 'DELTA' })).toMatchObject({
      code: 0,
      output: expect.stringContaining('abandoned'),
    })
    expect(await status()).toBe('abandoned')
  })

  it('absent=null is said by a FULL run, and by no other', async () => {
    relay.interfere = ({ path }) =>
      path === '/ingest/runs' ? { status: 400, body: { code: 'seen' } } : undefined
    await load(listings, { absent: 'null' })
    await load(listings)
    expect(
      relay.requests.filter(({ path }) => path === '/ingest/runs').map(({ body }) =>
        (body as GoldRecord).absent
      ),
    )
      .toEqual(['null', undefined])
  })

  it('outcomes go to notebook exit, task values and Delta tables, and a task fails on what they say', async () => {
    const rows = prefixed(listings, 'outcome').map((row, index) =>
      index < 6 ? { ...row, ListPrice: 'on request' } : row
    )
    const told = { ...force, outcomes_table: 'ops.outcomes', job_run_id: '17' }
    const { code, exit, delta, output } = await load(rows, told)
    expect(code).toBe(0)
    expect(exit).toMatchObject({
      resource: 'property',
      mode: 'FULL',
      status: 'finished',
      sent: 60,
      reject_share: 0.1,
      stale_share: 0,
      reject_reasons: { invalid_fields: 6 },
    })
    expect(JSON.parse(/^TASK property (.*)$/m.exec(output)![1]!)).toEqual(exit)
    const [outcome] = delta['ops.outcomes'] as GoldRecord[]
    expect(outcome).toMatchObject({
      job_run_id: '17',
      office_key: cyprus,
      reject_share: 0.1,
      totals: { insert: 54, reject: 6 },
    })
    const rejects = delta['ops.outcomes_rejects'] as GoldRecord[]
    expect(rejects).toHaveLength(6)
    expect(rejects[0]).toMatchObject({
      record_key: rows[0]!.ListingKey,
      reason: 'invalid_fields',
      errors: [{ field: 'ListPrice', code: 'invalid_number', message: expect.any(String) }],
    })

    const failed = await load(listings, { ...told, max_reject_share: '0.1' }, {
      crash_after: 0,
      secrets: { 'hub-client-id': 'x', 'hub-client-secret': 'y' },
    })
    expect((failed.delta['ops.outcomes'] as GoldRecord[])[0]).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('invalid_client'),
    })

    const check = (max_reject_share: string, resources = 'property') =>
      runNotebook('08_check_outcomes', { 'ops.outcomes': [outcome!] }, {
        widgets: { outcomes_table: 'ops.outcomes', job_run_id: '17', resources, max_reject_share },
      })
    expect(await check('0.2')).toMatchObject({ code: 0, exit: { findings: [] } })
    expect(await check('0.05')).toMatchObject({
      code: 1,
      output: expect.stringContaining('10.0% of 60 records were rejected'),
    })
    expect(await check('0.2', 'property,media')).toMatchObject({
      code: 1,
      output: expect.stringContaining('media: no run'),
    })
  })

  it('a widget with a value that it does not know is refused', async () => {
    const { code, output } = await load(listings, { mode: 'full' })
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('mode must be one of FULL, DELTA'),
    })
    expect(relay.requests).toEqual([])
  })
})

describe.skipIf(!hasPython)('a merged table, followed by its change feed', () => {
  const change = (
    row: GoldRecord,
    _change_type: string,
    _commit_version: number,
    fields = {},
  ): GoldRecord => ({
    ...row,
    ...fields,
    _change_type,
    _commit_version,
    _commit_timestamp: '2026-01-01T00:00:00Z',
  })
  const follow = (feed: GoldRecord[][], checkpoint: string) =>
    notebook('06_follow_gold_changes', [], {
      widgets: { table: 'gold.merged', checkpoint, outcomes_table: 'ops.outcomes' },
      feeds: { 'gold.merged': feed },
    })

  it('each part of a micro-batch has its key; one that Spark repeats counts once', async () => {
    const rows = prefixed(listings, 'feed')
    const feed = [
      rows.map((row) => change(row, 'insert', 0)),
      [
        change(rows[0]!, 'update_preimage', 1),
        change(rows[0]!, 'update_postimage', 1, { ListPrice: '111111.00' }),
        change(rows[1]!, 'delete', 2),
      ],
    ]
    const first = await follow(feed, '/checkpoints/a')
    expect(first.code, first.output).toBe(0)
    expect(batches().map(({ headers }) => headers['idempotency-key']).sort()).toEqual([
      'query-of-/checkpoints/a.0.0',
      'query-of-/checkpoints/a.0.1',
      'query-of-/checkpoints/a.0.2',
      'query-of-/checkpoints/a.1.0',
    ])
    expect(batches().at(-1)!.body).toEqual([
      { ...rows[0], ListPrice: '111111.00' },
      { ListingKey: rows[1]!.ListingKey, OriginatingSystemOfficeKey: cyprus, '@deleted': true },
    ])
    const state = await held('feed')
    expect(state.find(({ key }) => key === rows[0]!.ListingKey)!.price).toBe(111_111)
    expect(first.delta['ops.outcomes']).toMatchObject([
      { mode: 'CHANGES', run_id: 'query-of-/checkpoints/a.0', totals: { insert: 60 } },
      { mode: 'CHANGES', run_id: 'query-of-/checkpoints/a.1', sent: 2 },
    ])
    // the answers of a repeated micro-batch are those of the first time
    const again = await follow(feed, '/checkpoints/a')
    expect(again.delta['ops.outcomes']).toMatchObject([{ totals: { insert: 60 } }, { sent: 2 }])
    expect(await held('feed')).toEqual(state)
  })

  it('a micro-batch that was cut differently when it was first tried gets in all the same', async () => {
    const rows = prefixed(listings, 'cut')
    const feed = (count: number) => [rows.slice(0, count).map((row) => change(row, 'insert', 0))]
    expect((await follow(feed(10), '/checkpoints/b')).code).toBe(0)
    const { code, output } = await follow(feed(30), '/checkpoints/b')
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(await held('cut')).toHaveLength(30)
  })
})
