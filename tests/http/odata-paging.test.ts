import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { rounds } from '../support/tiers.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'

/** A reader pages while another client inserts, updates and removes: whatever was there all the time comes once. */
let hub: Hub
let reader: ODataClient
let token: string

const office = 'SHARPSIR-CY-001'
const steady = Array.from({ length: 300 }, (_, index) => `QOBRIX_steady_${String(index).padStart(3, '0')}`)

beforeAll(async () => {
  hub = await startHub()
  reader = await demoClient(hub, 'portal_cy')
  token = await hub.token('databricks')
  await send(
    steady.flatMap((key, index) => [listing(key, index), listing(`QOBRIX_fleeting_${index}`, index)]),
  )
})
afterAll(() => hub?.stop())

const listing = (key: string, index: number): Row => ({
  ListingKey: key,
  OriginatingSystemOfficeKey: office,
  StandardStatus: 'Active',
  City: index % 7 === 0 ? null : `City ${index % 5}`,
  ListPrice: index % 11 === 0 ? null : 100_000 + index % 13,
})

async function send(records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(records),
  })
  expect(response.status).toBe(200)
}

describe('nextLink while others write', () => {
  // By ModificationTimestamp a changed row moves behind the reader's place, and comes again: that is its purpose.
  it.each([
    '',
    '$orderby=ListingKey',
    '$orderby=City,ListPrice desc',
    '$orderby=ListPrice',
    '$orderby=ListPrice desc',
  ])(
    'neither misses nor doubles a row that stays: %s',
    async (order) => {
      let isReading = true
      let round = 0
      const writer = (async () => {
        while (isReading) {
          round++
          const numbers = Array.from({ length: 20 }, (_, index) => (round * 20 + index) % 300)
          // Rows that stay keep what they are ordered by; all others come, change and go.
          await send(numbers.map((n) => ({ ...listing(steady[n]!, n), PublicRemarks: `Round ${round}` })))
          await send(numbers.map((n) => ({ ...listing(`QOBRIX_new_${order.length}_${round}_${n}`, n) })))
          await hub.pool.query(
            `update public.mls_listings set origin_deleted = not origin_deleted where origin_key = any ($1)`,
            [numbers.map((n) => `QOBRIX_fleeting_${n}`)],
          )
        }
      })()
      try {
        // as often as it takes for the writer to have written meanwhile
        const before = round
        while (round < before + 2) {
          const rows = await reader.all(`/Property?$select=ListingKey&$top=17&${order}`)
          const keys = rows.map((row) => row.ListingKey as string)
          expect(new Set(keys).size).toBe(keys.length)
          expect(keys.filter((key) => key.startsWith('QOBRIX_steady_')).sort()).toEqual(steady)
        }
      } finally {
        isReading = false
        await writer
      }
    },
  )

  it('brings changed rows again by ModificationTimestamp, and misses none', async () => {
    const first = await reader.all(
      '/Property?$select=ListingKey,ModificationTimestamp&$orderby=ModificationTimestamp&$top=100',
    )
    const cursor = first.at(-1)!.ModificationTimestamp
    await send(
      steady.slice(0, 5).map((key, index) => ({
        ...listing(key, index),
        PublicRemarks: 'Changed after the cursor',
      })),
    )
    const later = await reader.all(
      `/Property?$select=ListingKey&$filter=ModificationTimestamp gt ${cursor}&$orderby=ModificationTimestamp`,
    )
    expect(later.map((row) => row.ListingKey).sort()).toEqual(steady.slice(0, 5))
  })
})

describe('parallel $skip pages of the original sync client', () => {
  /** A thousand is the most that a page has. */
  const size = rounds(500, 1_000)
  const keys = Array.from(
    { length: 5.25 * size },
    (_, index) => `DASH_kept_${String(index).padStart(4, '0')}`,
  )
  const kept = (round: number) =>
    keys.map((key, index) => ({
      ...listing(key, index),
      OriginatingSystemOfficeKey: 'SHARPSIR-HU-001',
      PublicRemarks: `Round ${round}`,
    }))

  it('lose nothing and double nothing while every row is updated', async () => {
    const client = await demoClient(hub, 'portal_hu')
    for (const batch of batches(kept(0))) await send(batch)
    const before = await client.all('/Property?$select=ListingKey&$top=1000')
    expect(before.map((row) => row.ListingKey).sort()).toEqual(keys)

    let isWriting = true
    const writer = (async () => {
      for (const batch of batches(kept(1))) await send(batch)
    })().finally(() => isWriting = false)
    while (isWriting) {
      const pages = await Promise.all(
        Array.from(
          { length: Math.ceil(keys.length / size) },
          (_, page) => client.rows(`/Property?$select=ListingKey&$top=${size}&$skip=${page * size}`),
        ),
      )
      expect(pages.map((rows) => rows.length)).toEqual([...Array(5).fill(size), size / 4])
      expect(pages.flat().map((row) => row.ListingKey)).toEqual(before.map((row) => row.ListingKey))
    }
    await writer
  })

  /** Small enough that several are committed while the pages of one reading are under way. */
  function batches<Item>(items: Item[]): Item[][] {
    const step = size / 5
    return Array.from(
      { length: Math.ceil(items.length / step) },
      (_, n) => items.slice(n * step, n * step + step),
    )
  }
})

it('what is skipped is skipped once, with or without the dollar sign', async () => {
  const all = (await reader.all('/Property?$orderby=ListingKey&$select=ListingKey&$top=500')).slice(5, 25)
  for (const skip of ['$skip=5', 'skip=5', '%24SKIP=5']) {
    const query = `$orderby=ListingKey&$select=ListingKey&${skip}`
    const { body } = await reader.get(`/Property?${query}`, { Prefer: 'maxpagesize=10' })
    const next = await reader.get(body['@odata.nextLink'], { Prefer: 'maxpagesize=10' })
    expect([...body.value, ...next.body.value]).toEqual(all)
  }
})
