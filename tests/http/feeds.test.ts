import { get } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessToken } from '../../scripts/stack/access-token.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { kyeroFaults, kyeroProperties } from '../support/kyero-schema.ts'
import { publishListings } from '../support/listings.ts'
import { yandexFaults, yandexOffers } from '../support/yandex-realty-schema.ts'

/** Feeds as portals fetch them: by a token, or by an address with user and password. */
let hub: Hub
/** Nothing in it may be decoded on the way: not as a form, and not a second colon. */
const secret = 'p:ss%41+word=0123456789abcdef0123456789abcdef'

beforeAll(async () => {
  hub = await startHub({ environment: { MLS_LOG_LEVEL: 'info', MLS_CLIENT_CACHE_SECONDS: '0' } })
  await publishListings(hub.pool, 6, 'QOBRIX_P')
  await hub.pool.query(
    `update public.mls_offices set phone = '+357 26 000000' where office_key = 'SHARPSIR-CY-001'`,
  )
  await hub.pool.query(
    `update public.mls_listings set street = 'ул. Ленина, 5 «у моря»', interior_features = 'Fireplace,Bar', post_code = repeat('9', 40)
     where origin_key = 'QOBRIX_P1'`,
  )
  await hub.pool.query(`insert into public.mls_listing_syndications (listing_id, portal_id)
    select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id
    where p.code in ('KYERO', 'YANDEX_REALTY', 'RESO_COMMON')`)
  await client('kyero', { offices: ['SHARPSIR-CY-001'] })
  await fetch(`${hub.functionsUrl}/egress/run?job=feeds`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
  })
})
afterAll(() => hub?.stop())

const client = (client_id: string, options: object) =>
  hub.pool.query('select mls.upsert_api_client($1)', [
    JSON.stringify({ client_id, name: client_id, secret, scopes: ['odata'], ...options }),
  ])
const basic = (user: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})
const fetchFeed = (headers: Record<string, string> = {}, file = 'kyero-cy.xml') =>
  fetch(`${hub.functionsUrl}/export/${file}`, { headers })

describe('two formats from their specifications', () => {
  test('Kyero V3', async () => {
    const response = await fetchFeed(basic('kyero', secret))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/xml; charset=utf-8')
    const xml = await response.text()
    expect(kyeroFaults(xml)).toEqual([])
    expect(kyeroProperties(xml)).toHaveLength(6)
  })
  test('Yandex.Realty', async () => {
    const xml = await (await fetchFeed(basic('kyero', secret), 'yandex-cy.xml')).text()
    expect(yandexFaults(xml)).toEqual([])
    expect(yandexOffers(xml)).toHaveLength(6)
  })
  test('RESO Common Format: what the API says in profile dd2, with all media', async () => {
    await client('standard', { offices: ['SHARPSIR-CY-001'], profile: 'dd2' })
    const response = await fetchFeed(basic('standard', secret), 'reso-common-cy.json')
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const { '@reso.context': context, value, ...rest } = await response.json()
    expect(context).toBe('urn:reso:metadata:2.0:resource:property')
    expect(rest).toEqual({})
    const token = await accessToken(hub.functionsUrl, { client_id: 'standard', client_secret: secret })
    const answer = await fetch(`${hub.functionsUrl}/odata/Property?$expand=Media`, {
      headers: { Authorization: `Bearer ${token}`, Accept: 'application/json;odata.metadata=none' },
    })
    const served = (await answer.json()).value as Record<string, unknown>[]
    expect(served).toHaveLength(6)
    const byKey = (records: Record<string, unknown>[]) =>
      records.toSorted((a, b) => String(a.ListingKey).localeCompare(String(b.ListingKey)))
    expect(byKey(value)).toEqual(byKey(served))
    expect(value.find(({ ListingKey }: { ListingKey: string }) => ListingKey === 'QOBRIX_P1')).toMatchObject({
      UnparsedAddress: 'ул. Ленина, 5 «у моря»',
      PropertySubType: 'Apartment',
      InteriorFeatures: expect.arrayContaining(['Bar']),
      PostalCode: '9'.repeat(10),
      Media: [{
        MediaURL: 'https://photos.example/QOBRIX_P1.jpg',
        MediaCategory: 'Photo',
        ResourceName: 'Property',
      }],
    })
  })
  test('a limit in the path works for every format', async () => {
    const response = await fetchFeed(basic('kyero', secret), 'kyero-cy.xml/2')
    expect(kyeroProperties(await response.text())).toHaveLength(2)
    expect((await fetchFeed(basic('kyero', secret), 'kyero-cy.xml/10001')).status).toBe(422)
  })
})

