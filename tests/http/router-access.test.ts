import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hungary, ingest } from '../support/gold.ts'
import { askToken, fillTwoHubs, startTwoHubs, type TwoHubs } from '../support/router/two-hubs.ts'
import { type Answer, clientWith, type ODataClient, type Row } from './odata-client.ts'

/** Two hubs behind one router: the search of both, who may, and what happens when one of them does not answer. */
let two: TwoHubs
let both: ODataClient
let tokens: [cy: string, hu: string]
let token: string

beforeAll(async () => {
  two = await startTwoHubs()
  await fillTwoHubs(two)
  token = await two.token('verifier_all')
  both = clientWith({ functionsUrl: `${two.router}/router` }, token)
  tokens = [await two.cy.token('verifier_all'), await two.hu.token('verifier_all')]
})
afterAll(() => two?.stop())

const refused = ({ status, body }: Answer) => [status, body.error?.code, body.error?.message]

describe('the search', () => {
  const search = async (input: object) => {
    const response = await fetch(`${two.router}/router/search/listings`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(input),
    })
    // deno-lint-ignore no-explicit-any
    return { status: response.status, body: await response.json() as any }
  }

  it.each(['newest', 'price', '-price', 'nearest'])('sorted by %s walks over all, once', async (sort) => {
    const place = sort === 'nearest' ? { near: [40, 26] } : {}
    const found: Row[] = []
    for (let cursor: string | undefined, pages = 0; pages < 30; pages++) {
      const { status, body } = await search({
        ...place,
        sort,
        limit: 7,
        select: ['ListPrice'],
        cursor,
        include: ['count'],
      })
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body.count).toBe(60)
      found.push(...body.listings)
      if (!(cursor = body.next)) break
    }
    expect(new Set(found.map(({ key }) => key)).size).toBe(60)
    expect(found).toHaveLength(60)
    if (sort.endsWith('price')) {
      const prices = found.map(({ ListPrice }) => ListPrice as number | null)
      const values = prices.filter((price) => price !== null)
      expect(prices.slice(values.length).every((price) => price === null)).toBe(true)
      expect(values).toEqual(values.toSorted((a, b) => sort === 'price' ? a - b : b - a))
    }
  })

  it('sums counts, facets and groups, by GET too', async () => {
    const query = 'include=count,facets,clusters&zoom=1&limit=3&filter=BedroomsTotal%20ge%201'
    const get = async (address: string, token: string) =>
      await (await fetch(`${address}?${query}`, { headers: { Authorization: `Bearer ${token}` } })).json()
    const routed = await get(`${two.router}/router/search/listings`, token)
    const alone = await Promise.all(
      [two.cy, two.hu].map((hub, index) => get(`${hub.functionsUrl}/search/listings`, tokens[index]!)),
    )
    const sum = (of: (answer: typeof routed) => number) =>
      alone.reduce((total, answer) => total + of(answer), 0)
    expect(routed.listings).toHaveLength(3)
    expect(routed.count).toBe(sum(({ count }) => count))
    const inAll = (facets: { count: number }[]) => facets.reduce((total, { count }) => total + count, 0)
    for (const name of Object.keys(alone[0].facets)) {
      expect(inAll(routed.facets[name])).toBe(sum(({ facets }) => inAll(facets[name])))
      const values = routed.facets[name].map(({ count: _, ...what }: { count: number }) =>
        JSON.stringify(what)
      )
      expect(new Set(values).size).toBe(values.length)
    }
    expect(inAll(routed.clusters)).toBe(sum(({ clusters }) => inAll(clusters)))
  })

  it('refuses another cursor, and what hubs refuse', async () => {
    expect(await search({ cursor: 'x' })).toMatchObject({ status: 400, body: { target: 'cursor' } })
    expect(await search({ radius: 5 })).toMatchObject({ status: 400, body: { target: 'radius' } })
    const { body: { next } } = await search({ limit: 2 })
    expect(await search({ limit: 2, cursor: next, q: 'sea' })).toMatchObject({ status: 400 })
  })
})

