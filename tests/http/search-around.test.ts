import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { type Caller, sixCallers } from '../support/search/callers.ts'
import { hasPlace } from '../support/search/generate.ts'
import { newClient } from './odata-client.ts'

/** What stands around a search: suggestions, places, similar listings, histories. */
let hub: Hub
let callers: Caller[]
let [client, visitor] = [] as unknown as [Caller, Caller]

beforeAll(async () => {
  hub = await startHub({ seed: true, rest: true })
  callers = await sixCallers(hub)
  client = callers[0]!
  visitor = callers[4]!
})
afterAll(() => hub?.stop())

/** What the paths answer, as far as it is looked into here; each has some of it. */
interface Body {
  suggestions: { type: string; text: string; licence: string }[]
  places: { name: string; distance: number; licence: string }[]
  listings: { key: string; PropertyType: string; ListPrice: number }[]
  entries: { kind: string; at: string }[]
}

async function get({ headers }: Pick<Caller, 'headers'>, path: string) {
  const response = await fetch(`${hub.functionsUrl}/search/${path}`, { headers })
  return { status: response.status, body: await response.json() as Body }
}

describe('a polygon', () => {
  it('ends where it ends, however small it is', async () => {
    const row = client.rows.find(hasPlace)!
    const [lng, lat] = [row.Longitude as number, row.Latitude as number]
    const near = 0.00005 // five metres
    const square = (west: number, size: number, turned = false) => {
      const [south, east] = [lat - size / 3, west + size]
      const ring = [[west, south], [east, south + size / 7], [east, south + size], [west, south + size], [
        west,
        south,
      ]]
      return turned ? ring.toReversed() : ring
    }
    const finds = async (coordinates: number[][][]) => {
      const polygon = JSON.stringify({ type: 'Polygon', coordinates })
      const filter = `ListingKey eq '${row.ListingKey}'`
      const { body } = await get(
        client,
        `listings?${new URLSearchParams({ polygon, filter, select: 'City' })}`,
      )
      return body.listings.length === 1
    }
    for (const size of [0.0003, 0.003, 0.03, 1, 20]) {
      for (const turned of [false, true]) {
        expect([size, await finds([square(lng - near, size, turned)])]).toEqual([size, true])
        expect([size, await finds([square(lng + near, size, turned)])]).toEqual([size, false])
        const around = square(lng - 2 * size, 4 * size)
        expect([size, await finds([around, square(lng + near, size, turned)])]).toEqual([size, true])
        expect([size, await finds([around, square(lng - near, size, turned)])]).toEqual([size, false])
      }
    }
  })
})

describe('suggest', () => {
  it.each([
    ['lim', 'Limassol'],
    ['ΛΕΜ', 'Limassol'],
    ['λεμ', 'Limassol'],
    ['Λέμ', 'Limassol'],
    ['лим', 'Limassol'],
    ['Лимасс', 'Limassol'],
    ['limasol', 'Limassol'],
    ['limmassol', 'Limassol'],
    ['nikosia', 'Nicosia'],
    ['λευκ', 'Nicosia'],
    ['gyor', 'Győr'],
    ['győr', 'Győr'],
    ['алма', 'Almaty'],
    ['ақтау', 'Aktau'],
    ['siofok', 'Siófok'],
  ])('%s finds %s', async (typed, city) => {
    const { status, body } = await get(visitor, `suggest?q=${encodeURIComponent(typed)}`)
    expect(status).toBe(200)
    expect(body.suggestions.map(({ text }) => text)).toContain(city)
  })

  it('what begins so comes before what is like it', async () => {
    const { body } = await get(client, 'suggest?q=pap')
    expect(body.suggestions[0]).toMatchObject({ type: 'city', text: 'Paphos', country: 'CY' })
    expect(body.suggestions[0]!.licence).toContain('GeoNames')
  })

  it('finds references and keys of own listings, and none of others', async () => {
    const own = client.rows.find(({ ListingId }) => ListingId)!
    const { body } = await get(client, `suggest?q=${encodeURIComponent(own.ListingKey as string)}`)
    expect(body.suggestions).toContainEqual(expect.objectContaining({ type: 'key', key: own.ListingKey }))
    const foreign = callers[1]!.rows.find(({ office_key }) => office_key === 'SHARPSIR-HU-001')!
    const other = await get(client, `suggest?q=${encodeURIComponent(foreign.ListingKey as string)}`)
    expect(JSON.stringify(other.body.suggestions)).not.toContain(foreign.ListingKey)
  })

  it.each(['%25', '_', "'", '\\', '%20%20', '%F0%9F%8F%A0', ':*%20%26'])(
    '%s harms nothing',
    async (typed) => {
      expect((await get(visitor, `suggest?q=${typed}`)).status).toBe(200)
    },
  )
  it('refuses nothing at all', async () => expect((await get(visitor, 'suggest?q=')).status).toBe(400))
})

