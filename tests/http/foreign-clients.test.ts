import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { clientWith, newClient, type ODataClient, type Row } from './odata-client.ts'

/** What libraries and tools of others send, and what they make of the answers. */
let hub: Hub
let root: string
let standard: ODataClient
let gold: ODataClient

beforeAll(async () => {
  hub = await startHub({ seed: true })
  root = `${hub.functionsUrl}/odata`
  const everything = { offices: ['*'], grants: ['Contacts', 'Property.*'] }
  standard = await newClient(hub, { ...everything, profile: 'dd2' })
  gold = await newClient(hub, { ...everything, profile: 'gold' })
})
afterAll(() => hub?.stop())

async function pagesOf(client: ODataClient, path: string): Promise<Row[][]> {
  const pages: Row[][] = []
  for (let next: string | undefined = path; next;) {
    const { status, body, text } = await client.get(next)
    if (status !== 200) throw new Error(text)
    pages.push(body.value)
    next = body['@odata.nextLink']
  }
  return pages
}

describe('$top in a replication', () => {
  it.each([['dd2'], ['gold']])('is the size of a page in profile %s', async (profile) => {
    const client = profile === 'dd2' ? standard : gold
    const all = await client.count('Property', 'ListingKey ne null')
    const pages = await pagesOf(client, '/Property?replication=true&$select=ListingKey&$top=70')
    expect(pages.flat().length).toBe(all)
    expect(new Set(pages.flat().map((row) => row.ListingKey)).size).toBe(all)
    expect(pages.length).toBe(Math.ceil(all / 70))
  })

  it.each(['ListingKey', 'ListingKey asc', '$it/ListingKey'])('follows $orderby=%s', async (order) => {
    const pages = await pagesOf(
      standard,
      `/Property?replication=true&$select=ListingKey&$top=100&$orderby=${order}`,
    )
    const keys = pages.flat().map((row) => row.ListingKey as string)
    const sorted = await hub.pool.query(
      `select "ListingKey" as key from served_property where not is_deleted order by 1`,
    )
    expect(keys).toEqual(sorted.rows.map(({ key }) => key))
  })

  it.each(['ListingKey desc', 'City', 'ListingKey,City', 'tolower(ListingKey)'])(
    'refuses $orderby=%s',
    async (order) => {
      const { status, body } = await standard.get(`/Property?replication=true&$orderby=${order}`)
      expect([status, body.error.code, body.error.target]).toEqual([400, 'invalid_query', '$orderby'])
    },
  )
})

describe('$top in a plain query', () => {
  it.each([
    ['dd2', undefined, 1],
    ['gold', undefined, 3],
    ['dd2', 'page', 3],
    ['gold', 'rows', 1],
  ])('of profile %s set to %s', async (profile, top_means, pages) => {
    const client = await newClient(hub, { offices: ['SHARPSIR-CY-001'], profile, top_means })
    const read = await pagesOf(client, "/Member?$select=MemberKey&$top=3&$filter=MemberKey ne 'x'")
    const all = await client.count('Member', 'MemberKey ne null')
    expect(all).toBeGreaterThan(6)
    expect(read.length).toBe(pages === 1 ? 1 : Math.ceil(all / 3))
  })

  it('refuses another meaning', async () => {
    await expect(newClient(hub, { offices: [], top_means: 'all' })).rejects.toThrow('top_means')
  })
})