describe('credentials', () => {
  it('open all hubs or those that are named, and no other', async () => {
    const { body } = await askToken(two.router, two.cy.clients.verifier_all!)
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, mls_hubs: ['cy', 'hu'] })
    const alone = clientWith(
      { functionsUrl: `${two.router}/router` },
      await two.token('verifier_all', '?hubs=hu'),
    )
    expect((await alone.get('/Property/$count')).text).toBe('23')
    const wrong = { client_id: 'verifier_all', client_secret: 'wrong' }
    expect(await askToken(two.router, wrong)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
    expect(await askToken(two.router, two.cy.clients.verifier_all!, '?hubs=gr')).toMatchObject({
      status: 400,
    })
    await two.hu.pool.query(
      `update public.mls_api_clients set disabled_at = now() where client_id = 'portal_cy'`,
    )
    expect(await askToken(two.router, two.cy.clients.portal_cy!)).toMatchObject({
      status: 401,
      body: { error_description: expect.stringContaining('do not accept client id and secret: hu') },
    })
  })

  it('of a hub are none of the router, and none is refused', async () => {
    for (const token of [tokens[0], 'x', '']) {
      const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {}
      for (const path of ['odata/Property', 'odata/$metadata', 'search/listings']) {
        const response = await fetch(`${two.router}/router/${path}`, { headers })
        expect([path, response.status]).toEqual([path, 401])
        expect(response.headers.get('WWW-Authenticate')).toContain('Bearer')
      }
    }
  })

  it('a key that two hubs know is refused until one is named', async () => {
    for (const { pool } of [two.cy, two.hu]) {
      await ingest(pool, 'member', [{ MemberKey: 'TWIN', OriginatingSystemOfficeKey: hungary }])
    }
    expect(refused(await both.get("/Member('TWIN')"))).toEqual([
      409,
      'conflict',
      expect.stringContaining('cy, hu'),
    ])
    expect((await both.get("/Member('TWIN')?shard=hu")).status).toBe(200)
  })
})

describe('a hub that does not answer', () => {
  it('is named, and nothing is told without it; what others know by key is', async () => {
    const router = await two.route([
      { name: 'cy', url: two.cy.functionsUrl },
      { name: 'hu', url: 'http://127.0.0.1:9' },
    ])
    const client = clientWith({ functionsUrl: `${router}/router` }, token)
    const down = [503, 'hub_unavailable', expect.stringContaining('The hub hu does not answer')]
    for (
      const path of [
        '/Property',
        '/Property?$orderby=City',
        '/Property/$count',
        '/$metadata',
        "/Property('X')",
      ]
    ) {
      expect(refused(await client.get(path))).toEqual(down)
    }
    expect((await client.get("/Property('C_1')")).status).toBe(200)
    expect((await client.get('/Property/$count?shard=cy')).text).toBe('37')
    expect(await askToken(router, two.cy.clients.verifier_all!)).toMatchObject({ status: 503 })
    const answer = await fetch(`${router}/router/search/listings`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(503)
  })

  it('that has had enough is passed on, with when to come back', async () => {
    await two.hu.pool.query(
      `update public.mls_api_clients set rate_limit_per_minute = 1 where client_id = 'portal_cy'`,
    )
    await two.hu.pool.query(
      `update public.mls_api_clients set disabled_at = null where client_id = 'portal_cy'`,
    )
    const isolate = await two.hu.addIsolate({ MLS_CLIENT_CACHE_SECONDS: '0' })
    const router = await two.route([{ name: 'cy', url: two.cy.functionsUrl }, { name: 'hu', url: isolate }])
    const { body } = await askToken(router, two.cy.clients.portal_cy!)
    const client = clientWith({ functionsUrl: `${router}/router` }, body.access_token)
    const answers = [
      await client.get('/Property/$count'),
      await client.get('/Property/$count'),
      await client.get('/Property/$count'),
    ]
    const last = answers.find(({ status }) => status === 429)!
    expect(last.body.error).toMatchObject({
      code: 'rate_limited',
      message: expect.stringContaining('hub hu'),
    })
    expect(Number(last.headers.get('Retry-After'))).toBeGreaterThan(0)
  })
})
