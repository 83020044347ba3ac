import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** Where other servers of this kind stumble, each seen on one that is in use. What was sent is what must come back. */
let hub: Hub
let client: ODataClient

const cities = ['Limassol', 'Paphos', 'Larnaca', '100% sea', 'snake_case', 'back\\slash', null]
const listings: Row[] = Array.from({ length: 4_000 }, (_, n) => ({
  ListingKey: `QOBRIX_${String(n).padStart(4, '0')}`,
  OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  StandardStatus: 'Active',
  City: cities[n % cities.length],
  BedroomsTotal: n % 11 === 0 ? null : n % 5,
  ListPrice: n % 13 === 0 ? null : 100_000 + n % 3,
}))
const photos: Row[] = listings.slice(0, 20).flatMap(({ ListingKey, OriginatingSystemOfficeKey }) =>
  Array.from({ length: 6 }, (_, order) => ({
    MediaKey: `${ListingKey}_${order}`,
    ResourceRecordKey: ListingKey,
    OriginatingSystemOfficeKey,
    MediaURL: `https://photos.example/${ListingKey}/${order}.jpg`,
    MediaCategory: order === 5 ? 'Floor Plan' : 'Photo',
    Order: order,
  }))
)

beforeAll(async () => {
  hub = await startHub()
  client = await demoClient(hub, 'portal_cy')
  for (let start = 0; start < listings.length; start += 1_000) {
    await sendGold(hub, 'property', listings.slice(start, start + 1_000))
  }
  await sendGold(hub, 'media', photos)
})
afterAll(() => hub?.stop())

const keysOf = (rows: Row[]) => rows.map(({ ListingKey }) => ListingKey as string)

/** Sends with a filter that is encoded, and answers the keys of all rows. */
async function keysWhere(filter: string): Promise<string[]> {
  const query = `$select=ListingKey&$top=1000&$filter=${encodeURIComponent(filter)}`
  return keysOf(await client.all(`/Property?${query}`))
}

describe('pages without a total order (12,288 distinct rows of 20,000)', () => {
  it.each(['', '&$orderby=City', '&$orderby=BedroomsTotal desc', '&$orderby=City desc,ListPrice'])(
    'by $skip%s bring every row once',
    async (order) => {
      const pages = await Promise.all(
        Array.from(
          { length: 16 },
          (_, page) => client.rows(`/Property?$select=ListingKey&$top=250&$skip=${page * 250}${order}`),
        ),
      )
      expect(keysOf(pages.flat()).toSorted()).toEqual(keysOf(listings))
    },
  )

  it('$top=5&$skip=5 are the second five, filtered and ordered too', async () => {
    const few = (query: string) => client.rows(`/Property?$select=ListingKey&${query}`).then(keysOf)
    for (const query of ['', '&$orderby=City desc', "&$filter=City ne 'Paphos'&$orderby=ListPrice"]) {
      const ten = await few(`$top=10${query}`)
      expect(ten).toHaveLength(10)
      expect(await few(`$top=5&$skip=5${query}`)).toEqual(ten.slice(5))
    }
    expect(await few('$top=5&$skip=4000')).toEqual([])
  })
})

describe('what cannot be meant', () => {
  it.each([
    '$select=Citty',
    '$select=ListingKey,Citty',
    '$orderby=Citty',
    '$orderby=City,Citty desc',
    '$orderby=City sideways',
    '$filter=Citty eq 1',
    '$expand=Fotos',
    '$expand=Media($select=Citty)',
    '$expand=Media($orderby=Citty)',
    '$expand=Media($filter=Citty eq 1)',
    // dates that are none
    '$filter=ListingContractDate gt 2025-02-30',
    '$filter=ListingContractDate gt 2025-13-01',
    "$filter=ListingContractDate gt 'yesterday'",
    '$filter=ListingContractDate gt 20250101',
    '$filter=OriginalEntryTimestamp gt 2025-01-01T25:00:00Z',
    '$filter=OriginalEntryTimestamp gt 99999-01-01T00:00:00Z',
    "$filter=ModificationTimestamp gt '2025-01-01T00:00:61Z'",
    // values of another type
    "$filter=BedroomsTotal eq 'three'",
    '$filter=BedroomsTotal eq true',
    '$filter=City eq 5',
    '$filter=City gt 2025-01-01',
    "$filter=NewConstructionYN eq 'yes'",
    "$filter=contains(BedroomsTotal,'3')",
    '$filter=year(City) eq 2020',
    "$filter=BedroomsTotal add 'x' eq 1",
    "$filter=BedroomsTotal in (1,'two')",
    '$filter=City',
    // numbers beyond every type
    '$top=99999999999999999999',
    '$skip=99999999999999999999',
    '$skip=-1',
    '$top=1.5',
  ])('%s is 400 with a reason, not 500 and not ignored', async (query) => {
    const { status, body } = await client.get(`/Property?${query}`)
    expect([status, body?.error?.code]).toEqual([400, expect.stringMatching(/^[a-z_]+$/)])
    expect(body.error.message.length).toBeGreaterThan(10)
  })

  it.each([
    ['BedroomsTotal lt 99999999999999999999', (row: Row) => row.BedroomsTotal !== null],
    ['BedroomsTotal gt -99999999999999999999', (row: Row) => row.BedroomsTotal !== null],
    ['BedroomsTotal eq 99999999999999999999', () => false],
    ['BedroomsTotal mul 9223372036854775807 gt 0', (row: Row) => (row.BedroomsTotal as number) > 0],
    ['ListPrice lt 1e300', (row: Row) => row.ListPrice !== null],
    ['BedroomsTotal div 0 eq 1', () => false],
    ["substring(City,99999999999) eq ''", (row: Row) => row.City !== null],
  ])('%s overflows nothing', async (filter, holds) => {
    expect(await keysWhere(filter)).toEqual(keysOf(listings.filter(holds)))
  })

  it('numbers without end and keys too large for their type are refused or not found', async () => {
    expect((await client.get(`/Property?$filter=ListPrice gt ${'9'.repeat(500)}`)).status).toBe(400)
    expect((await client.get('/EntityEvent(99999999999999999999)')).status).toBe(400)
    expect((await client.get(`/Property('${'k'.repeat(2_000)}')`)).status).toBe(404)
  })
})

