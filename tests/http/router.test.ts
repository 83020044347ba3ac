import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../support/gold.ts'
import { fillTwoHubs, listings, startTwoHubs, type TwoHubs } from '../support/router/two-hubs.ts'
import { type Answer, clientWith, type ODataClient, type Row } from './odata-client.ts'

/** Two hubs read as one: what every query answers is what the two answer together. */
let two: TwoHubs
let both: ODataClient
let each: [cy: ODataClient, hu: ODataClient]
let token: string

beforeAll(async () => {
  two = await startTwoHubs()
  await fillTwoHubs(two)
  token = await two.token('verifier_all')
  both = clientWith({ functionsUrl: `${two.router}/router` }, token)
  each = await Promise.all(
    [two.cy, two.hu].map(async (hub) => clientWith(hub, await hub.token('verifier_all'))),
  ) as typeof each
})
afterAll(() => two?.stop())

const keyOf = (row: Row) => row.ListingKey as string
const union = async (path: string): Promise<Row[]> =>
  (await Promise.all(each.map((one) => one.all(path)))).flat()
const refused = ({ status, body }: Answer) => [status, body.error?.code, body.error?.message]

describe('a collection', () => {
  it.each([
    ['/Property?$top=7', []],
    ['/Property?$orderby=ListPrice&$top=7', ['ListPrice']],
    ['/Property?$orderby=ListPrice desc&$select=ListingKey&$top=5', []],
    ['/Property?$orderby=City,ListPrice desc&$top=10', ['City']],
    ['/Property?$orderby=tolower(City) desc&$top=3&$filter=BedroomsTotal ge 1', []],
    ['/Property?$orderby=ModificationTimestamp&$top=9', ['ModificationTimestamp']],
    ['/Property?$orderby=ModificationTimestamp desc&$top=9', []],
    ['/Property?$orderby=ListPrice mul 2&$top=11&$expand=Media', ['ListPrice']],
    ["/Property?$filter=startswith(ListingKey,'H') or City eq 'a %26 b'&$orderby=ListingKey&$top=4", [
      'ListingKey',
    ]],
    ['/Property?replication=true&$top=8', []],
    ['/Property?replication=true&$orderby=ListingKey&$top=8', ['ListingKey']],
    ['/Property?$search=sea OR C&$top=6', []],
    ['/Property?$filter=ListPrice lt 0&$top=5', []],
    ['/Media?$top=2', []],
    ['/Member?$top=1', []],
  ] as [string, string[]][])('%s is the union', async (path, sorted) => {
    const rows = await both.all(path)
    const expected = await union(path)
    const text = (row: Row) => JSON.stringify(row)
    expect(rows.map(text).toSorted()).toEqual(expected.map(text).toSorted())
    for (const name of sorted) {
      const values = rows.map((row) => row[name] as string | number | null)
      const inOrder = values.toSorted((a, b) =>
        a === null || b === null
          ? Number(b === null) - Number(a === null)
          : typeof a === 'string'
          ? Buffer.compare(Buffer.from(a), Buffer.from(String(b)))
          : a - Number(b)
      )
      expect(values).toEqual(inOrder)
    }
  })

  it('in pages no larger than asked, by addresses of the router', async () => {
    const first =
      (await both.get('/Property?$orderby=ListPrice&$count=true', { Prefer: 'odata.maxpagesize=10' })).body
    expect(first.value).toHaveLength(10)
    expect(first['@odata.count']).toBe(60)
    expect(first['@odata.context']).toBe(`${two.router}/router/odata/$metadata#Property`)
    let pages = 1
    for (let link = first['@odata.nextLink']; link; pages++) {
      const { body } = await both.get(link)
      expect(body.value.length).toBeLessThanOrEqual(10)
      expect(body['@odata.count']).toBe(60)
      link = body['@odata.nextLink']
    }
    expect(pages).toBe(6)
  })

  it.each([[0, 5], [3, 4], [36, 3], [50, 100], [60, 1], [100, 1]])('$skip=%i&$top=%i', async (skip, top) => {
    const all = (await both.all('/Property?$orderby=City,ListingKey&$select=ListingKey&$top=50')).map(keyOf)
    const { body } = await both.get(
      `/Property?$orderby=City,ListingKey&$select=ListingKey&$skip=${skip}&$top=${top}`,
    )
    expect(body.value.map(keyOf)).toEqual(all.slice(skip, skip + top))
    const rest = await both.all(`/Property?$orderby=City,ListingKey&$select=ListingKey&$skip=${skip}`)
    expect(rest.map(keyOf)).toEqual(all.slice(skip))
  })

  it('counts together', async () => {
    expect((await both.get('/Property/$count')).text).toBe('60')
    expect((await both.get("/Property/$count?$filter=Country eq 'HU'")).text).toBe('23')
    const { body } = await both.get('/Property?$count=true&$top=0')
    expect(body).toMatchObject({ '@odata.count': 60, value: [] })
    expect(body).not.toHaveProperty('@odata.nextLink')
    const compatible = await both.get('/Property?$count=true&$top=1', {
      Accept: 'application/json;IEEE754Compatible=true',
    })
    expect(compatible.body['@odata.count']).toBe('60')
  })

  it('a query may be posted, and be too long for an address', async () => {
    const keys = Array.from({ length: 1_900 }, (_, n) => `'H_${n}'`)
    const query = `$filter=ListingKey in (${keys})&$select=ListingKey&$top=10`
    const address = `${two.router}/router/odata/Property/$query`
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/plain' }
    const found: string[] = []
    for (let link: string | undefined = address; link;) {
      const response: Response = await fetch(link, { method: 'POST', headers, body: query })
      const body = await response.json()
      expect(response.status, JSON.stringify(body)).toBe(200)
      found.push(...body.value.map(keyOf))
      link = body['@odata.nextLink']
    }
    expect(found).toHaveLength(23)
  })

  it('names that both hold are told once, and what counts by hub is asked of one', async () => {
    const path = '/Lookup?$select=LookupKey&$top=500'
    const keys = (await both.all(path)).map(({ LookupKey }) => LookupKey as string)
    expect(new Set(keys).size).toBe(keys.length)
    expect(new Set(keys)).toEqual(new Set((await union(path)).map(({ LookupKey }) => LookupKey)))
    expect(refused(await both.get('/Lookup/$count'))[0]).toBe(400)
    for (
      const path of [
        '/EntityEvent?$top=1',
        '/HistoryTransactional?$top=1',
        '/Property?$apply=aggregate($count as N)',
        '/$explain?resource=Property&key=C_1',
      ]
    ) {
      expect(refused(await both.get(path))).toEqual([
        400,
        'invalid_parameter',
        expect.stringContaining('shard= with one of cy, hu'),
      ])
    }
  })
})

