import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'

/** `$apply`: groups and figures are those of the very rows that the client can read one by one. */
let hub: Hub
let cyprus: ODataClient
let hungary: ODataClient
let everything: ODataClient
let standard: ODataClient

const cities = ['Limassol', 'Λεμεσός', 'Лимассол', "O'Hara", undefined]
const types = ['Apartment', 'standard_apartment', 'Flat', undefined]

beforeAll(async () => {
  hub = await startHub()
  ;[cyprus, hungary] = await Promise.all([demoClient(hub, 'portal_cy'), demoClient(hub, 'portal_hu')])
  const offices = ['SHARPSIR-CY-001', 'SHARPSIR-HU-001']
  everything = await newClient(hub, {
    offices,
    grants: ['Property.*'],
    api_visibility: 'all',
    profile: 'gold',
  })
  standard = await newClient(hub, { offices, api_visibility: 'all', profile: 'dd2' })
  for (const office of offices) {
    const market = office.slice(9, 11)
    await send(
      Array.from({ length: 60 }, (_, n): Row => ({
        ListingKey: `${market === 'CY' ? 'QOBRIX' : 'DASH'}_${market}${n}`,
        OriginatingSystemOfficeKey: office,
        StandardStatus: n % 7 === 0 ? 'Pending' : 'Active',
        City: cities[n % cities.length],
        PropertySubType: types[n % types.length],
        BedroomsTotal: n % 9 === 0 ? undefined : n % 5,
        ListPrice: n % 11 === 0 ? undefined : `${100_000 + n * 1234.5}`,
        Latitude: 34 + n / 100,
        Longitude: 33,
        ListingContractDate: `2026-0${1 + n % 9}-11`,
        X_KeyHolderDetails: n % 3 === 0 ? `secret ${n % 2}` : undefined,
        View: n % 2 === 0 ? 'Sea,City' : undefined,
      })),
    )
  }
})
afterAll(() => hub?.stop())

async function send(records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await hub.token('databricks')}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(records),
  })
  expect((await response.json()).totals).toMatchObject({ insert: records.length })
}

const applied = (client: ODataClient, apply: string, more = '') =>
  client.all(`/Property?$top=1000&$apply=${encodeURIComponent(apply)}${more}`).then((rows) =>
    rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.includes('@'))))
  )

/** Rows in no order. */
const asSet = (rows: Row[]) => rows.map((row) => JSON.stringify(row)).sort()

const figures = 'aggregate($count as n,ListPrice with sum as total,ListPrice with average as mean,' +
  'ListPrice with min as least,ListPrice with max as most,BedroomsTotal with countdistinct as sizes)'

/** The same of rows that were read one by one. */
function figuresOf(rows: Row[]): Row {
  const prices = rows.map(({ ListPrice }) => ListPrice).filter((price): price is number => price !== null)
  const total = prices.reduce((sum, price) => sum + Math.round(price * 100), 0) / 100
  return {
    n: rows.length,
    total: prices.length > 0 ? total : null,
    mean: prices.length > 0 ? total / prices.length : null,
    least: prices.length > 0 ? Math.min(...prices) : null,
    most: prices.length > 0 ? Math.max(...prices) : null,
    sizes: new Set(rows.map(({ BedroomsTotal }) => BedroomsTotal).filter((size) => size !== null)).size,
  }
}

function groupsOf(rows: Row[], by: string[]): Row[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(by.map((name) => row[name]))
    groups.set(key, [...groups.get(key) ?? [], row])
  }
  return [...groups.values()].map((members) => ({
    ...Object.fromEntries(by.map((name) => [name, members[0]![name]])),
    ...figuresOf(members),
  }))
}

const rounded = (rows: Row[]) =>
  rows.map((row) => ({ ...row, mean: row.mean === null ? null : Math.round(Number(row.mean) * 1e4) / 1e4 }))

describe.each(['cyprus', 'hungary', 'everything', 'standard'])('of client %s', (name) => {
  const client = () => ({ cyprus, hungary, everything, standard })[name]!

  test('any groups of any rows have the figures of those rows', async () => {
    const fields = ['City', 'PropertySubType', 'StandardStatus', 'BedroomsTotal', 'ListingContractDate']
    const filters = [
      undefined,
      `StandardStatus eq 'Active'`,
      'ListPrice gt 120000',
      `City eq 'Лимассол'`,
      'City eq null',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(fields, { maxLength: 3 }),
        fc.constantFrom(...filters),
        fc.constantFrom(...filters),
        async (by, filter, second) => {
          const conditions = [filter, second].filter((one) => one !== undefined)
          const rows = await client().all(
            `/Property?$top=1000${
              conditions.length > 0 ? `&$filter=${encodeURIComponent(conditions.join(' and '))}` : ''
            }`,
          )
          const step = by.length > 0 ? `groupby((${by.join(',')}),${figures})` : figures
          const apply = [...conditions.map((condition) => `filter(${condition})`), step].join('/')
          const expected = by.length > 0 ? groupsOf(rows, by) : [figuresOf(rows)]
          expect(asSet(rounded(await applied(client(), apply)))).toEqual(asSet(rounded(expected)))
        },
      ),
      { numRuns: 12 },
    )
  })
})