describe('who may fetch', () => {
  test('with user and password in the address, as portals are set up', async () => {
    const { status, text } = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
      get(`${hub.functionsUrl}/export/kyero-cy.xml`, { auth: `kyero:${secret}` }, async (response) => {
        let text = ''
        for await (const chunk of response.setEncoding('utf8')) text += chunk
        resolve({ status: response.statusCode, text })
      }).on('error', reject)
    })
    expect(status).toBe(200)
    expect(text).toContain('<feed_version>3</feed_version>')
  })

  test('a token and a secret are worth the same', async () => {
    const bearer = { Authorization: `Bearer ${await hub.token('portal_cy')}` }
    const { client_id, client_secret } = hub.clients.portal_cy!
    const answers = await Promise.all([fetchFeed(bearer), fetchFeed(basic(client_id, client_secret))])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await answers[0]!.text()).toBe(await answers[1]!.text())
  })

  test('nobody else: both ways in are named, and no cache may hand the file on', async () => {
    const refused = await fetchFeed()
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="mls-hub", Basic realm="mls-hub", charset="UTF-8"',
    )
    expect((await fetchFeed(basic('kyero', secret))).headers.get('cache-control')).toBe('private, max-age=60')
    const open = await fetchFeed({}, 'homesoverseas.xml')
    expect(open.headers.get('cache-control')).toBe('public, max-age=60')
  })

  test('wrong secrets and unknown clients are told apart by nothing', async () => {
    const faults = [
      basic('kyero', 'wrong'),
      basic('nobody', secret),
      basic('kyero', ''),
      basic('', ''),
      { Authorization: 'Basic !!!' },
      { Authorization: 'Basic' },
      { Authorization: `Basic ${btoa('nocolon')}` },
      basic('kyero', encodeURIComponent(secret)),
    ]
    for (const headers of faults) {
      const response = await fetchFeed(headers)
      const { request_id: _, ...body } = await response.json()
      expect(response.status, JSON.stringify(headers)).toBe(401)
      expect(body).toMatchObject({
        code: 'invalid_client',
        detail: 'Client id and secret are missing, wrong, or no longer accepted.',
      })
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="mls-hub", charset="UTF-8"')
    }
    await hub.pool.query('delete from mls.request_windows')
  })

  test('a client of another market, without the scope, or shut out: not with the right secret either', async () => {
    await client('other', { offices: ['SHARPSIR-HU-001'] })
    await client('writer', { offices: ['SHARPSIR-CY-001'], scopes: ['ingest'] })
    await client('nowhere', { offices: [] })
    await client('gone', { offices: ['SHARPSIR-CY-001'], disabled_at: '2026-01-01T00:00:00Z' })
    await client('late', { offices: ['SHARPSIR-CY-001'], expires_at: '2026-01-01T00:00:00Z' })
    const statuses = await Promise.all(
      ['other', 'writer', 'nowhere', 'gone', 'late'].map(async (id) =>
        (await fetchFeed(basic(id, secret))).status
      ),
    )
    expect(statuses).toEqual([403, 403, 403, 401, 401])
    await hub.pool.query('delete from mls.request_windows')
  })

  test('a secret is still good while it is replaced', async () => {
    const next = `${secret}next`
    await hub.pool.query(`select mls.rotate_api_client_secret('kyero', $1)`, [next])
    for (const each of [secret, next]) expect((await fetchFeed(basic('kyero', each))).status).toBe(200)
    await hub.pool.query(`select mls.rotate_api_client_secret('kyero', $1, '0 s')`, [secret])
    expect((await fetchFeed(basic('kyero', next))).status).toBe(401)
    await hub.pool.query('delete from mls.request_windows')
  })

  test('who guesses is slowed, and no secret stands in the log', async () => {
    const from = { 'X-Forwarded-For': '203.0.113.7' }
    const statuses = []
    for (let guess = 0; guess < 12; guess++) {
      statuses.push((await fetchFeed({ ...basic('kyero', `guess-${guess}`), ...from })).status)
    }
    expect(statuses.slice(0, 9)).toEqual(Array(9).fill(401))
    expect(statuses.at(-1)).toBe(429)
    const log = hub.output.join('\n')
    expect(log).toContain('"client_id":"kyero"')
    expect(log).not.toMatch(/guess-|0123456789abcdef/)
  })
})