describe('one hub', () => {
  it('has its own events, walked to their end', async () => {
    for (const [name, own] of [['cy', each[0]], ['hu', each[1]]] as const) {
      const path = '/EntityEvent?$filter=EntityEventSequence gt 0&$orderby=EntityEventSequence&$top=9'
      const events: Row[] = []
      for (let link: string | undefined = `${path}&shard=${name}`; link;) {
        const { status, body } = await both.get(link)
        expect(status).toBe(200)
        events.push(...body.value)
        if (body['@odata.nextLink']) expect(body['@odata.nextLink']).toContain(`shard=${name}`)
        link = body['@odata.nextLink']
      }
      expect(events).toEqual(await own.all(path))
    }
    expect(refused(await both.get('/EntityEvent?shard=gr'))[2]).toContain('there are cy, hu')
  })

  it('answers for its records, and for what hangs on them', async () => {
    const { body, headers } = await both.get("/Property('H_1')?$expand=Media")
    expect(body).toMatchObject({ ListingKey: 'H_1', Media: [{ MediaKey: 'm1' }, {}, {}] })
    expect(body['@odata.context']).toContain('/router/odata/$metadata#Property')
    expect(headers.get('OData-Version')).toBe('4.01')
    expect((await both.get("/Property('C_1')/City/$value")).text).toBe('Paphos')
    expect((await both.rows("/Property('H_1')/Media?$top=2")).map(({ MediaKey }) => MediaKey)).toEqual([
      'm1',
      'm2',
    ])
    const page = (await both.get("/Property('H_1')/Media", { Prefer: 'maxpagesize=2' })).body
    const rest = await both.get(page['@odata.nextLink'], { Prefer: 'maxpagesize=2' })
    expect(rest.body.value.map(({ MediaKey }: Row) => MediaKey)).toEqual(['m3'])
    expect((await both.get("/Property('H_1')/Media/$count")).text).toBe('3')
    const tag = (await both.get("/Property('C_1')")).headers.get('ETag')!
    expect((await both.get("/Property('C_1')", { 'If-None-Match': tag })).status).toBe(304)
    expect((await both.get("/Property('C_1')", { 'If-Match': 'W/"1.x"' })).status).toBe(412)
    expect(refused(await both.get("/Property('X_1')"))[0]).toBe(404)
  })

  it('refuses what is wrong with a query, as it does alone', async () => {
    for (
      const path of [
        '/Property?$filter=Nothing eq 1',
        '/Property?$top=x',
        '/Nothing',
        '/Property?$orderby=City&$skiptoken=x',
        "/Property('a','b')",
      ]
    ) {
      const [alone, routed] = await Promise.all([each[0].get(path), both.get(path)])
      expect([path, routed.status, routed.body.error.code]).toEqual([
        path,
        alone.status,
        alone.body.error.code,
      ])
    }
  })
})

