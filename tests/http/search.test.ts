import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { priceSteps } from '../../functions/_shared/search/facets.ts'
import { randomFor } from '../../scripts/seed/prng.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { type Caller, sixCallers } from '../support/search/callers.ts'
import { waitForTheClock } from '../support/search/changed.ts'
import { generate, generateFar, hasPlace, type Listing } from '../support/search/generate.ts'
import { asClusters, clustersOf, counted, inOrder } from '../support/search/judge.ts'
import { rounds } from '../support/tiers.ts'

/**
 * Generated searches by six kinds of caller, judged row by row over rows read beforehand: exactly these listings in
 * this order, this count, these facets, these clusters. 2,000 with MLS_TEST_LONG=1, others with MLS_TEST_SEED=name.
 */
const searches = rounds(120, 2_000)
const seed = process.env.MLS_TEST_SEED ?? 'search'

let hub: Hub
let callers: Caller[]
let everything: Listing[]

beforeAll(async () => {
  hub = await startHub({ seed: true, rest: true })
  await waitForTheClock(hub.pool)
  callers = await sixCallers(hub)
  everything = callers[1]!.rows
})
afterAll(() => hub?.stop())

interface Answer {
  status: number
  // deno-lint-ignore no-explicit-any
  body: any
}

async function post(caller: Caller, input: unknown): Promise<Answer> {
  const response = await fetch(`${hub.functionsUrl}/search/listings`, {
    method: 'POST',
    headers: { ...caller.headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  })
  return { status: response.status, body: await response.json() }
}

async function get(headers: Record<string, string>, query: string): Promise<Answer> {
  const response = await fetch(`${hub.functionsUrl}/search/${query}`, { headers })
  return { status: response.status, body: await response.json() }
}

const asCounts = (facet: { value: unknown; count: number }[]) =>
  Object.fromEntries(facet.map(({ value, count }) => [String(value), count]))

describe('generated searches', () => {
  it(`${searches} find what they should, for six kinds of caller`, async () => {
    let found = 0
    for (let n = 0; n < searches; n++) {
      const caller = callers[n % callers.length]!
      const random = randomFor(seed, n)
      const one = n % 5 === 4 ? generateFar : generate
      const { input, matches } = one(random, caller.rows.length > 0 ? caller.rows : everything)
      const expected = inOrder(caller.rows.filter(matches), input)
      const limit = random.pick([1, 7, 50, 200])
      const include = ['count', 'facets', 'clusters']
      const zoom = random.int(0, 16)
      const asked = { ...input, limit, include, zoom }
      const { status, body } = await post(caller, asked)
      const what = JSON.stringify({ n, caller: caller.name, asked, status, message: body.detail })
      expect([what, status]).toEqual([what, 200])
      const keys = body.listings.map(({ key }: { key: string }) => key)
      expect([what, keys]).toEqual([what, expected.slice(0, limit).map(({ ListingKey }) => ListingKey)])
      expect([what, body.count, body.approximate, 'next' in body]).toEqual([
        what,
        expected.length,
        undefined,
        expected.length > limit,
      ])
      for (
        const [facet, field] of Object.entries({
          property_type: 'PropertyType',
          property_subtype: 'PropertySubType',
          bedrooms: 'BedroomsTotal',
          city: 'City',
          status: 'StandardStatus',
        })
      ) {
        expect([what, facet, asCounts(body.facets[facet])]).toEqual([
          what,
          facet,
          counted(expected, (row) => row[field]),
        ])
      }
      const buckets = Object.fromEntries(
        body.facets.price.map(({ from, count }: { from: number; count: number }) => [from, count]),
      )
      expect([what, buckets]).toEqual([
        what,
        counted(
          expected,
          (row) =>
            typeof row.ListPrice === 'number'
              ? priceSteps.findLast((step) => step <= (row.ListPrice as number))
              : null,
        ),
      ])
      expect([what, asClusters(body.clusters)]).toEqual([what, clustersOf(expected, zoom)])
      found += keys.length
    }
    expect(found).toBeGreaterThan(searches)
  }, Math.max(600_000, searches * 1_000))
})

describe('the answer', () => {
  it('holds fields under the names of the profile, and only those that are asked for', async () => {
    const { ListingKey } = callers[0]!.rows.find(({ View }) => View)!
    const [gold, dd2] = await Promise.all(
      [callers[0]!, callers[1]!].map((caller) =>
        post(caller, { select: 'ListPrice,View,City', filter: `ListingKey eq '${ListingKey}'` })
      ),
    )
    expect(Object.keys(gold!.body.listings[0]).toSorted()).toEqual([
      'City',
      'ListPrice',
      'View',
      'key',
      'location',
    ])
    expect(typeof gold!.body.listings[0].View).toBe('string')
    expect(dd2!.body.listings[0].View).toBeInstanceOf(Array)
  })

  it('of a visitor holds photos, and nothing that listings_public does not', async () => {
    const { body } = await get(callers[4]!.headers, 'listings?limit=200')
    expect(body.listings.length).toBeGreaterThan(10)
    const text = JSON.stringify(body)
    for (const name of ['OriginatingSystemOfficeKey', 'ListAgentKey', 'X_', 'PrivateRemarks']) {
      expect(text.replaceAll('X_PropertyName', '').includes(name)).toBe(false)
    }
    expect(body.listings[0].Media).toBeInstanceOf(Array)
  })

  it('by GET is the answer by POST', async () => {
    const [client] = callers as [Caller]
    const { Latitude, Longitude } = client.rows.find(hasPlace)!
    const input = {
      near: [Latitude, Longitude],
      radius: 5000,
      sort: 'nearest',
      include: ['count'],
      filter: 'ListPrice gt 1',
      limit: 3,
    }
    const query = new URLSearchParams({
      ...input,
      near: input.near.join(','),
      radius: '5000',
      include: 'count',
      limit: '3',
    })
    const [posted, got] = [await post(client, input), await get(client.headers, `listings?${query}`)]
    // a cursor says what its page has seen, and each of the two saw its own
    const { next, ...page } = got.body
    expect({ ...got, body: page }).toEqual({ ...posted, body: { ...posted.body, next: undefined } })
    expect(typeof next).toBe(typeof posted.body.next)
    expect(page.count).toBeGreaterThan(0)
  })

  it('holds what its sources say, by their codes', async () => {
    const all = callers[1]!
    const { body } = await post(all, { sources: ['SHARPSIR-HU-001'], include: ['count'] })
    expect(body.count).toBe(all.rows.filter(({ office_key }) => office_key === 'SHARPSIR-HU-001').length)
    expect((await post(callers[0]!, { sources: ['SHARPSIR-HU-001'] })).body).toMatchObject({
      code: 'invalid_parameter',
    })
  })
})

describe('a far map', () => {
  const far = { limit: 0, include: ['count', 'clusters'], zoom: 5 }
  const answers = async (search = {}) => {
    const found = await Promise.all(callers.map((caller) => post(caller, { ...far, ...search })))
    return found.map(({ body: { count, clusters } }) => [count, asClusters(clusters)])
  }

  // what the tests below make of the counts is taken back
  afterEach(() =>
    hub.pool.query(`delete from public.mls_entity_events where record_key = 'K';
      select mls.forget_counts(), mls.count_listings('1 minute')`)
  )

  it('is answered from counts, a filtered one from the rows', async () => {
    const [counted, read] = [await answers(), await answers({ filter: 'ListingKey ne null' })]
    expect(counted).toEqual(read)
    await hub.pool.query('update mls.place_counts set listings = listings * 2 where true')
    const [doubled, still] = [await answers(), await answers({ filter: 'ListingKey ne null' })]
    expect(still).toEqual(read)
    doubled.forEach(([count], n) => {
      const [truth] = read[n]!
      if (truth > 0) expect(count).toBeGreaterThan(truth)
    })
  })

  it('is answered from the rows while the clock is behind', async () => {
    const before = await answers()
    await hub.pool.query(`
      insert into public.mls_entity_events (sequence, resource, record_key, record_id, kind, office_key, is_published, was_published)
      select m.last + row_number() over (), 'Property', 'K', gen_random_uuid(), 'updated', o.office_key, true, true
      from generate_series(1, 5001), public.mls_offices o, (select max(sequence) as last from public.mls_entity_events) m
      where o.is_market;
      insert into mls.website_changes (record_id) select gen_random_uuid() from generate_series(1, 5001);
      update mls.place_counts set listings = listings * 2 where true`)
    expect(await answers()).toEqual(before)
  })
})

describe('pages', () => {
  it('a cursor of another search, of another caller, or changed is refused', async () => {
    const client = callers[1]!
    const { body: { next } } = await post(client, { sort: 'price', limit: 2 })
    expect((await post(client, { sort: 'price', limit: 5, cursor: next })).status).toBe(200)
    const refused = [
      await post(client, { sort: '-price', cursor: next }),
      await post(client, { sort: 'price', cursor: next, filter: 'ListPrice gt 0' }),
      await post(client, { sort: 'price', cursor: `A${next.slice(1)}` }),
      await post(client, { sort: 'price', cursor: 'x.y.z' }),
      await post(callers[0]!, { sort: 'price', cursor: next }),
    ]
    for (const { status, body } of refused) {
      expect([status, body.target ?? 'cursor', body.code]).toEqual([400, 'cursor', 'invalid_parameter'])
    }
  })
})

describe('refusals say what, where and how', () => {
  it.each<[string, string]>([
    ['limit=201', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=', 'limit'],
    ['bbox=1,2,3', 'bbox'],
    ['bbox=1,2,3,x', 'bbox'],
    ['bbox=33,35,34,34', 'bbox'],
    ['bbox=0,0,181,1', 'bbox'],
    ['near=91,0', 'near'],
    ['near=1', 'near'],
    ['radius=100', 'radius'],
    ['near=1,1&radius=0', 'radius'],
    ['near=1,1&radius=x', 'radius'],
    ['sort=nearest', 'sort'],
    ['sort=cheapest', 'sort'],
    ['include=counts', 'include.0'],
    ['zoom=23', 'zoom'],
    ['polygon=x', 'polygon'],
    ['polygon={"type":"Polygon","coordinates":[[[1,1],[2,2],[1,1]]]}', 'polygon'],
    ['select=Nothing', '$select'],
    ['filter=Nothing eq 1', '$filter'],
    ['filter=ListPrice', '$filter'],
    ['filter=PrivateRemarks eq %27x%27', '$filter'],
    ['select=PrivateRemarks', '$select'],
    ['q=%2B%2B', '$search'],
    ['dedupe=maybe', 'dedupe'],
    ['sources=nobody', 'sources'],
    ['colour=red', ''],
    ['limit=1&limit=2', 'limit'],
  ])('%s', async (query, target) => {
    const { status, body } = await get(callers[0]!.headers, `listings?${query}`)
    expect([query, status]).toEqual([query, 400])
    expect(`${body.target ?? ''}`).toContain(target.split('.')[0])
    expect(body.detail.length).toBeGreaterThan(10)
    expect(body.detail).not.toMatch(/syntax error at|SQLSTATE|relation /)
  })

  it('a visitor cannot name what websites do not show', async () => {
    for (
      const query of [
        `filter=OriginatingSystemOfficeKey eq 'SHARPSIR-CY-001'`,
        'select=ListAgentKey',
        `filter=Media/any()`,
      ]
    ) {
      expect((await get(callers[4]!.headers, `listings?${query}`)).status).toBe(400)
    }
  })

  it('without a key or token, with a wrong one, or without the scope', async () => {
    const tries: [Record<string, string>, number][] = [
      [{}, 401],
      [{ apikey: 'sb_publishable_wrong' }, 401],
      [{ apikey: hub.secretKey }, 401],
      [{ Authorization: 'Bearer x.y.z', apikey: hub.publishableKey }, 401],
      [{ Authorization: `Bearer ${await hub.token('databricks')}` }, 403],
      [{ Authorization: `Bearer ${hub.publishableKey}`, apikey: hub.publishableKey }, 200],
    ]
    for (const [headers, status] of tries) expect((await get(headers, 'listings')).status).toBe(status)
  })
})
