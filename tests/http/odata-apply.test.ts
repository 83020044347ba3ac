import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** `$apply`: groups of what the caller may read. */
let hub: Hub
let root: string
let cyprus: ODataClient
let hungary: ODataClient
let owner: ODataClient

const cy = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001', StandardStatus: 'Active' }
const listings: Row[] = [
  { City: 'Limassol', ListPrice: 100.1, BedroomsTotal: 1, ListingContractDate: '2026-01-02' },
  { City: 'Limassol', ListPrice: 200.2, BedroomsTotal: 2, ListingContractDate: '2026-03-04' },
  { City: 'Limassol', ListPrice: 200.2, StandardStatus: 'Closed', PrivateRemarks: 'secret' },
  { City: 'Пафос', ListPrice: 1_000_000.55, BedroomsTotal: 3, Latitude: 34.5, Longitude: 33.1 },
  { City: 'Пафос', BedroomsTotal: 4, Latitude: 35.5, Longitude: 33.2 },
  { ListPrice: 7, BedroomsTotal: 2 },
].map((row, n) => ({ ...cy, ...row, ListingKey: `QOBRIX_${n}` }))

beforeAll(async () => {
  hub = await startHub()
  root = `${hub.functionsUrl}/odata`
  cyprus = await newClient(hub, { offices: ['SHARPSIR-CY-001'], profile: 'dd2' })
  hungary = await newClient(hub, { offices: ['SHARPSIR-HU-001'], profile: 'dd2' })
  owner = await newClient(hub, { offices: ['*'], grants: ['Property.*'], profile: 'gold', top_means: 'rows' })
  await sendGold(hub, 'property', [...listings, {
    ListingKey: 'QOBRIX_hu',
    City: 'Budapest',
    ListPrice: 5,
    OriginatingSystemOfficeKey: 'SHARPSIR-HU-001',
    StandardStatus: 'Active',
  }])
})
afterAll(() => hub?.stop())

const groups = async (query: string, client = cyprus, path = '/Property') =>
  await client.rows(`${path}?$apply=${query}`)

describe('aggregates', () => {
  it('are exact, and leave nulls out', async () => {
    const ways = 'ListPrice with sum as Sum,ListPrice with average as Average,ListPrice with min as Least,' +
      'ListPrice with max as Most,ListPrice with countdistinct as Prices,$count as Count,' +
      'ListingContractDate with min as First,City with max as Last,ModificationTimestamp with max as Changed'
    const { text, body } = await cyprus.get(`/Property?$apply=aggregate(${ways})`)
    const [row] = body.value
    expect(row).toMatchObject({
      Least: 7,
      Most: 1000000.55,
      Prices: 4,
      Count: 6,
      First: '2026-01-02',
      Last: 'Пафос',
    })
    expect(text).toContain('"Sum":1000508.05,"Average":200101.61,')
    expect(row.Changed).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/)
    expect(body['@odata.context']).toBe(
      `${root}/$metadata#Property(Sum,Average,Least,Most,Prices,Count,First,Last,Changed)`,
    )
  })

  it('of nothing are one row', async () => {
    expect(await groups("filter(City eq 'Nowhere')/aggregate($count as N,ListPrice with sum as S)"))
      .toEqual([{ N: 0, S: null }])
  })

  it('take expressions', async () => {
    expect(await groups("filter(City eq 'Limassol')/aggregate(ListPrice mul 2 with max as Twice)"))
      .toEqual([{ Twice: 400.4 }])
  })

  it('are texts where numbers are wanted so, and have types in full metadata', async () => {
    const path =
      '/Property?$count=true&$apply=groupby((BedroomsTotal),aggregate(ListPrice with sum as S))&$filter=BedroomsTotal eq 3'
    const exact = await cyprus.get(path, { Accept: 'application/json;IEEE754Compatible=true' })
    expect(exact.body).toMatchObject({
      '@odata.count': '1',
      value: [{ BedroomsTotal: '3', S: '1000000.55' }],
    })
    const full = await cyprus.get(path, { Accept: 'application/json;odata.metadata=full' })
    expect(full.body.value[0]['S@odata.type']).toBe('#Decimal')
  })
})

