import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { newSecret } from '../../functions/_shared/delivery/webhooks/signature.ts'
import { demoUsers } from '../../scripts/stack/demo.ts'
import { act, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

interface Told {
  listing_key: string
  market: string
  portal: string
  url: string | null
  price: { amount: number | null; currency: string | null }
  price_before?: { amount: number | null; currency: string | null }
  listing?: Record<string, unknown>
}

/** Applications of kind SOCIAL: FACEBOOK is told by hand, INSTAGRAM by its rules. */
const secret = newSecret()
let database: TestDatabase
let app: Receiver<Told>
let count = 0

beforeAll(async () => {
  database = await createDatabase()
  app = await startReceiver<Told>(() => secret)
  vi.stubEnv('MLS_WEBHOOKS_LOCAL', 'true')
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`update public.mls_portal_definitions set is_active = false where channel_type <> 'SOCIAL'`)
  await configure('FACEBOOK', {})
  await configure('INSTAGRAM', { triggers: ['published', 'price_changed'] })
  await query(`update public.mls_portal_definitions p set auto_syndicate = true
    from public.mls_tenants t where t.id = p.tenant_id and t.code = 'CY' and p.code = 'INSTAGRAM'`)
})
beforeEach(() => {
  app.answers(() => 204)
  vi.stubEnv('MLS_APP_SECRET', secret)
  vi.stubEnv('MLS_WEBHOOK_TIMEOUT_MS', '20000')
})
afterEach(async () => {
  app.received.length = 0
  await query('delete from public.mls_listing_syndications')
  await query('delete from mls.portal_circuits')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await app?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const configure = (code: string, config: object) =>
  query(`update public.mls_portal_definitions set config = $2 where code = $1`, [
    code,
    JSON.stringify({
      channel: 'webhook',
      url: app.url,
      page_url: 'https://example.com/{listing_key}',
      ...config,
    }),
  ])
const publish = async () => {
  const prefix = `QOBRIX_APP${++count}_`
  const [id] = await publishListings(database.pool, 1, prefix)
  return { id: id!, key: `${prefix}1` }
}
const update = (id: string, change: string) =>
  query(`update public.mls_listings set ${change} where id = $1`, [id])
const byHand = (id: string, portal = 'FACEBOOK') =>
  query(`select public.syndicate_listing($1, $2)`, [id, portal])
const run = () => runDeliveries(database.pool)
const told = (portal: string) =>
  app.received.filter(({ body }) => body.data.portal === portal).map(({ body }) => body.type)
const row = async (portal: string) =>
  (await query(
    `select s.* from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
    where p.code = $1`,
    [portal],
  ))[0]

describe('by rule', () => {
  test('an application is told of a publication: signed, with the public face and no more', async () => {
    const { id, key } = await publish()
    await update(id, `private_remarks = 'alarm code 1234', showing_instructions = 'key at the kiosk'`)
    expect(await run()).toMatchObject({ sent: 1 })
    expect(app.received).toHaveLength(1)
    const [{ id: messageId, body, isSigned }] = app.received as [typeof app.received[0]]
    expect(isSigned).toBe(true)
    expect(messageId).toMatch(/^msg_[0-9a-f-]{36}_\d+$/)
    expect(body).toMatchObject({
      type: 'listing.published',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: {
        listing_key: key,
        market: 'CY',
        portal: 'INSTAGRAM',
        url: `https://example.com/${key}`,
        price: { amount: 100_001, currency: 'EUR' },
        listing: {
          ListingKey: key,
          City: 'Paphos',
          Media: [{ MediaURL: `https://photos.example/${key}.jpg` }],
        },
      },
    })
    expect(JSON.stringify(body)).not.toMatch(/alarm|kiosk/)
  })

  test('and of a new price with the one before, however often it changed; of nothing else', async () => {
    const { id } = await publish()
    await run()
    for (const price of [5, 6, 7]) await update(id, `list_price = ${price}`)
    await run()
    await update(id, 'bedrooms = 9')
    await update(id, 'list_price = list_price')
    expect(await run()).toMatchObject({ sent: 0, unchanged: 1 })
    await update(id, `currency_code = 'USD'`)
    await run()
    expect(told('INSTAGRAM')).toEqual(['listing.published', 'listing.price_changed', 'listing.price_changed'])
    expect(app.received[1]!.body.data).toMatchObject({
      price: { amount: 7, currency: 'EUR' },
      price_before: { amount: 100_001, currency: 'EUR' },
    })
    expect(app.received[2]!.body.data.price_before).toEqual({ amount: 7, currency: 'EUR' })
  })

  test('a price on request and a hidden address are not told', async () => {
    const { id } = await publish()
    await update(id, `street = 'Posidonos 12', post_code = '8042', latitude = 34.75, longitude = 32.41`)
    await run()
    expect(app.received[0]!.body.data.listing).toMatchObject({
      ListPrice: 100_001,
      UnparsedAddress: 'Posidonos 12',
      Latitude: 34.75,
    })
    await update(id, 'is_price_upon_request = true, hide_address_online = true')
    await run()
    const { price, price_before, listing } = app.received.at(-1)!.body.data
    expect({ price, price_before }).toEqual({
      price: { amount: null, currency: 'EUR' },
      price_before: { amount: 100_001, currency: 'EUR' },
    })
    expect(Object.keys(listing!)).not.toContain('ListPrice')
    expect(JSON.stringify(listing)).not.toMatch(/100001|Posidonos|8042|34\.75|32\.41/)
  })

  test('what it was told of is taken back, and told anew when it returns', async () => {
    const { id } = await publish()
    await run()
    await update(id, `status = 'SOLD'`)
    expect(await run()).toMatchObject({ withdrawn: 1 })
    await update(id, 'bedrooms = 8')
    await run()
    await update(id, `status = 'PUBLISHED'`)
    await run()
    expect(told('INSTAGRAM')).toEqual(['listing.published', 'listing.withdrawn', 'listing.published'])
    expect(app.received[1]!.body.data.listing).toBeUndefined()
  })

  test('a portal without rules is told of nothing by itself, and nothing is taken back', async () => {
    await configure('INSTAGRAM', {})
    const { id } = await publish()
    await run()
    await update(id, 'list_price = 4')
    await run()
    await update(id, `status = 'WITHDRAWN'`)
    await run()
    expect(app.received).toEqual([])
    await configure('INSTAGRAM', { triggers: ['price_changed'] })
    const second = await publish()
    await run()
    await update(second.id, 'list_price = 4')
    await run()
    expect(told('INSTAGRAM')).toEqual(['listing.price_changed'])
    await configure('INSTAGRAM', { triggers: ['published', 'price_changed'] })
  })
})

describe('by hand', () => {
  test('each time somebody asks, and by nothing else', async () => {
    const { id } = await publish()
    await byHand(id)
    await run()
    await update(id, 'list_price = 3')
    await run()
    expect(told('FACEBOOK')).toEqual(['listing.requested'])
    await byHand(id)
    await run()
    expect(told('FACEBOOK')).toEqual(['listing.requested', 'listing.requested'])
    const ids = app.received.filter(({ body }) => body.data.portal === 'FACEBOOK').map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    await update(id, `status = 'WITHDRAWN'`)
    await run()
    expect(told('FACEBOOK').at(-1)).toBe('listing.withdrawn')
  })

  test('a broker asks in the app; what is asked before the publication waits for it', async () => {
    const [{ id, tenant_id }] = await query(
      `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status, broker_id, claimed_at)
       select id, 'SHARPSIR-CY-001', 'QOBRIX', 'QOBRIX_ASKED', 'ASKED', 'MARKETING_REVIEW', $1, now()
       from public.mls_tenants where code = 'CY' returning id, tenant_id`,
      [demoUsers.broker_cy.id],
    )
    await act(database.pool, claimsOf(tenant_id).broker, `select public.syndicate_listing($1, 'FACEBOOK')`, [
      id,
    ])
    expect(await row('FACEBOOK')).toMatchObject({ status: 'PENDING' })
    await run()
    await update(id, `status = 'PUBLISHED'`)
    await run()
    expect(told('FACEBOOK')).toEqual(['listing.requested'])
  })

  test('asking while a message is under way is a message of its own; ending a pause and trying again are none', async () => {
    const { id } = await publish()
    await byHand(id)
    app.answers(() => 'hang')
    vi.stubEnv('MLS_WEBHOOK_TIMEOUT_MS', '1000')
    const running = run()
    await vi.waitUntil(async () => (await row('FACEBOOK')).lease_token !== null, {
      timeout: 30_000,
      interval: 10,
    })
    await byHand(id)
    await running
    app.answers(() => 204)
    vi.stubEnv('MLS_WEBHOOK_TIMEOUT_MS', '20000')
    await query(
      `update public.mls_listing_syndications set next_attempt_at = now() where next_attempt_at is not null`,
    )
    await run()
    expect(told('FACEBOOK')).toEqual(['listing.requested'])
    await query(`select public.pause_syndication($1, 'FACEBOOK')`, [id])
    await run()
    await query(`select public.resume_syndication($1, 'FACEBOOK')`, [id])
    await run()
    expect(told('FACEBOOK')).toEqual(['listing.requested'])
  })
})

describe('what goes wrong', () => {
  test.each(['flood', 'drip', 'torn'] as const)(
    '2xx is success, though its body is a %s',
    async (outcome) => {
      await publish()
      app.answers(() => outcome)
      expect(await run()).toMatchObject({ sent: 1, retry: 0 })
      expect(app.received).toHaveLength(1)
      expect(await row('INSTAGRAM')).toMatchObject({ next_attempt_at: null, last_error: null })
    },
  )

  test('silence, a lost answer and a fault are tried again under the same id', async () => {
    const { id } = await publish()
    const outcomes = ['lost', 500, 'drop', 204] as const
    let attempt = 0
    app.answers(() => outcomes[attempt++]!)
    for (const _ of outcomes) {
      await run()
      await query(
        `update public.mls_listing_syndications set next_attempt_at = now() where next_attempt_at is not null`,
      )
    }
    expect(attempt).toBe(4)
    expect(told('INSTAGRAM')).toEqual(['listing.published', 'listing.published'])
    expect(new Set(app.received.map(({ id }) => id)).size).toBe(1)
    expect(await row('INSTAGRAM')).toMatchObject({ attempt_count: 0, last_error: null, listing_id: id })
  })

  test('a refusal parks with the reason; an edit tries again, and tells what was not told', async () => {
    const { id } = await publish()
    app.answers(() => 422)
    expect(await run()).toMatchObject({ refused: 1 })
    expect(await row('INSTAGRAM')).toMatchObject({ status: 'FAILED', last_error_code: 'refused' })
    app.answers(() => 204)
    await update(id, 'bedrooms = 2')
    await run()
    expect(told('INSTAGRAM')).toEqual(['listing.published'])
  })

  test('a redirect is not followed, an inward address is not called', async () => {
    await publish()
    app.answers(() => 302)
    expect(await run()).toMatchObject({ retry: 1, refused: 0 })
    expect(await row('INSTAGRAM')).toMatchObject({ last_error_code: 'not_configured' })
    await query(`update public.mls_listing_syndications set next_attempt_at = now()`)
    for (
      const url of [
        'https://169.254.169.254/latest',
        'http://example.com/hook',
        'https://user:pw@example.com/',
        'x',
      ]
    ) {
      await configure('INSTAGRAM', { url, triggers: ['published'] })
      expect(await run(), url).toMatchObject({ retry: 1 })
      expect(await row('INSTAGRAM')).toMatchObject({ last_error_code: 'address_refused' })
      await query(`update public.mls_listing_syndications set next_attempt_at = now()`)
    }
    await configure('INSTAGRAM', { triggers: ['published', 'price_changed'] })
  })

  test('without an address or a secret it waits for one, which is never told', async () => {
    await publish()
    await query(`update public.mls_portal_definitions set config = config - 'url' where code = 'INSTAGRAM'`)
    expect(await run()).toMatchObject({ retry: 1, refused: 0 })
    expect((await row('INSTAGRAM')).last_error).toBe(
      'The portal CY/INSTAGRAM has no address: set "url" in its config.',
    )
    await configure('INSTAGRAM', { triggers: ['published', 'price_changed'] })
    for (const wrong of ['', 'whsec_', 'whsec_c2hvcnQ=', 'not-a-secret']) {
      vi.stubEnv('MLS_APP_SECRET', wrong)
      expect(await run()).toMatchObject({ retry: 1 })
      const { last_error } = await row('INSTAGRAM')
      expect(last_error).toContain(
        'set MLS_APP_SECRET_INSTAGRAM_CY or MLS_APP_SECRET_INSTAGRAM or MLS_APP_SECRET',
      )
      if (wrong) expect(last_error).not.toContain(wrong === 'whsec_' ? 'whsec_ ' : wrong)
      await query(`update public.mls_listing_syndications set next_attempt_at = now()`)
    }
    vi.stubEnv('MLS_APP_SECRET_INSTAGRAM_CY', secret)
    vi.stubEnv('MLS_APP_SECRET', newSecret())
    await run()
    expect(app.received).toMatchObject([{ isSigned: true }])
  })

  test('a portal in trouble rests: its circuit opens like any other', async () => {
    await configure('INSTAGRAM', { triggers: ['published'], circuit_failures: 2 })
    await publishListings(database.pool, 4, `QOBRIX_APPC${++count}_`)
    app.answers(() => 503)
    await runDeliveries(database.pool, { workers: 1 })
    expect(await query('select failures, open_until is not null as open from mls.portal_circuits')).toEqual([
      { failures: 2, open: true },
    ])
    await configure('INSTAGRAM', { triggers: ['published', 'price_changed'] })
  })
})