it('makes groups of standard values where the client reads those', async () => {
  const groups = await applied(standard, 'groupby((PropertySubType),aggregate($count as n))')
  expect(groups.filter(({ PropertySubType }) => PropertySubType !== null)).toEqual([
    { PropertySubType: 'Apartment', n: 90 },
  ])
})

it('shows each combination once without an aggregate, in order, null first, page by page', async () => {
  const apply = encodeURIComponent('groupby((City,BedroomsTotal))')
  const whole = await applied(everything, 'groupby((City,BedroomsTotal))')
  expect(new Set(asSet(whole)).size).toBe(whole.length)
  expect(whole[0]).toEqual({ City: null, BedroomsTotal: null })
  const paged = await everything.all(`/Property?$top=4&$apply=${apply}`)
  expect(paged).toEqual(whole)
  const { body } = await everything.get(`/Property?$apply=${apply}&$count=true&$top=5&$skip=3`)
  expect(body['@odata.count']).toBe(whole.length)
  expect(body.value).toEqual(whole.slice(3, 8))
  // $top is a page to clients of profile gold, and all that is wanted to others
  expect(body['@odata.nextLink']).toContain('$skiptoken=')
  const limited = await standard.get(`/Property?$apply=${apply}&$top=5`)
  expect(limited.body['@odata.nextLink']).toBeUndefined()
  const { text } = await everything.get(`/Property/$count?$apply=${apply}`)
  expect(text).toBe(String(whole.length))
})

it('has one row of an empty collection, and no group', async () => {
  expect(
    await applied(everything, `filter(City eq 'nowhere')/aggregate($count as n,ListPrice with sum as s)`),
  )
    .toEqual([{ n: 0, s: null }])
  expect(await applied(everything, `filter(City eq 'nowhere')/groupby((City))`)).toEqual([])
})

it('writes what is beyond all bounds as texts', async () => {
  const items = [
    'Latitude mul INF with max as most',
    'Latitude mul -INF with min as least',
    'Latitude mul NaN with sum as none',
  ]
  expect(await applied(everything, `aggregate(${items.join(',')})`)).toEqual([
    { most: 'INF', least: '-INF', none: 'NaN' },
  ])
})

it('keeps what the client may not see out of groups, figures, conditions and messages', async () => {
  for (
    const apply of [
      'groupby((X_KeyHolderDetails))',
      'aggregate(X_KeyHolderDetails with max as m)',
      `filter(startswith(X_KeyHolderDetails,'secret'))/aggregate($count as n)`,
    ]
  ) {
    const { status, text } = await cyprus.get(`/Property?$apply=${encodeURIComponent(apply)}`)
    expect([status, JSON.parse(text).error.code]).toEqual([400, 'unknown_field'])
    expect(text).not.toContain('secret')
  }
  expect(await applied(everything, 'groupby((X_KeyHolderDetails),aggregate($count as n))')).toEqual([
    { X_KeyHolderDetails: null, n: 80 },
    { X_KeyHolderDetails: 'secret 0', n: 20 },
    { X_KeyHolderDetails: 'secret 1', n: 20 },
  ])
  const [, hungarian] = await Promise.all(
    [cyprus, hungary].map((client) => applied(client, 'groupby((OriginatingSystemOfficeKey))')),
  )
  for (const { OriginatingSystemOfficeKey } of hungarian!) {
    expect(OriginatingSystemOfficeKey).toBe('SHARPSIR-HU-001')
  }
})

it('is asked by POST and within a batch as well', async () => {
  const apply = '$apply=aggregate($count as n)'
  const post = (path: string, body: string, type: string) =>
    fetch(`${hub.functionsUrl}/odata${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${everything.token}`, 'Content-Type': type },
      body,
    }).then((answer) => answer.json())
  expect((await post('/Property/$query', apply, 'text/plain')).value[0].n).toBe(120)
  const requests = [{ id: '1', method: 'GET', url: `Property?${encodeURI(apply)}` }]
  const batch = await post('/$batch', JSON.stringify({ requests }), 'application/json')
  expect(batch.responses[0].body.value[0].n).toBe(120)
})
