import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** Small departures of libraries from what the standard writes, and what cannot be answered rightly and is refused. */
let hub: Hub
let root: string
let client: ODataClient

beforeAll(async () => {
  hub = await startHub()
  root = `${hub.functionsUrl}/odata`
  client = await newClient(hub, { offices: ['*'], profile: 'dd2' })
  await sendGold(
    hub,
    'property',
    ['a', 'b', 'c'].map((name, index): Row => ({
      ListingKey: `QOBRIX_${name}`,
      OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
      StandardStatus: 'Active',
      City: 'Λεμεσός',
      ListPrice: 100_000.5 + index,
      BedroomsTotal: index,
      Latitude: 34.68,
      Longitude: 33.04 + index,
    })),
  )
})
afterAll(() => hub?.stop())

const batch = async (body: string, type = 'application/json') => {
  const headers = { Authorization: `Bearer ${client.token}`, 'Content-Type': type }
  return await (await fetch(`${root}/$batch`, { method: 'POST', headers, body })).text()
}
const one = '/Property?$top=1&$select=ListingKey'

describe('headers', () => {
  it('that are empty or sent twice', async () => {
    expect((await client.get(one, { Accept: '' })).status).toBe(200)
    const twice = await client.get(one, { 'OData-MaxVersion': '4.0, 4.0' })
    expect([twice.status, twice.headers.get('OData-Version')]).toEqual([200, '4.0'])
  })

  it('of any library pass the preflight', async () => {
    const { headers } = await fetch(`${root}/Property`, { method: 'OPTIONS' })
    const allowed = headers.get('Access-Control-Allow-Headers')!.toLowerCase().split(',')
    // without credentials of the browser `*` stands for every name but this one (Fetch, 4.9)
    expect(allowed).toEqual(expect.arrayContaining(['*', 'authorization']))
  })

  it.each(['odata  api', ' odata', '  '])('a scope with blanks: "%s"', async (scope) => {
    const secret = 'b'.repeat(40)
    await hub.pool.query('select mls.upsert_api_client($1)', [
      { client_id: 'blanks', secret, scopes: ['odata'], offices: ['*'] },
    ])
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'blanks',
      client_secret: secret,
      scope,
    })
    const response = await fetch(`${hub.functionsUrl}/oauth/token`, { method: 'POST', body })
    expect([response.status, (await response.json()).scope]).toEqual([200, 'odata'])
  })
})

describe('a nextLink', () => {
  it('goes on with a parameter that a library adds against caches, and with no other query', async () => {
    const { body } = await client.get('/Property?$select=ListingKey&$orderby=ListPrice', {
      Prefer: 'odata.maxpagesize=1',
    })
    const link = body['@odata.nextLink'] as string
    const next = (await client.get(link)).body.value
    expect((await client.get(`${link}&_=1764500000`)).body.value).toEqual(next)
    for (const other of [`${link}&$top=1`, `${link}&replication=true`, `${link}&@a=1`]) {
      expect((await client.get(other)).status).toBe(400)
    }
  })
})

describe('a batch', () => {
  it('in JSON may say null for what it has not', async () => {
    const { responses } = JSON.parse(
      await batch(JSON.stringify({
        requests: [{ id: '1', method: 'get', url: 'Property/$count', headers: null, dependsOn: null }],
      })),
    )
    expect(responses).toMatchObject([{ id: '1', status: 200, body: '3' }])
  })

  it('in MIME may hold blanks in an address', async () => {
    const request = `GET Property/$count?$filter=City eq 'Λεμεσός' and ListPrice gt 100001 HTTP/1.1`
    const text = await batch(
      `--b\r\nContent-Type: application/http\r\n\r\n${request}\r\n\r\n\r\n--b--\r\n`,
      'multipart/mixed; boundary=b',
    )
    expect(text).toMatch(/HTTP\/1\.1 200 OK[\s\S]*\r\n\r\n2\r\n/)
  })

  it('with a change set is told of it, whatever its boundary, and what the others may be', async () => {
    const inside =
      `--b_1\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n${'POST Property HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"City":"x"}'}\r\n--b_1--`
    const text = await batch(
      `--b\r\nContent-Type: multipart/mixed; boundary=b_1\r\n\r\n${inside}\r\n--b--\r\n`,
      'multipart/mixed; boundary=b',
    )
    expect(text).toMatch(/405 Method Not Allowed[\s\S]*allow: GET, HEAD[\s\S]*not a change set: send each/)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })
})

describe('IEEE754Compatible', () => {
  it('says the types of what was aggregated, which no model declares', async () => {
    const apply = '/Property?$apply=aggregate(ListPrice with sum as S,$count as N,City with max as C)'
    const exact = await client.get(apply, { Accept: 'application/json;IEEE754Compatible=true' })
    expect(exact.body.value).toEqual([{
      'S@odata.type': '#Decimal',
      S: '300004.5',
      'N@odata.type': '#Int64',
      N: '3',
      C: 'Λεμεσός',
    }])
    expect((await client.get(apply)).body.value).toEqual([{ S: 300004.5, N: 3, C: 'Λεμεσός' }])
    const bare = { Accept: 'application/json;IEEE754Compatible=true;odata.metadata=none' }
    expect((await client.get(apply, bare)).body.value).toEqual([{ S: '300004.5', N: '3', C: 'Λεμεσός' }])
  })
})

describe('a place', () => {
  it.each([
    ["geo.distance(Location,geography'POINT(33.04 34.68 120)') lt 1000", 1],
    ["geo.distance(geography'SRID=4326;Point(33.04 34.68 120 1)',Location) gt 1000", 2],
    ["geo.intersects(Location,geography'POLYGON((33 34 1,34.5 34 1,34.5 35 1,33 35 1,33 34 1))')", 2],
  ])('with an altitude: %s', async (filter, wanted) => {
    expect(await client.count('Property', filter)).toBe(wanted)
  })
})

describe('a time with an offset', () => {
  it.each([
    'year(2026-12-31T23:30:00-05:00) eq 2026',
    'day(2026-12-31T23:30:00-05:00) eq 31',
    'hour(2026-12-31T23:30:00+02:00) eq 23',
    'minute(2026-12-31T23:30:00+05:30) eq 30',
    'date(2026-12-31T23:30:00-05:00) eq 2026-12-31',
    'time(2026-12-31T23:30:00-05:00) eq 23:30:00',
    "totaloffsetminutes('2026-12-31T23:30:00-05:00') eq -300",
    'day(@t) eq 31&@t=2026-12-31T23:30:00-05:00',
  ])('has no parts where times are those of UTC: %s', async (filter) => {
    const [text, alias] = filter.split('&')
    const query = `$filter=${encodeURIComponent(text!)}${alias ? `&${alias}` : ''}`
    const { status, body } = await client.get(`/Property?${query}`)
    expect([status, body.error.code]).toEqual([400, 'invalid_query'])
    expect(body.error.message).toContain('UTC')
  })

  it.each([
    ['hour(2026-12-31T23:30:00Z) eq 23', 3],
    ['day(2026-12-31T23:30:00+00:00) eq 31', 3],
    ['second(2026-12-31T23:30:07-05:00) eq 7', 3],
    ['ModificationTimestamp gt 2020-01-01T00:00:00-05:00', 3],
    ['year(ModificationTimestamp) ge 2026', 3],
  ])('elsewhere is what it says: %s', async (filter, wanted) => {
    expect(await client.count('Property', filter)).toBe(wanted)
  })
})
