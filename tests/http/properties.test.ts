import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'

/** The older service's eight endpoints, as its clients call them: every role, every rule of the workflow. */
let hub: Hub
const tokens: Record<string, string> = {}

beforeAll(async () => {
  hub = await startHub({ seed: true, rest: true })
  for (const name of ['portal_cy', 'portal_hu', 'partner_all', 'operator', 'databricks']) {
    tokens[name] = await hub.token(name)
  }
  for (const [name, account] of Object.entries(hub.users)) {
    tokens[name] = (account as unknown as { access_token: string }).access_token
  }
})
afterAll(() => hub?.stop())

/** A row of what the paths answer, as far as it is looked into here; each has some of it. */
type Row =
  & Record<'id' | 'status' | 'name' | 'origin_key' | 'city' | 'token' | 'expires_at', string>
  & Record<'version' | 'list_price' | 'bedrooms' | 'latitude', number>
  & { extensions: Record<string, unknown> }

type Body<Data> =
  & { data: Data; meta: { total: number; pages: number } }
  & Record<'code' | 'reason' | 'detail', string>

async function call<Data = Row>(who: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${hub.functionsUrl}/api/v1${path}`, {
    method,
    headers: {
      ...tokens[who] ? { Authorization: `Bearer ${tokens[who]}` } : {},
      ...body === undefined ? {} : { 'Content-Type': 'application/json' },
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() as Body<Data> }
}

const sql = async (text: string, values: unknown[] = []) => (await hub.pool.query(text, values)).rows

describe('GET /properties', () => {
  it('counts and pages what each caller sees', async () => {
    const [{ served }] = await sql(
      `select count(*)::int as served from public.served_property where not is_deleted and office_key = 'SHARPSIR-CY-001'`,
    )
    const [{ held }] = await sql(
      `select count(*)::int as held from public.mls_listings l join public.mls_tenants t on t.id = l.tenant_id where t.code = 'CY'`,
    )
    const [{ all }] = await sql('select count(*)::int as all from public.mls_listings')
    for (const [who, total] of [['portal_cy', served], ['org_admin_cy', held], ['operator', all]] as const) {
      const { status, body } = await call(who, 'GET', '/properties?limit=7&page=2')
      expect([who, status, body.meta]).toEqual([who, 200, {
        total,
        page: 2,
        limit: 7,
        pages: Math.ceil(total / 7),
      }])
      expect(body.data).toHaveLength(7)
    }
  })

  it('every page together hold every property once', async () => {
    for (const who of ['portal_cy', 'broker_cy']) {
      const ids: string[] = []
      let pages = 1
      for (let page = 1; page <= pages; page++) {
        const { body } = await call<Row[]>(who, 'GET', `/properties?limit=50&page=${page}&sort=price`)
        pages = body.meta.pages
        ids.push(...body.data.map(({ id }) => id))
      }
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBe((await call(who, 'GET', '/properties')).body.meta.total)
    }
  })

  it('filters and sorts by snake case names, for users and for clients alike', async () => {
    for (const who of ['portal_cy', 'org_admin_cy']) {
      const { body } = await call<Row[]>(
        who,
        'GET',
        '/properties?city=limassol&min_price=200000&max_price=900000&min_bedrooms=2&sort=-list_price',
      )
      expect(body.data.length).toBeGreaterThan(0)
      const prices = body.data.map(({ list_price }) => list_price)
      expect(prices).toEqual(prices.toSorted((a, b) => b - a))
      for (const { city, list_price, bedrooms } of body.data) {
        expect([city.toLowerCase(), list_price >= 200_000 && list_price <= 900_000, bedrooms >= 2]).toEqual([
          'limassol',
          true,
          true,
        ])
      }
    }
  })

  it.each([
    'page=0',
    'page=x',
    'limit=201',
    'limit=0',
    'sort=colour',
    'status=GONE',
    'min_price=cheap',
    'colour=red',
    'bbox=1,2',
    'q=',
  ])(
    '%s is refused with its name',
    async (query) => {
      const { status, body } = await call('portal_cy', 'GET', `/properties?${query}`)
      expect([status, body.code]).toEqual([400, 'invalid_parameter'])
      expect(body.detail).toContain(query.split('=')[0])
    },
  )

  it('is for callers with a token of the right scope', async () => {
    expect((await call('', 'GET', '/properties')).status).toBe(401)
    expect((await call('databricks', 'GET', '/properties')).status).toBe(403)
  })
})

describe('POST /properties/search', () => {
  it('takes the same as JSON, words and a box too', async () => {
    const input = { city: ['Limassol', 'Paphos'], min_price: 100_000, limit: 5, sort: 'price' }
    const query = '/properties/search?city=Limassol,Paphos&min_price=100000&limit=5&sort=price'
    for (const who of ['portal_cy', 'broker_cy']) {
      const posted = await call(who, 'POST', '/properties/search', input)
      expect(posted.status).toBe(200)
      expect(await call(who, 'GET', query)).toEqual(posted)
      const boxed = await call<Row[]>(who, 'POST', '/properties/search', {
        bbox: [32.9, 34.6, 33.2, 34.8],
        q: 'lim',
      })
      expect(boxed.status).toBe(200)
      for (const { latitude } of boxed.body.data) expect(latitude).toBeGreaterThan(34.6)
    }
    expect((await call('broker_cy', 'POST', '/properties/search', '{')).status).toBe(400)
    expect((await call('broker_cy', 'POST', '/properties/search', { limit: 'many' })).status).toBe(400)
  })
})

describe('GET /properties/{id}', () => {
  it('by uuid or key, its media and its timeline', async () => {
    const [{ id, key }] = await sql(
      `select s.record_id as id, s."ListingKey" as key from public.served_property s
      where s.office_key = 'SHARPSIR-CY-001' and not s.is_deleted and exists (select from public.served_media m where m."ResourceRecordKey" = s."ListingKey" and not m.is_deleted) limit 1`,
    )
    for (const who of ['portal_cy', 'org_admin_cy', 'operator']) {
      for (const name of [id, key]) {
        const { status, body } = await call(who, 'GET', `/properties/${encodeURIComponent(name)}`)
        expect([who, body.detail ?? status, body.data?.id, body.data?.origin_key]).toEqual([
          who,
          200,
          id,
          key,
        ])
        const media = await call<unknown[]>(who, 'GET', `/properties/${encodeURIComponent(name)}/media`)
        expect(media.body.data[0]).toHaveProperty('media_url')
        const timeline = await call<unknown[]>(who, 'GET', `/properties/${encodeURIComponent(name)}/timeline`)
        expect([who, timeline.status]).toEqual([who, 200])
        expect(timeline.body.data.length).toBeGreaterThan(0)
      }
    }
    expect(JSON.stringify((await call('portal_cy', 'GET', `/properties/${id}/timeline`)).body)).not.toContain(
      'user:',
    )
  })

  it('of another market is as unknown as one that never was', async () => {
    const [{ id, key }] = await sql(
      `select l.id, l.origin_key as key from public.mls_listings l where originating_office_key = 'SHARPSIR-CY-001' and origin_key is not null limit 1`,
    )
    for (const who of ['portal_hu', 'broker_hu']) {
      for (const name of [id, key, 'never', "x' or true --", '%00']) {
        for (const rest of ['', '/media', '/timeline']) {
          expect([
            who,
            name,
            (await call(who, 'GET', `/properties/${encodeURIComponent(name)}${rest}`)).status,
          ]).toEqual([who, name, 404])
        }
      }
    }
  })
})

describe('POST, PUT and DELETE', () => {
  it('go through the rules of the workflow, and destroy nothing', async () => {
    const made = await call('broker_cy', 'POST', '/properties', {
      name: 'Villa',
      city: 'Paphos',
      bedrooms: 3,
      list_price: 450_000,
    })
    expect([made.status, made.body.data.status, made.body.data.list_price]).toEqual([201, 'DRAFT', 450_000])
    const { id, version } = made.body.data
    const changed = await call('broker_cy', 'PUT', `/properties/${id}`, {
      name: 'Villa Sea',
      list_price: 440_000,
      latitude: 34.7,
      longitude: 32.4,
      X_LivingRooms: 2,
    })
    expect([
      changed.status,
      changed.body.data.name,
      changed.body.data.list_price,
      changed.body.data.latitude,
      changed.body.data.extensions.X_LivingRooms,
    ])
      .toEqual([200, 'Villa Sea', 440_000, 34.7, 2])
    const stale = await call('broker_cy', 'PUT', `/properties/${id}`, { name: 'Other', version })
    expect([stale.status, stale.body.reason]).toEqual([409, 'stale_version'])
    const timeline = await call<{ kind: string; details: object }[]>(
      'broker_cy',
      'GET',
      `/properties/${id}/timeline`,
    )
    const prices = timeline.body.data.filter(({ kind }) => kind === 'price')
    expect(prices[0]!.details).toMatchObject({ from: 450_000, to: 440_000 })
    const deleted = await call('manager_cy', 'DELETE', `/properties/${id}`)
    expect([200, 409]).toContain(deleted.status)
    expect((await sql('select count(*)::int as n from public.mls_listings where id = $1', [id]))[0].n).toBe(1)
  })

  it('a published listing that is deleted is withdrawn, with the reason', async () => {
    const [{ id }] = await sql(
      `select id from public.mls_listings where status = 'PUBLISHED' and claimed_at is not null and originating_office_key = 'SHARPSIR-CY-001' limit 1`,
    )
    const { status, body } = await call('org_admin_cy', 'DELETE', `/properties/${id}`, {
      reason: 'Sold elsewhere',
    })
    expect([status, body.data?.status]).toEqual([200, 'WITHDRAWN'])
    const again = await call('org_admin_cy', 'DELETE', `/properties/${id}`)
    expect([again.status, typeof again.body.detail]).toEqual([409, 'string'])
  })

  it.each<[string, string, unknown, number]>([
    [
      'an unclaimed listing',
      `status = 'INGESTED' and claimed_at is null and originating_office_key = 'SHARPSIR-CY-001'`,
      { name: 'x' },
      409,
    ],
    ['one of another market', `originating_office_key = 'SHARPSIR-HU-001'`, { name: 'x' }, 404],
  ])('%s is not changed', async (_, where, changes, status) => {
    const [{ id }] = await sql(`select id from public.mls_listings where ${where} limit 1`)
    expect((await call('org_admin_cy', 'PUT', `/properties/${id}`, changes)).status).toBe(status)
  })

  it.each<[string, unknown]>([
    ['status', { status: 'PUBLISHED' }],
    ['tenant_id', { tenant_id: 'b0000000-0000-4000-8000-000000000001' }],
    ['colour', { colour: 'red' }],
    ['photos_count', { photos_count: 5 }],
    ['latitude', { latitude: 34 }],
    ['list_price', { list_price: 'cheap' }],
    ['bedrooms', { bedrooms: 'many' }],
    ['X_Nothing', { X_Nothing: 1 }],
    ['name"', { 'name" = null, "status': 1 }],
  ])('%s is refused', async (_, changes) => {
    const made = await call('broker_cy', 'POST', '/properties', {})
    const { status, body } = await call('broker_cy', 'PUT', `/properties/${made.body.data.id}`, changes)
    expect([status, body.detail?.length > 10]).toEqual([400, true])
  })

  it('is not for clients, operators and users without the right', async () => {
    const [{ id }] = await sql(
      `select id from public.mls_listings where claimed_at is not null and originating_office_key = 'SHARPSIR-CY-001' limit 1`,
    )
    for (const who of ['portal_cy', 'partner_all', 'operator']) {
      expect((await call(who, 'POST', '/properties', {})).status).toBe(403)
      expect((await call(who, 'PUT', `/properties/${id}`, { name: 'x' })).status).toBe(403)
      expect((await call(who, 'DELETE', `/properties/${id}`)).status).toBe(403)
    }
    expect((await call('broker_hu', 'DELETE', `/properties/${id}`)).status).toBe(404)
  })
})

describe('POST /auth/login', () => {
  it('answers a token that works, and no reason why not', async () => {
    const { email, password } = hub.users.broker_cy as unknown as { email: string; password: string }
    const { status, body } = await call('', 'POST', '/auth/login', { email, password })
    expect(status).toBe(200)
    expect(Date.parse(body.data.expires_at)).toBeGreaterThan(Date.now())
    tokens.fresh = body.data.token
    expect((await call('fresh', 'GET', '/properties?limit=1')).status).toBe(200)
    const wrong = await call('', 'POST', '/auth/login', { email, password: 'wrong' })
    const nobody = await call('', 'POST', '/auth/login', { email: 'nobody@demo.example', password: 'wrong' })
    expect([wrong.status, nobody.status, wrong.body.detail]).toEqual([401, 401, nobody.body.detail])
    expect((await call('', 'POST', '/auth/login', { email })).status).toBe(400)
    expect(JSON.stringify(wrong.body)).not.toContain('wrong"')
  })
})
