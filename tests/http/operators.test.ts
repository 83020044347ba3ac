import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SignJWT } from 'jose'
import { type Hub, startHub } from '../support/hub.ts'
import { listing } from '../support/gold.ts'

/** Any answer of a door: what it holds is what the tests are about. */
// deno-lint-ignore no-explicit-any
type Answer = any

/** The doors for people: who may operate all of the hub, one market of it, or nothing. */
let hub: Hub

beforeAll(async () => {
  hub = await startHub({ rest: true })
  const token = await hub.token('databricks')
  const send = (body: unknown) =>
    fetch(`${hub.functionsUrl}/ingest/property`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  await send([
    { ...listing(1), ListingKey: 'QOBRIX_op1', OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' },
    {
      ...listing(2),
      ListingKey: 'QOBRIX_op2',
      OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
      ListPrice: 'much',
    },
    {
      ...listing(3),
      ListingKey: 'DASH_op3',
      OriginatingSystemOfficeKey: 'SHARPSIR-HU-001',
      ListPrice: 'viel',
    },
    { ...listing(4), ListingKey: 'QOBRIX_op4', OriginatingSystemOfficeKey: 'NOBODY' },
  ])
})
afterAll(() => hub?.stop())

const user = (name: string) => hub.users[name]!.access_token
async function ask(
  path: string,
  token: string | undefined,
  init: RequestInit = {},
): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${hub.functionsUrl}${path}`, {
    ...init,
    headers: { ...token ? { Authorization: `Bearer ${token}` } : {}, 'Content-Type': 'application/json' },
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : null }
}
const post = (path: string, token: string | undefined, body: unknown) =>
  ask(path, token, { method: 'POST', body: JSON.stringify(body) })

/** A user token of the local stack with any claims. */
async function tokenWith(claims: Record<string, unknown>): Promise<string> {
  const at = Math.floor(Date.now() / 1000)
  return await new SignJWT({ role: 'authenticated', ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(String(claims.sub ?? 'b0000000-0000-4000-8000-00000000aaaa'))
    .setAudience('authenticated').setIssuedAt(at).setExpirationTime(at + 600)
    .sign(new TextEncoder().encode(hub.credentials.jwtSecret))
}

describe('who passes', () => {
  it('no token but a good one: expired, of another key, without user, without the letter', async () => {
    const { rows: [cyprus] } = await hub.pool.query(`select id from mls_tenants where code = 'CY'`)
    const admin = { uoi: cyprus.id, active_scope: 'org_admin', crud: 'crud' }
    expect((await ask('/admin/status', await tokenWith(admin))).status).toBe(200)
    expect((await ask('/admin/status', await tokenWith({ ...admin, crud: 'read' }))).status).toBe(403)
    expect((await ask('/admin/status', await tokenWith({ ...admin, crud: 'cud' }))).status).toBe(403)
    expect((await ask('/admin/status', await tokenWith({ ...admin, uoi: undefined }))).status).toBe(403)
    expect((await ask('/admin/status', await tokenWith({ ...admin, sub: 'no uuid' }))).status).toBe(401)
    const foreign = await new SignJWT({ ...admin, role: 'authenticated' }).setProtectedHeader({
      alg: 'HS256',
    })
      .setSubject('b0000000-0000-4000-8000-00000000aaaa').setExpirationTime('1h')
      .sign(new TextEncoder().encode('another secret of thirty-two bytes'))
    expect((await ask('/admin/status', foreign)).status).toBe(401)
    const reader = await tokenWith({ ...admin, crud: 'r' })
    expect((await ask('/ingest/quarantine', reader)).status).toBe(200)
    expect((await post('/ingest/quarantine/dismiss', reader, { ids: [cyprus.id] })).status).toBe(403)
  })
})

describe('an administrator of a market', () => {
  it('sees the quarantine of the market and not of others', async () => {
    const keys = async (token: string) =>
      (await ask('/ingest/quarantine', token)).body.records.map((one: { record_key: string }) =>
        one.record_key
      ).sort()
    expect(await keys(user('org_admin_cy'))).toEqual(['QOBRIX_op2'])
    expect(await keys(user('system_admin'))).toEqual(['DASH_op3', 'QOBRIX_op2', 'QOBRIX_op4'])
    expect(await keys(await hub.token('operator'))).toEqual(['DASH_op3', 'QOBRIX_op2', 'QOBRIX_op4'])
    expect(await keys(await hub.token('databricks'))).toEqual(['DASH_op3', 'QOBRIX_op2', 'QOBRIX_op4'])
  })

  it('dismisses nothing of another market', async () => {
    const { rows } = await hub.pool.query(
      `select id, record_key from mls_ingest_quarantine where record_key = 'DASH_op3'`,
    )
    expect(await post('/ingest/quarantine/dismiss', user('org_admin_cy'), { ids: [rows[0].id] }))
      .toMatchObject({ status: 200, body: { dismissed: 0 } })
    expect((await post('/ingest/quarantine/replay', user('org_admin_cy'), { ids: [rows[0].id] })).body)
      .toEqual({ receipts: [], still_open: [] })
  })

  it('looks after the runs of the market that a client opened', async () => {
    const token = await hub.token('databricks')
    const open = async (office_key: string) =>
      (await post('/ingest/runs', token, { source: 'op', office_key, resource: 'property', mode: 'DELTA' }))
        .body.run_id
    const cyprus = await open('SHARPSIR-CY-001')
    const hungary = await open('SHARPSIR-HU-001')
    expect(
      (await ask('/ingest/runs', user('org_admin_cy'))).body.runs.map((run: { run_id: string }) =>
        run.run_id
      ),
    )
      .toEqual([cyprus])
    expect((await ask(`/ingest/runs/${hungary}`, user('org_admin_cy'))).status).toBe(404)
    expect((await post(`/ingest/runs/${hungary}/finish`, user('org_admin_cy'), { abandon: true })).status)
      .toBe(404)
    expect(await post(`/ingest/runs/${cyprus}/finish`, user('org_admin_cy'), { abandon: true }))
      .toMatchObject({ status: 200, body: { status: 'abandoned' } })
    expect((await ask(`/ingest/runs/${cyprus}`, token)).body.closed_because)
      .toBe(`abandoned by user:${hub.users.org_admin_cy!.id}`)
    // what a client alone may do stays the client's
    expect(
      (await post('/ingest/runs', user('system_admin'), {
        source: 'x',
        office_key: 'SHARPSIR-CY-001',
        resource: 'property',
        mode: 'FULL',
      })).status,
    )
      .toBe(401)
    expect(
      (await post(`/ingest/runs/${hungary}/finish`, await hub.token('operator'), { abandon: true })).status,
    ).toBe(200)
  })

  it('sees the state of the market alone, and starts no job of all markets', async () => {
    const { portals, sources } = (await ask('/admin/status', user('org_admin_cy'))).body
    expect(new Set(portals.map((portal: { market: string }) => portal.market))).toEqual(new Set(['CY']))
    expect(new Set(sources.map((source: { office_key: string }) => source.office_key))).toEqual(
      new Set(['SHARPSIR-CY-001']),
    )
    expect((await ask('/admin/status', user('system_admin'))).body.portals.length).toBeGreaterThan(
      portals.length,
    )
    expect((await ask('/admin/integrity?office_key=SHARPSIR-HU-001', user('org_admin_cy'))).body.counts)
      .toEqual([])
    expect((await post('/egress/run', user('org_admin_cy'), { job: 'lookups' })).status).toBe(403)
    expect((await post('/egress/run', user('system_admin'), { job: 'lookups' })).status).toBe(200)
    const explained = (token: string, market: string) =>
      ask(`/egress/explain?listing=${market}&portal=HOMESOVERSEAS`, token)
    expect((await explained(user('org_admin_cy'), 'QOBRIX_op1')).status).toBe(200)
    await hub.pool.query(`update mls_listings set tenant_id = tenant_id where origin_key = 'QOBRIX_op1'`)
    await post('/ingest/property', await hub.token('databricks'), [
      { ...listing(5), ListingKey: 'DASH_op5', OriginatingSystemOfficeKey: 'SHARPSIR-HU-001' },
    ])
    expect((await explained(user('org_admin_cy'), 'DASH_op5')).status).toBe(404)
  })
})

describe('what failed to be delivered', () => {
  it('is tried again by one call: of one portal, of one error, of the own market alone', async () => {
    await post('/ingest/property', await hub.token('databricks'), [
      { ...listing(6), ListingKey: 'QOBRIX_op6', OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' },
      { ...listing(7), ListingKey: 'DASH_op7', OriginatingSystemOfficeKey: 'SHARPSIR-HU-001' },
    ])
    const failing = () =>
      hub.pool.query(`
        with failed (origin_key, error) as (values ('QOBRIX_op6', 'refused'), ('DASH_op7', 'unauthorized'))
        insert into mls_listing_syndications as s (tenant_id, listing_id, portal_id, last_error_code)
        select l.tenant_id, l.id, p.id, f.error from failed f join mls_listings l using (origin_key)
        join mls_portal_definitions p on p.tenant_id = l.tenant_id and p.code = 'MLS_FEED'
        on conflict (listing_id, portal_id) do update set last_error_code = excluded.last_error_code`)
        .then(() =>
          hub.pool.query(
            `update mls_listing_syndications set status = 'FAILED', next_attempt_at = null where last_error_code is not null`,
          )
        )
    const redeliver = (token: string | undefined, body: unknown = {}) =>
      post('/egress/failures/redeliver', token, body)
    const path = '/egress/failures/redeliver'
    await failing()
    for (const name of ['broker_cy', 'manager_cy', 'broker_hu']) {
      expect((await redeliver(user(name))).status).toBe(403)
    }
    expect((await redeliver(await hub.token('portal_cy'))).status).toBe(403)
    expect((await redeliver(undefined)).status).toBe(401)
    const operator = await hub.token('operator')
    for (const body of [{ portal: 7 }, { portal: null }, { market: 'CY' }, [], 'x', { code: '' }]) {
      expect((await redeliver(operator, body)).status).toBe(400)
    }
    expect((await redeliver(user('org_admin_cy'), { code: 'unauthorized' })).body).toEqual({ redelivered: 0 })
    expect((await redeliver(user('org_admin_cy'), { portal: 'нет' })).body).toEqual({ redelivered: 0 })
    expect((await redeliver(user('org_admin_cy'))).body).toEqual({ redelivered: 1 })
    const states = async () =>
      (await hub.pool.query(`select l.origin_key, s.status <> 'FAILED' and s.next_attempt_at <= now() as due
        from mls_listing_syndications s join mls_listings l on l.id = s.listing_id
        where l.origin_key in ('QOBRIX_op6', 'DASH_op7') order by 1`)).rows
    expect(await states()).toEqual([
      { origin_key: 'DASH_op7', due: false },
      { origin_key: 'QOBRIX_op6', due: true },
    ])
    await failing()
    expect((await redeliver(operator, { portal: 'MLS_FEED', code: 'refused' })).body)
      .toEqual({ redelivered: 1 })
    await failing()
    expect(await ask(path, user('system_admin'), { method: 'POST' }))
      .toMatchObject({ status: 200, body: { redelivered: 2 } })
  })
})

describe('a NUL, which no text of the database holds', () => {
  it.each<[string, string, unknown?]>([
    ['operator', '/egress/explain?listing=%00&portal=x'],
    ['operator', '/egress/history?portal=%00'],
    ['operator', '/egress/feeds/%00'],
    ['operator', '/admin/usage?market=%00'],
    ['operator', '/sources/%00'],
    ['operator', '/egress/failures/redeliver', { portal: '\0' }],
    ['operator', '/admin/view-as', { client_id: 'a\0b' }],
    [
      'operator',
      '/admin/markets',
      { code: 'ZZ', name: 'a\0b', currency: 'EUR', office: { key: 'ZZ-1', origin_system: 'QOBRIX' } },
    ],
    ['databricks', '/ingest/watermark?source=%00&office_key=x&resource=property'],
    ['databricks', '/ingest/quarantine?resource=%00'],
    ['partner_all', '/egress/subscriptions', { url: 'https://example.com/\0', resource: 'Property' }],
    ['partner_all', '/search/listings', { q: 'a\0b' }],
    ['', '/export/%00.xml'],
  ])('is refused, and no fault of the hub: %s %s', async (client, path, body) => {
    const token = client === '' ? undefined : await hub.token(client)
    const { status, body: answer } = body === undefined
      ? await ask(path, token)
      : await post(path, token, body)
    expect([path, status, answer.code]).toEqual([path, 400, expect.stringMatching(/^invalid_/)])
  })

  /** Of a pair of surrogates, as a text that was cut in the middle of an emoji has it. JSON may hold it, jsonb may not. */
  const half = '\ud83d'
  it.each<[string, string, unknown]>([
    ['operator', '/egress/failures/redeliver', { portal: half }],
    ['operator', '/admin/view-as', { client_id: half }],
    [
      'operator',
      '/admin/markets',
      { code: 'ZZ', name: half, currency: 'EUR', office: { key: 'ZZ-1', origin_system: 'QOBRIX' } },
    ],
    ['operator', '/admin/clients', { client_id: 'half_a_pair', name: half, scopes: ['odata'], offices: [] }],
    ['partner_all', '/egress/subscriptions', { url: `https://example.com/${half}`, resource: 'Property' }],
    ['partner_all', '/search/listings', { q: half }],
  ])('nor is half of a character a fault of the hub: %s %s', async (client, path, body) => {
    const { status } = await post(path, await hub.token(client), body)
    expect([path, status]).not.toEqual([path, 500])
  })
})