describe('filters', () => {
  it.each([
    ["City ne 'Limassol'", (city: string | null) => city !== 'Limassol'],
    ["not (City eq 'Limassol')", (city: string | null) => city !== 'Limassol'],
    ['City ne null', (city: string | null) => city !== null],
    ["contains(City,'%')", (city: string | null) => city?.includes('%')],
    ["contains(City,'0% s')", (city: string | null) => city?.includes('0% s')],
    ["contains(City,'_')", (city: string | null) => city?.includes('_')],
    ["contains(City,'\\')", (city: string | null) => city?.includes('\\')],
    ["startswith(City,'_')", () => false],
    ["endswith(City,'%')", () => false],
    ["startswith(tolower(City),'100%')", (city: string | null) => city?.startsWith('100%')],
    ["indexof(City,'_') eq 5", (city: string | null) => city?.indexOf('_') === 5],
    [
      "City eq '100% sea' or City eq 'snake_case'",
      (city: string | null) => city === '100% sea' || city === 'snake_case',
    ],
  ])('%s keeps nulls and takes no letter for a wildcard', async (filter, holds) => {
    const expected = listings.filter(({ City }) => holds(City as string | null) === true)
    expect(await keysWhere(filter)).toEqual(keysOf(expected))
    expect(await client.count('Property', filter)).toBe(expected.length)
  })
})

describe('orders', () => {
  it.each(['City', 'BedroomsTotal', 'ListPrice'])('null is the lowest value of %s', async (field) => {
    const nulls = listings.filter((row) => row[field] === null).length
    expect(nulls).toBeGreaterThan(100)
    const values = async (direction: string) =>
      (await client.all(`/Property?$select=${field}&$top=1000&$orderby=${field} ${direction}`))
        .map((row) => row[field])
    const ascending = await values('asc')
    expect(ascending.slice(0, nulls).every((value) => value === null)).toBe(true)
    const known = ascending.slice(nulls) as (string | number)[]
    expect(known.every((value, n) => value !== null && (n === 0 || value >= known[n - 1]!))).toBe(true)
    expect(await values('desc')).toEqual(ascending.toReversed())
  })
})

describe('$expand', () => {
  it('honours every option inside it, for each parent by itself', async () => {
    const rows = await client.rows(
      "/Property?$select=ListingKey&$top=20&$expand=Media($select=MediaKey;$filter=MediaCategory eq 'Photo';$orderby=Order desc;$skip=1;$top=2;$count=true)",
    )
    expect(rows).toHaveLength(20)
    for (const { ListingKey, Media, 'Media@odata.count': count } of rows) {
      expect(count).toBe(5)
      expect((Media as Row[]).map(({ '@odata.etag': _tag, ...photo }) => photo)).toEqual([
        { MediaKey: `${ListingKey}_3` },
        { MediaKey: `${ListingKey}_2` },
      ])
    }
  })
})

describe('without a token', () => {
  it('nothing is read', async () => {
    const paths = [
      '',
      '/$metadata',
      '/Property',
      "/Property('QOBRIX_0000')",
      '/Property/$count',
      '/Media',
      '/Lookup',
    ]
    const attempts: HeadersInit[] = [
      {},
      { Authorization: 'Bearer ' },
      { Authorization: 'Bearer not.a.token' },
      { Authorization: `Bearer ${client.token.slice(0, -4)}AAAA` },
      { Authorization: `Basic ${btoa('portal_cy:guess')}` },
    ]
    for (const path of paths) {
      for (const headers of attempts) {
        const response = await fetch(`${hub.functionsUrl}/odata${path}`, { headers })
        expect(response.status).toBe(401)
        expect(response.headers.get('WWW-Authenticate')).toContain('Bearer')
        expect(Object.keys(await response.json())).toEqual(['error'])
      }
    }
  })
})
