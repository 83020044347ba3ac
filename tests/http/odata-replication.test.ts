import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'

/** Full scans by replication=true, while others write, and the changes that follow them. */
let hub: Hub
let reader: ODataClient
let token: string

const count = 2_300
const steady = Array.from({ length: count }, (_, index) => `QOBRIX_steady_${index}`)

beforeAll(async () => {
  hub = await startHub()
  reader = await demoClient(hub, 'portal_cy')
  token = await hub.token('databricks')
  for (let from = 0; from < count; from += 1000) {
    await send(steady.slice(from, from + 1000).map((key) => listing(key)))
  }
})
afterAll(() => hub?.stop())

const listing = (key: string, changes: Row = {}): Row => ({
  ListingKey: key,
  OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  StandardStatus: 'Active',
  City: 'Limassol',
  ...changes,
})

async function send(records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(records),
  })
  expect((await response.json()).totals.reject).toBe(0)
}

interface Page {
  value: Row[]
  '@odata.nextLink'?: string
  '@mls.changesAfter'?: { ModificationTimestamp: string; EntityEventSequence: number }
}

async function pages(
  path: string,
  between: (page: number) => Promise<void> = async () => {},
): Promise<Page[]> {
  const read: Page[] = []
  for (let next: string | undefined = path; next; next = read.at(-1)!['@odata.nextLink']) {
    const { status, body, text } = await reader.get(next)
    if (status !== 200) throw new Error(text)
    read.push(body)
    await between(read.length)
  }
  return read
}

const keysOf = (read: Page[]) => read.flatMap(({ value }) => value.map((row) => row.ListingKey as string))

describe('a page', () => {
  it('holds up to 2,000 records of few fields, 1,000 whole ones or unless asked', async () => {
    const sizes = async (query: string, headers: Record<string, string> = {}) => {
      const { body, headers: answered } = await reader.get(
        `/Property?replication=true&$select=ListingKey${query}`,
        headers,
      )
      return [body.value.length, answered.get('Preference-Applied')]
    }
    expect(await sizes('')).toEqual([1000, null])
    expect(await sizes('&$top=2000')).toEqual([2000, null])
    expect(await sizes('&$top=5000')).toEqual([2000, null])
    expect(await sizes('', { Prefer: 'odata.maxpagesize=9000' })).toEqual([2000, 'odata.maxpagesize=2000'])
    expect(await sizes('&$top=2000&$expand=Media')).toEqual([1000, null])
    expect((await reader.get('/Property?$select=ListingKey&$top=2000')).body.value.length).toBe(1000)
    expect((await reader.get('/Property?replication=true&$top=2000')).body.value.length).toBe(1000)
  })

  it('refuses what has another order, and any other value', async () => {
    const refusal = async (query: string) => {
      const { status, body } = await reader.get(`/Property?${query}`)
      return [status, body.error?.target]
    }
    expect(await refusal('replication=true&$orderby=City')).toEqual([400, '$orderby'])
    expect(await refusal('replication=true&$skip=5')).toEqual([400, '$skip'])
    expect(await refusal('replication=true&$search=sea')).toEqual([400, '$search'])
    expect(await refusal('replication=1')).toEqual([400, 'replication'])
    expect((await reader.get('/Property?replication=false&$orderby=City')).status).toBe(200)
  })

  it('takes $filter, $select, $expand and $count, and its link belongs to the mode', async () => {
    const query =
      "replication=true&$top=3&$filter=City eq 'Limassol'&$select=ListingKey&$expand=Media&$count=true"
    const [first, second] = [await reader.get(`/Property?${query}`), await reader.get(`/Property?${query}`)]
    expect(first.body['@odata.count']).toBe(count)
    expect(first.body.value.map((row: Row) => row.Media)).toEqual([[], [], []])
    expect(first.body['@mls.changesAfter']).toEqual(second.body['@mls.changesAfter'])
    const link: string = first.body['@odata.nextLink']
    expect((await reader.get(link)).body['@mls.changesAfter']).toEqual(first.body['@mls.changesAfter'])
    expect((await reader.get(link.replace('replication=true', 'replication=false'))).status).toBe(400)
  })
})

describe('a scan while others write', () => {
  it('neither misses nor doubles a record that stays, and its changes complete it', async () => {
    let round = 0
    let isReading = true
    const writer = (async () => {
      while (isReading) {
        round++
        await send([
          ...Array.from({ length: 40 }, (_, n) => steady[(round * 40 + n) % count]!).map((key) =>
            listing(key, { PublicRemarks: `Round ${round}` })
          ),
          ...[0, 1, 2].map((n) => listing(`QOBRIX_new_${round}_${n}`)),
        ])
        await hub.pool.query(
          `update mls_listings set origin_deleted = true where origin_key like 'QOBRIX_new_' || ($1 - 1)::text || '_%'`,
          [round],
        )
      }
    })()
    const read = await pages(
      '/Property?replication=true&$top=50&$select=ListingKey,PublicRemarks,ModificationTimestamp',
      // a write behind each of the first pages, however slow the writer is
      (page) => expect.poll(() => round).toBeGreaterThan(Math.min(page, 3)),
    )
    isReading = false
    await writer
    expect(round).toBeGreaterThan(3)
    const keys = keysOf(read)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.filter((key) => key.startsWith('QOBRIX_steady_'))).toEqual(steady)

    const start = read[0]!['@mls.changesAfter']!
    expect(new Set(read.map((page) => JSON.stringify(page['@mls.changesAfter']))).size).toBe(1)
    const copy = new Map(read.flatMap(({ value }) => value.map((row) => [row.ListingKey, row.PublicRemarks])))
    const changed = await reader.all(
      `/Property?$select=ListingKey,PublicRemarks&$orderby=ModificationTimestamp&$filter=ModificationTimestamp gt ${start.ModificationTimestamp}`,
    )
    for (const row of changed) copy.set(row.ListingKey, row.PublicRemarks)
    const events = await reader.all(
      `/EntityEvent?$filter=EntityEventSequence gt ${start.EntityEventSequence}`,
    )
    for (const event of events) if (event.X_EventType === 'deleted') copy.delete(event.ResourceRecordKey)

    const now = await reader.all('/Property?$select=ListingKey,PublicRemarks&$top=1000')
    expect([...copy].sort()).toEqual(now.map((row) => [row.ListingKey, row.PublicRemarks]).sort())
  })

  it('tells of a record that was changed after it had been read and before another one', async () => {
    const read = await pages(
      '/Property?replication=true&$top=1000&$select=ListingKey,ModificationTimestamp',
      async (page) => {
        if (page === 1) await send([listing(steady[0]!, { City: 'Paphos' })])
        if (page === 2) await send([listing(steady.at(-1)!, { City: 'Paphos' })])
      },
    )
    const start = read[0]!['@mls.changesAfter']!
    const greatest = read.flatMap(({ value }) => value.map((row) => row.ModificationTimestamp as string))
      .sort().at(-1)!
    const after = async (time: string) => {
      const rows = await reader.all(`/Property?$select=ListingKey&$filter=ModificationTimestamp gt ${time}`)
      return rows.map((row) => row.ListingKey)
    }
    expect(await after(greatest)).not.toContain(steady[0])
    expect(await after(start.ModificationTimestamp)).toEqual([steady[0], steady.at(-1)])
  })
})