test('what is cut is told: report, explanation, status', async () => {
  await hub.pool.query(
    `update public.mls_portal_definitions set config = config || '{"max_objects": 4}' where code = 'KYERO'`,
  )
  const headers = { Authorization: `Bearer ${await hub.token('operator')}` }
  const ask = async (path: string, method = 'GET') =>
    await (await fetch(hub.functionsUrl + path, { method, headers })).json()
  expect(await ask('/egress/feeds/kyero-cy.xml')).toMatchObject({ objects: 6, max_objects: 4, cut: 2 })
  expect((await ask('/egress/feeds/kyero-cy.xml', 'POST')).builds).toEqual({
    'CY/KYERO': { status: 'built', objects: 6, max_objects: 4, cut: 2, appear: 0, vanish: 0 },
  })
  const explained = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) => ask(`/egress/explain?listing=QOBRIX_P${n}&portal=KYERO`)),
  )
  expect(explained.map(({ shown }) => shown)).toEqual([false, false, true, true, true, true])
  expect(explained[0].reasons).toEqual([{ code: 'cut', message: expect.stringContaining('max_objects') }])
  const { feeds } = await ask('/admin/status')
  expect(feeds.filter(({ cut }: { cut: number }) => cut > 0)).toMatchObject([{
    objects: 6,
    max_objects: 4,
    cut: 2,
  }])
})

describe('as HTTP has it', () => {
  const file = 'homesoverseas.xml'
  const status = async (headers: Record<string, string>) => {
    const response = await fetchFeed(headers, file)
    await response.arrayBuffer()
    return response.status
  }

  test('what did not change is not sent again, by tag or by time, and the tag goes before', async () => {
    const { headers } = await fetchFeed({}, file)
    const since = headers.get('last-modified')!
    const tag = headers.get('etag')!
    expect(await status({ 'If-Modified-Since': since })).toBe(304)
    expect(await status({ 'If-Modified-Since': new Date(Date.parse(since) + 60_000).toUTCString() })).toBe(
      304,
    )
    expect(await status({ 'If-Modified-Since': new Date(Date.parse(since) - 1_000).toUTCString() })).toBe(200)
    expect(await status({ 'If-Modified-Since': 'yesterday' })).toBe(200)
    expect(await status({ 'If-None-Match': '"other"', 'If-Modified-Since': since })).toBe(200)
    for (const known of [tag, `W/${tag.replace('W/', '')}`, tag.replace('W/', ''), `"a", ${tag}`, '*']) {
      expect(await status({ 'If-None-Match': known }), known).toBe(304)
    }
  })

  test('gzip for whoever accepts it', async () => {
    const raw = (encoding: string) =>
      new Promise<{ encoding?: string; vary?: string; body: Buffer }>((resolve, reject) => {
        get(
          `${hub.functionsUrl}/export/${file}`,
          { headers: { 'Accept-Encoding': encoding } },
          async (response) => {
            const chunks: Buffer[] = []
            for await (const chunk of response) chunks.push(chunk)
            const { 'content-encoding': sent, vary } = response.headers
            resolve({ encoding: sent, vary, body: Buffer.concat(chunks) })
          },
        ).on('error', reject)
      })
    const plain = await raw('identity')
    expect(plain.encoding).toBeUndefined()
    for (const accepted of ['gzip', 'br;q=0.1, GZIP;q=0.5', '*']) {
      const { encoding, vary, body } = await raw(accepted)
      expect([encoding, vary], accepted).toEqual(['gzip', expect.stringContaining('Accept-Encoding')])
      expect(gunzipSync(body).equals(plain.body)).toBe(true)
    }
    expect((await raw('gzip;q=0')).encoding).toBeUndefined()
  })

  test('the file of a portal that is switched off is gone, and back when it is on', async () => {
    const switched = (on: boolean) =>
      hub.pool.query(
        `update public.mls_portal_definitions set is_active = $1 where code in ('HOMESOVERSEAS', 'KYERO')`,
        [on],
      )
    await switched(false)
    const response = await fetchFeed({}, file)
    expect([response.status, (await response.json()).code]).toEqual([410, 'gone'])
    expect((await fetchFeed()).status).toBe(401) // who may not fetch it is not told
    expect((await fetchFeed(basic('kyero', secret))).status).toBe(410)
    await switched(true)
    expect(await status({})).toBe(200)
  })
})