describe('places', () => {
  it('near a point come in the order of their distance, with their licence', async () => {
    const { body } = await get(visitor, 'places?type=city&near=34.68,33.04&radius=15000')
    expect(body.places[0]!.name).toBe('Limassol')
    const distances = body.places.map(({ distance }) => distance)
    expect(distances).toEqual(distances.toSorted((a: number, b: number) => a - b))
    expect(distances.at(-1)).toBeLessThanOrEqual(15_000)
    expect(body.places.every(({ licence }) => licence.includes('GeoNames'))).toBe(true)
  })

  it.each([
    'places',
    'places?type=town',
    'places?near=1',
    'places?near=91,1',
    'places?near=a,b',
    'places?type=city&limit=0',
  ])(
    '%s is refused',
    async (path) => expect((await get(visitor, path)).status).toBe(400),
  )

  it('neighbourhoods and schools come from files, with source and licence', async () => {
    const load = (places: unknown) =>
      hub.pool.query(`select mls.load_places('town hall', 'public domain', 'school', $1) as loaded`, [
        JSON.stringify(places),
      ])
    const school = {
      key: 'S1',
      name: 'Σχολείο Αγίου',
      latitude: 34.69,
      longitude: 33.04,
      properties: { pupils: 300 },
    }
    await load([school])
    await load([{ ...school, name: 'Σχολείο Αγίου Νικολάου' }])
    const { body } = await get(client, 'places?type=school&near=34.68,33.04')
    expect(body.places).toMatchObject([{
      name: 'Σχολείο Αγίου Νικολάου',
      source: 'town hall',
      licence: 'public domain',
      properties: { pupils: 300 },
    }])
    await expect(load([{ ...school, latitude: 95 }])).rejects.toThrow('mls_places_latitude_check')
  })
})

describe('similar listings', () => {
  it('are others of the same type, near and of the same order of price', async () => {
    const own = client.rows.find((row) =>
      hasPlace(row) && row.ListPrice && row.StandardStatus === 'Active' && row.PropertyType === 'Residential'
    )!
    const { body } = await get(client, `similar/${own.ListingKey}?limit=5&select=PropertyType,ListPrice`)
    expect(body.listings.length).toBeGreaterThan(0)
    for (const { key, PropertyType, ListPrice } of body.listings) {
      expect(key).not.toBe(own.ListingKey)
      expect(PropertyType).toBe(own.PropertyType)
      expect(ListPrice).toBeGreaterThanOrEqual((own.ListPrice as number) / 2)
      expect(ListPrice).toBeLessThanOrEqual((own.ListPrice as number) * 2)
    }
  })
  it('of a listing out of sight there are none', async () => {
    const foreign = callers[1]!.rows.find(({ office_key }) => office_key === 'SHARPSIR-HU-001')!
    for (const path of ['similar', 'timeline']) {
      for (const key of [foreign.ListingKey, 'never', "x' or true --"]) {
        expect((await get(client, `${path}/${encodeURIComponent(String(key))}`)).status).toBe(404)
      }
    }
  })
  it('work for every listing that a caller sees', async () => {
    for (const caller of [callers[1]!, visitor]) {
      for (const { ListingKey } of caller.rows.slice(0, 25)) {
        expect((await get(caller, `similar/${ListingKey}?select=City`)).status).toBe(200)
      }
    }
  })
})

describe('timeline', () => {
  it('tells prices and statuses, to each what it may know', async () => {
    const { rows: [shown] } = await hub.pool.query(
      `select l.id, s."ListingKey" as key from public.served_property s join public.mls_listings l on l.id = s.record_id
       join mls.website_search w on w.record_id = l.id where s.office_key = 'SHARPSIR-CY-001' and l.is_price_upon_request is not true limit 1`,
    )
    await hub.pool.query(
      'update public.mls_listings set list_price = 777777, currency_code = $2 where id = $1',
      [shown.id, 'EUR'],
    )
    await hub.pool.query(
      `insert into public.mls_listing_notes (listing_id, tenant_id, body) select id, tenant_id, 'secret note' from public.mls_listings where id = $1`,
      [shown.id],
    )
      .catch(() => undefined)
    const published = await newClient(hub, { offices: ['SHARPSIR-CY-001'], api_visibility: 'published' })
    const readers = {
      client: await get(client, `timeline/${shown.key}`),
      published: await get(
        { headers: { Authorization: `Bearer ${published.token}` } },
        `timeline/${shown.key}`,
      ),
      visitor: await get(visitor, `timeline/${shown.id}`),
    }
    for (const [name, { status, body }] of Object.entries(readers)) {
      expect([name, status]).toEqual([name, 200])
      expect(body.entries).toContainEqual(
        expect.objectContaining({ kind: 'price', details: expect.objectContaining({ to: 777777 }) }),
      )
      expect(body.entries.some(({ kind }) => kind === 'status')).toBe(true)
      const text = JSON.stringify(body)
      for (const hidden of ['user:', 'reason', 'PHOTOS_PENDING', 'delivery', 'claimed', 'secret']) {
        expect([name, text.includes(hidden)]).toEqual([name, false])
      }
      const times = body.entries.map(({ at }) => at)
      expect(times).toEqual(times.toSorted().reverse())
    }
    const texts = Object.values(readers.visitor.body.entries).map((entry) => JSON.stringify(entry))
    expect(texts.some((text) => text.includes('Incomplete'))).toBe(false)
  })

  it('tells people of the market everything, and others nothing', async () => {
    const { rows: [{ id }] } = await hub.pool.query(
      `select id from public.mls_listings where claimed_at is not null and originating_office_key = 'SHARPSIR-CY-001' limit 1`,
    )
    const ask = async (user: string) => {
      const response = await fetch(`${hub.apiUrl}/rest/v1/rpc/listing_timeline`, {
        method: 'POST',
        headers: {
          apikey: hub.publishableKey,
          Authorization: `Bearer ${(hub.users[user] as unknown as { access_token: string }).access_token}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ listing_id: id }),
      })
      return await response.json() as { kind: string }[]
    }
    const kinds = new Set((await ask('org_admin_cy')).map(({ kind }) => kind))
    for (const kind of ['status', 'claimed', 'source']) expect(kinds).toContain(kind)
    expect(await ask('broker_hu')).toEqual([])
  })
})