describe('$metadata', () => {
  it('is that of all, as XML and JSON, and so is the service document', async () => {
    expect((await both.get('/$metadata')).text).toBe((await each[0].get('/$metadata')).text)
    const json = { Accept: 'application/json' }
    expect((await both.get('/$metadata?$format=json', json)).body).toEqual(
      (await each[1].get('/$metadata?$format=json', json)).body,
    )
    expect((await both.get('/')).body.value).toEqual((await each[0].get('/')).body.value)
  })

  it('that differs is refused by name, and so are rows of both', async () => {
    const grant = (fields: string[]) =>
      two.hu.pool.query(`update public.mls_api_clients set grants = $1 where client_id = 'portal_hu'`, [
        fields,
      ])
    await grant(['Property.PrivateRemarks'])
    const isolate = await two.hu.addIsolate({ MLS_CLIENT_CACHE_SECONDS: '0' })
    const router = await two.route([{ name: 'cy', url: two.cy.functionsUrl }, { name: 'hu', url: isolate }])
    const client = clientWith({ functionsUrl: `${router}/router` }, await two.token('portal_hu'))
    const difference = 'Property/PrivateRemarks is in hub hu and not in cy'
    expect(refused(await client.get('/$metadata'))).toEqual([
      409,
      'conflict',
      expect.stringContaining(difference),
    ])
    expect(refused(await client.get('/Property?$top=1'))[1]).toBe('conflict')
    expect((await client.get('/Property?$top=1&shard=hu')).status).toBe(200)
  })
})

describe('a walk while both hubs change', () => {
  const untouched = (key: string) => Number(key.split('_')[1]) % 3 === 0
  let round = 0

  async function change(): Promise<void> {
    round++
    for (const [{ pool }, market, count] of [[two.cy, 'C', 37], [two.hu, 'H', 23]] as const) {
      const known = listings(market, count).filter(({ ListingKey }) => !untouched(String(ListingKey)))
      const changed = known.filter((_, n) => n % 5 === round % 5)
        .map((record) => ({ ...record, ListPrice: 50_000 * (1 + round % 13), City: `City ${round % 7}` }))
      const gone = known.filter((_, n) => n % 11 === round % 11).slice(0, 1)
        .map((record) => ({ ...record, StandardStatus: 'Delete' }))
      const fresh = listings(market, 1).map((record) => ({ ...record, ListingKey: `${market}_new_${round}` }))
      await ingest(pool, 'property', [...changed, ...gone, ...fresh])
    }
  }

  const page = async (path: string) => {
    const { status, body, text } = await both.get(path)
    expect(status, text).toBe(200)
    return body
  }

  it.each(['City desc,ListPrice', 'ModificationTimestamp', ''])(
    'by "%s" gives what nobody touches once',
    async (order) => {
      const seen = new Map<string, number>()
      let link = `/Property?$select=ListingKey&$top=4${order && `&$orderby=${order}`}`
      for (let pages = 0; link && pages < 60; pages++) {
        const { value, '@odata.nextLink': next } = await page(link)
        for (const row of value) seen.set(keyOf(row), (seen.get(keyOf(row)) ?? 0) + 1)
        if (pages < 6) await change()
        link = next
      }
      expect(link).toBeUndefined()
      const still = (await union('/Property?$select=ListingKey&$top=500')).map(keyOf).filter(untouched)
      expect(still.length).toBeGreaterThan(15)
      for (const key of still) expect([key, seen.get(key)]).toEqual([key, 1])
    },
  )

  it('and the changes of each hub after it make a replica that equals the union', async () => {
    const replica = new Map<string, string>()
    const take = (rows: Row[]) => rows.forEach((row) => replica.set(keyOf(row), JSON.stringify(row)))
    const fields = '$select=ListingKey,ListPrice,City,ModificationTimestamp'
    let link = `/Property?replication=true&${fields}&$top=6`
    let shards: Record<string, { EntityEventSequence: number }> | undefined
    while (link) {
      const body = await page(link)
      shards ??= body['@mls.shards']
      expect(body['@mls.shards']).toEqual(shards)
      take(body.value)
      await change()
      link = body['@odata.nextLink']
    }
    for (const [shard, { EntityEventSequence }] of Object.entries(shards!)) {
      const filter = `ResourceName eq 'Property' and EntityEventSequence gt ${EntityEventSequence}`
      const events = await both.all(`/EntityEvent?$filter=${filter}&$top=100&shard=${shard}`)
      const keys = [...new Set(events.map(({ ResourceRecordKey }) => String(ResourceRecordKey)))]
      for (const key of keys) replica.delete(key)
      for (let at = 0; at < keys.length; at += 50) {
        const named = keys.slice(at, at + 50).map((key) => `'${key}'`)
        take(await both.all(`/Property?$filter=ListingKey in (${named})&${fields}&$top=100`))
      }
    }
    const expected = await union(`/Property?${fields}&$top=500`)
    expect(Object.fromEntries(replica)).toEqual(
      Object.fromEntries(expected.map((row) => [keyOf(row), JSON.stringify(row)])),
    )
  })
})