describe('IEEE754Compatible=true', () => {
  const exact = { Accept: 'application/json;IEEE754Compatible=true' }

  it('writes Int64, Decimal and counts as texts', async () => {
    const path =
      '/Property?$filter=ListPrice gt 1 and BedroomsTotal gt 1&$top=2&$count=true&$expand=Media($count=true;$top=1)'
    const { headers, body } = await standard.get(path, exact)
    expect(headers.get('Content-Type')).toContain('IEEE754Compatible=true')
    expect(body['@odata.count']).toMatch(/^\d+$/)
    const [row] = body.value
    expect(row.ListPrice).toMatch(/^\d+\.\d\d$/)
    expect(row.BedroomsTotal).toMatch(/^\d+$/)
    expect(row.Latitude === null || typeof row.Latitude === 'string').toBe(true)
    expect(row['Media@odata.count']).toMatch(/^\d+$/)
    expect(Object.keys(row).length).toBeGreaterThan(100)
    const plain = await standard.get(path)
    const asNumbers = (value: Row): Row =>
      Object.fromEntries(
        Object.entries(value).map(([name, held]) => [
          name,
          typeof held === 'string' && typeof plain.body.value[0][name] === 'number' ? Number(held) : held,
        ]),
      )
    const { Media: _one, ...rest } = asNumbers(row)
    const { Media: _other, ...expected } = plain.body.value[0]
    expect(rest).toEqual(expected)
    expect(plain.headers.get('Content-Type')).toContain('IEEE754Compatible=false')
  })

  it('is also asked for by $format, in any case, and beside a level', async () => {
    for (
      const format of [
        'application/json;ieee754compatible=TRUE',
        'json;IEEE754Compatible=true;odata.metadata=none',
      ]
    ) {
      const { headers, body } = await standard.get(
        `/Property?$top=1&$select=ListPrice&$filter=ListPrice gt 1&$format=${encodeURIComponent(format)}`,
      )
      expect(typeof body.value[0].ListPrice).toBe('string')
      expect(headers.get('Content-Type')).toContain('IEEE754Compatible=true')
    }
  })

  it('follows the types of the profile, on one record, a field and EntityEvent', async () => {
    const { body: page } = await gold.get(
      '/Property?$top=1&$filter=BedroomsTotal gt 0 and ListPrice gt 0',
      exact,
    )
    const [row] = page.value
    expect([typeof row.BedroomsTotal, typeof row.ListPrice]).toEqual(['number', 'string'])
    const one = await gold.get(`/Property('${row.ListingKey}')?$select=ListPrice,BedroomsTotal`, exact)
    expect(one.body).toMatchObject({ ListPrice: row.ListPrice, BedroomsTotal: row.BedroomsTotal })
    const field = await gold.get(`/Property('${row.ListingKey}')/ListPrice`, exact)
    expect(field.body.value).toBe(row.ListPrice)
    const raw = await gold.get(`/Property('${row.ListingKey}')/ListPrice/$value`)
    expect(raw.text).toBe(String(Number(row.ListPrice)))
    const event = await gold.get('/EntityEvent?replication=true&$top=1', exact)
    expect(event.body.value[0].EntityEventSequence).toMatch(/^\d{16}$/)
    expect(event.body['@mls.changesAfter'].EntityEventSequence).toMatch(/^\d{16}$/)
  })
})

describe('odata.metadata=full', () => {
  it('says types and addresses, of what is expanded too', async () => {
    const { body, headers } = await standard.get(
      '/Property?$top=1&$filter=Media/$count gt 0&$select=ListPrice,View,City,ModificationTimestamp&$expand=Media($top=1;$select=Order)',
      { Accept: 'application/json;odata.metadata=full' },
    )
    expect(headers.get('Content-Type')).toContain('odata.metadata=full')
    const [row] = body.value
    expect(row).toMatchObject({
      '@odata.type': '#RESO.OData.Property',
      'ListPrice@odata.type': '#Decimal',
      'View@odata.type': '#Collection(String)',
      'ModificationTimestamp@odata.type': '#DateTimeOffset',
    })
    expect(row['@odata.id']).toMatch(/^Property\('.+'\)$/)
    expect(row['Media@odata.navigationLink']).toBe(`${row['@odata.id']}/Media`)
    expect(row.ListingKey).toBeUndefined()
    expect(row['City@odata.type']).toBeUndefined()
    expect(row.Media[0]['@odata.type']).toBe('#RESO.OData.Media')
    const entity = await standard.get(`/${row['@odata.id']}?$select=ListPrice`)
    expect(entity.body.ListPrice).toBe(row.ListPrice)
  })

  it('holds the same values as minimal', async () => {
    const minimal = await standard.get('/Property?$top=3&$orderby=ListingKey')
    const full = await standard.get(
      '/Property?$top=3&$orderby=ListingKey&$format=application/json;odata.metadata=full',
    )
    const bare = full.body.value.map((row: Row) =>
      Object.fromEntries(
        Object.entries(row).filter(([name]) => !name.includes('@odata.') || name === '@odata.etag'),
      )
    )
    expect(bare).toEqual(minimal.body.value)
  })
})