describe('groups', () => {
  it('have one of nulls, an order and a filter of their own', async () => {
    const by = 'groupby((City),aggregate($count as N,ListPrice with sum as S))'
    expect(await groups(by)).toEqual([
      { City: null, N: 1, S: 7 },
      { City: 'Limassol', N: 3, S: 500.5 },
      { City: 'Пафос', N: 2, S: 1000000.55 },
    ])
    expect((await groups(`${by}&$orderby=S desc,City&$select=City`)).map((row) => row.City))
      .toEqual(['Пафос', 'Limassol', null])
    expect(await groups(`${by}&$filter=N gt 1 and startswith(City,'П')`)).toEqual([
      { City: 'Пафос', N: 2, S: 1000000.55 },
    ])
    expect(await groups(`filter(StandardStatus eq 'Active')/filter(ListPrice gt 50)/${by}&$select=City,N`))
      .toEqual([
        { City: 'Limassol', N: 2 },
        { City: 'Пафос', N: 1 },
      ])
  })

  it('may be of several fields, or without a number', async () => {
    expect(await groups('groupby((City,StandardStatus))')).toHaveLength(4)
    expect(await groups('groupby((OriginatingSystemOfficeKey),aggregate($count as N))')).toEqual([
      { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001', N: 6 },
    ])
  })

  it('come page by page, each once', async () => {
    const pages: Row[][] = []
    const first = '/Property?$apply=groupby((ListingKey))&$count=true&$skip=1'
    for (let next: string | undefined = first; next;) {
      const { body } = await cyprus.get(next, next === first ? { Prefer: 'odata.maxpagesize=2' } : {})
      expect(body['@odata.count']).toBe(6)
      pages.push(body.value)
      next = body['@odata.nextLink']
    }
    expect(pages.map((page) => page.map((row) => row.ListingKey))).toEqual([
      ['QOBRIX_1', 'QOBRIX_2'],
      ['QOBRIX_3', 'QOBRIX_4'],
      ['QOBRIX_5'],
    ])
    const { body } = await owner.get('/Property?$apply=groupby((ListingKey))&$top=3')
    expect([body.value.length, body['@odata.nextLink']]).toEqual([3, undefined])
    expect((await cyprus.get('/Property/$count?$apply=groupby((City))')).text).toBe('3')
  })

  it('of other resources, those that are not stored too', async () => {
    const fields = await groups('groupby((ResourceName),aggregate($count as N))', cyprus, '/Field')
    expect(fields.find((row) => row.ResourceName === 'Property')!.N).toBeGreaterThan(100)
    const events = await groups('aggregate($count as N)', cyprus, '/EntityEvent')
    expect(events[0]!.N).toBeGreaterThanOrEqual(6)
  })
})

it('a filter alone is $filter', async () => {
  const rows = await groups("filter(City eq 'Limassol')&$filter=BedroomsTotal eq 2&$select=ListingKey")
  expect(rows.map((row) => row.ListingKey)).toEqual(['QOBRIX_1'])
  expect((await cyprus.get("/Property/$count?$apply=filter(City eq 'Limassol')")).text).toBe('3')
})

describe('what a caller may not read', () => {
  it('is in no group and no sum: rows', async () => {
    expect(await groups('groupby((City),aggregate(ListPrice with sum as S))', hungary)).toEqual([
      { City: 'Budapest', S: 5 },
    ])
    expect(await groups('aggregate($count as N)', owner)).toEqual([{ N: 7 }])
    const published = await newClient(hub, { offices: ['*'], api_visibility: 'published', profile: 'dd2' })
    const rows = await published.count('Property', 'ListingKey ne null')
    expect(await groups('aggregate($count as N)', published)).toEqual([{ N: rows }])
    await hub.pool.query(
      `update public.served_property set is_deleted = true where "ListingKey" = 'QOBRIX_hu'`,
    )
    expect(await groups('groupby((City))', hungary)).toEqual([])
  })

  it.each([
    'groupby((PrivateRemarks))',
    'aggregate(PrivateRemarks with max as M)',
    "filter(PrivateRemarks eq 'secret')/aggregate($count as N)",
    "filter(contains(PrivateRemarks,'s'))",
    'aggregate(length(PrivateRemarks) with sum as M)',
  ])('cannot be named: %s', async (apply) => {
    const { status, body } = await cyprus.get(`/Property?$apply=${apply}`)
    expect([status, body.error.code]).toEqual([400, 'unknown_field'])
    expect((await owner.get(`/Property?$apply=${apply}`)).status).toBe(200)
  })

  it('is served where it was granted', async () => {
    expect(
      await groups('groupby((PrivateRemarks),aggregate($count as N))&$filter=PrivateRemarks ne null', owner),
    )
      .toEqual([{ PrivateRemarks: 'secret', N: 1 }])
  })
})

it.each([
  ['groupby((Citty))', 400, 'unknown_field', "'City'"],
  ['groupby((Location))', 400, 'invalid_query', 'points'],
  ['groupby((View))', 400, 'invalid_query', 'multi-valued'],
  ['groupby((ListAgent/MemberFullName))', 501, 'not_implemented', 'itself'],
  ['groupby((year(ListingContractDate)))', 501, 'not_implemented', 'fields'],
  ['groupby((rollup(City,Country)))', 400, 'invalid_query', '$apply'],
  ['aggregate(City with sum as S)', 400, 'invalid_query', 'needs numbers'],
  ['aggregate(ListPrice with median as S)', 400, 'invalid_query', 'countdistinct'],
  ['aggregate(ListPrice with sum)', 400, 'invalid_query', "'as'"],
  ['aggregate($count as N,$count as N)', 400, 'invalid_query', 'named twice'],
  ['groupby((City))/filter(City eq null)', 400, 'invalid_query', '$filter'],
  ['groupby((City))&$orderby=ListPrice', 400, 'unknown_field', '$orderby'],
  ['groupby((City))&$select=ListPrice', 400, 'unknown_field', '$select'],
  ['groupby((City))&$expand=Media', 501, 'not_implemented', '$expand'],
  ['groupby((City))&$search=x', 501, 'not_implemented', '$search'],
  ['groupby((City))&replication=true', 501, 'not_implemented', 'whole resource'],
  ['groupby((City', 400, 'invalid_query', '$apply'],
])('refuses %s', async (apply, status, code, message) => {
  const answer = await cyprus.get(`/Property?$apply=${apply}`)
  expect([answer.status, answer.body.error?.code]).toEqual([status, code])
  expect(`${answer.body.error.message} ${answer.body.error.target}`).toContain(message)
})

it('applies to collections of a resource only', async () => {
  expect((await cyprus.get("/Property('QOBRIX_0')?$apply=groupby((City))")).status).toBe(400)
  expect((await cyprus.get("/Property('QOBRIX_0')/Media?$apply=groupby((MediaKey))")).status).toBe(501)
})
