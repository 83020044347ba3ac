import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { generateBrokerage, seedBrokerage } from '../../../scripts/seed/brokerage.ts'
import { type GoldRecord, RESOURCES } from '../../../scripts/seed/gold.ts'

interface Sent {
  resource: string
  key: string
  records: GoldRecord[]
}

const NOTHING = { insert: 0, refresh: 0, track: 0, unchanged: 0, stale: 0, skip: 0, reject: 0, delete: 0 }

/** A door that inserts everything, unless `fault` has another answer. */
function door(fault: (resource: string, call: number) => Response | Error | null = () => null) {
  const sent: Sent[] = []
  let calls = 0
  vi.stubGlobal('fetch', (url: string, request: RequestInit) => {
    const resource = url.split('/').at(-1)!
    const records: GoldRecord[] = JSON.parse(request.body as string)
    sent.push({ resource, key: new Headers(request.headers).get('idempotency-key')!, records })
    const other = fault(resource, ++calls)
    if (other instanceof Error) return Promise.reject(other)
    return Promise.resolve(other ?? receipt(records))
  })
  return sent
}

function receipt(records: GoldRecord[]): Response {
  return Response.json({
    batch_id: 'b1',
    totals: { ...NOTHING, insert: records.length },
    records: records.map((_, index) => ({ index, key: `k${index}`, outcome: 'insert' })),
  })
}

async function seed(options: { resources?: string[] } = {}) {
  const lines: string[] = []
  const report = await seedBrokerage({
    functionsUrl: 'http://hub.example.com/functions/v1',
    token: 't',
    log: (line) => lines.push(line),
    ...options,
  })
  return { report, lines }
}

/** Pauses that were asked for; none is taken. */
let pauses: number[] = []

beforeEach(() => {
  pauses = []
  vi.stubGlobal('setTimeout', (run: () => void, milliseconds: number) => {
    pauses.push(milliseconds)
    queueMicrotask(run)
  })
})
afterEach(() => void vi.unstubAllGlobals())

describe('seedBrokerage', () => {
  it('sends everything in order, one office and at most 500 records to a batch', async () => {
    const sent = door()
    const { report, lines } = await seed()
    expect([...new Set(sent.map(({ resource }) => resource))]).toEqual([...RESOURCES])
    const brokerage = generateBrokerage()
    for (const resource of RESOURCES) {
      const records = sent.filter((batch) => batch.resource === resource).flatMap((batch) => batch.records)
      expect(records).toEqual(brokerage[resource])
      expect(report.totals[resource]).toEqual({ ...NOTHING, sent: records.length, insert: records.length })
    }
    for (const { records } of sent) {
      expect(records.length).toBeLessThanOrEqual(500)
      const offices = new Set(records.map((record) => record.OriginatingSystemOfficeKey))
      expect([...offices].filter((office) => /-(CY|HU|KZ)-/.test(`${office}`)).length).toBe(1)
    }
    expect(lines).toContain('property              603 sent: insert 603')
  })

  it('names each batch by its content', async () => {
    const first = door()
    await seed()
    const second = door()
    await seed()
    expect(second.map(({ key }) => key)).toEqual(first.map(({ key }) => key))
    expect(new Set(first.map(({ key }) => key)).size).toBe(first.length)
  })

  it('tries overload, server errors and broken connections again under the same key', async () => {
    const sent = door((_, call) => {
      if (call === 1) return new Response('slow down', { status: 429, headers: { 'retry-after': '1' } })
      if (call === 2) return new Response('starting', { status: 503 })
      return call === 3 ? new TypeError('connection reset') : null
    })
    const { report } = await seed({ resources: ['office'] })
    expect(sent.length).toBe(4)
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
    expect(report.totals.office?.insert).toBe(8)
    expect(pauses).toEqual([1000, 500, 1000])
  })

  it('leaves out what the door does not serve yet, and says so once', async () => {
    const sent = door((resource) => resource === 'media' ? new Response('', { status: 404 }) : null)
    const { report, lines } = await seed({ resources: ['media', 'member'] })
    expect(report.skipped).toEqual(['media'])
    expect(sent.filter(({ resource }) => resource === 'media').length).toBe(1)
    expect(lines.filter((line) => line.includes('not served')).length).toBe(1)
  })

  it('stops with a clear message when the door refuses', async () => {
    const sent = door(() => new Response('{"code":"forbidden"}', { status: 403 }))
    await expect(seed({ resources: ['office'] })).rejects.toThrow(
      'The ingest door did not take 8 records of office for SHARPSIR-CY-001. HTTP 403: {"code":"forbidden"}',
    )
    expect(sent.length).toBe(1)
  })

  it('gives up after six attempts', async () => {
    const sent = door(() => new TypeError('connection refused'))
    await expect(seed({ resources: ['office'] })).rejects.toThrow(/No answer from .*connection refused/)
    expect(sent.length).toBe(6)
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000])
  })

  it('tells which records were not taken and why', async () => {
    door(() =>
      Response.json({
        batch_id: 'b1',
        totals: { ...NOTHING, insert: 7, reject: 1 },
        records: [{
          index: 0,
          key: null,
          outcome: 'reject',
          errors: [{ field: 'OfficeKey', code: 'missing', message: 'OfficeKey is empty.' }],
        }],
      })
    )
    const { report } = await seed({ resources: ['office'] })
    expect(report.rejected).toEqual([
      { resource: 'office', officeKey: 'SHARPSIR-CY-001', key: null, reason: 'missing' },
    ])
  })
})