describe('literals', () => {
  it.each([
    ['BedroomsTotal eq 2L', 'BedroomsTotal eq 2'],
    ['ListPrice gt 100000m', 'ListPrice gt 100000'],
    ['ListPrice gt 100000.5M', 'ListPrice gt 100000.5'],
    ['Latitude gt 34.5d', 'Latitude gt 34.5'],
    ['BedroomsTotal ge 1f and BedroomsTotal in (1l,2L,3)', 'BedroomsTotal in (1,2,3)'],
    ['ListPrice mul 2m gt 1e5D', 'ListPrice mul 2 gt 100000'],
    ['BedroomsTotal gt -1L', 'BedroomsTotal gt -1'],
  ])('%s', async (suffixed, plain) => {
    expect(await standard.count('Property', suffixed)).toBe(await standard.count('Property', plain))
  })

  it.each(['BedroomsTotal eq 2.5L', 'BedroomsTotal eq 2x', 'BedroomsTotal eq 2LL', 'BedroomsTotal eq L2'])(
    '%s is refused',
    async (filter) => {
      expect((await standard.get(`/Property?$filter=${filter}`)).status).toBe(400)
    },
  )

  it('takes a GUID for a text', async () => {
    const guid = 'af8f7a7e-b91b-412d-bdfa-add0e31e607c'
    expect(await standard.count('Property', `contains(ListingKey,${guid})`)).toBe(
      await standard.count('Property', `contains(ListingKey,'${guid}')`),
    )
    expect(await standard.count('Property', `ListingKey eq ${guid}`)).toBe(0)
    expect(await standard.count('Property', `ListingKey in (${guid},'x')`)).toBe(0)
    expect((await standard.get(`/Property(${guid})`)).status).toBe(404)
    expect((await standard.get(`/Property?$filter=ListPrice eq ${guid}`)).status).toBe(400)
  })

  it('reads a place without SRID', async () => {
    const near = (place: string) => standard.count('Property', `geo.distance(Location,${place}) lt 20000`)
    const found = await near("geography'SRID=4326;POINT(33.04 34.68)'")
    expect(found).toBeGreaterThan(0)
    expect(await near("geography'POINT(33.04 34.68)'")).toBe(found)
    expect(await near("geometry'Point(33.04 34.68)'")).toBe(found)
    const wrong = await standard.get(
      "/Property?$filter=geo.distance(Location,geography'SRID=x;POINT(1 2)') lt 1",
    )
    expect(wrong.status).toBe(400)
  })
})

describe('headers', () => {
  it.each([
    ['OData-MaxVersion', '4.0;NetFx', '4.0'],
    ['OData-MaxVersion', '4.01;NetFx', '4.01'],
    ['OData-Version', '4.0;SimpleOData', '4.0'],
  ])('%s: %s', async (name, value, version) => {
    const { status, headers } = await standard.get('/Property?$top=1', { [name]: value })
    expect([status, headers.get('OData-Version')]).toEqual([200, version])
  })

  it('If-Match on a read', async () => {
    const { body } = await standard.get('/Property?$top=1&$select=ListingKey')
    const address = `/Property('${body.value[0].ListingKey}')`
    const tag = body.value[0]['@odata.etag']
    expect((await standard.get(address, { 'If-Match': tag })).status).toBe(200)
    expect((await standard.get(address, { 'If-Match': '*' })).status).toBe(200)
    const changed = await standard.get(address, { 'If-Match': 'W/"1.x"' })
    expect([changed.status, changed.body.error.code, changed.headers.get('ETag')])
      .toEqual([412, 'precondition_failed', tag])
  })

  it('of browsers pass the preflight', async () => {
    const { headers } = await fetch(`${root}/Property`, { method: 'OPTIONS' })
    const allowed = headers.get('Access-Control-Allow-Headers')!.toLowerCase().split(',')
    expect(allowed).toEqual(expect.arrayContaining(['x-csrf-token', 'x-requested-with', 'if-match']))
  })
})

describe('a token', () => {
  const grant = async (scope: string, scopes: string[]) => {
    const secret = 'a'.repeat(40)
    await hub.pool.query('select mls.upsert_api_client($1)', [
      { client_id: 'scoped', secret, scopes, offices: ['*'] },
    ])
    const response = await fetch(`${hub.functionsUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'scoped',
        client_secret: secret,
        scope,
      }),
    })
    return [response.status, await response.json()] as [number, Row]
  }

  it.each([
    ['api', ['odata'], 'odata'],
    ['api odata', ['odata', 'ingest'], 'odata'],
    ['OData', ['odata'], 'odata'],
    ['openid profile', ['odata', 'ingest'], 'odata ingest'],
  ])('for scope=%s', async (scope, scopes, granted) => {
    const [status, reply] = await grant(scope, scopes)
    expect([status, reply.scope]).toEqual([200, granted])
    const { status: read } = await clientWith(hub, reply.access_token as string).get('/Property?$top=1')
    expect(read).toBe(200)
  })

  it('is refused for a scope of ours that the client has not', async () => {
    expect((await grant('api ingest', ['odata']))[1].error).toBe('invalid_scope')
  })
})

describe('nextLinks', () => {
  it('go on when their parameters stand in another order', async () => {
    const { body } = await standard.get(
      '/Property?$select=ListingKey&$filter=ListPrice gt 1&$orderby=ListPrice&$top=9',
      {
        Prefer: 'odata.maxpagesize=2',
      },
    )
    const link = new URL(body['@odata.nextLink'])
    const reordered = [...link.search.slice(1).split('&')].reverse().join('&')
    const next = await standard.get(`${link.origin}${link.pathname}?${reordered}`)
    const straight = await standard.get(link.href)
    expect(next.status).toBe(200)
    expect(next.body.value).toEqual(straight.body.value)
    const other = await standard.get(link.href.replace('gt%201', 'gt%202').replace('gt 1', 'gt 2'))
    expect(other.status).toBe(400)
  })
})
