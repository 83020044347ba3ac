import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

/** Any answer of a door: what it holds is what the tests are about. */
// deno-lint-ignore no-explicit-any
type Answer = any

/** What operators see of the subscriptions of clients, and of what portals were told. */
let hub: Hub
let receiver: Receiver
const secrets: string[] = []
const ids: Record<string, string> = {}

beforeAll(async () => {
  hub = await startHub({ rest: true, environment: { MLS_WEBHOOKS_LOCAL: 'true' } })
  receiver = await startReceiver(() => secrets[0] ?? '')
  for (const client of ['portal_cy', 'portal_hu', 'partner_all']) {
    const { status, body } = await ask('POST', 'egress/subscriptions', await hub.token(client), {
      url: `${receiver.url}?key=of-${client}`,
      resource: 'Property',
      kinds: ['created'],
      ...client === 'portal_cy' ? { filter: `City eq 'Paphos'` } : {},
    })
    expect(status).toBe(201)
    secrets.push(body.secret)
    ids[client] = body.id
  }
}, 60_000)
afterAll(async () => {
  await receiver?.close()
  await hub?.stop()
})

const user = (name: string) => hub.users[name]!.access_token
async function ask(
  method: string,
  path: string,
  token: string,
  body?: unknown,
): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${hub.functionsUrl}/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : null }
}
const run = (job: string) =>
  fetch(`${hub.functionsUrl}/egress/run?job=${job}`, { method: 'POST', headers: { apikey: hub.secretKey } })
const listed = async (token: string, query = '') =>
  (await ask('GET', `admin/subscriptions${query}`, token)).body.subscriptions

test('operators pass, brokers and clients do not', async () => {
  const doors: [string, string, number][] = [
    ['GET', 'admin/subscriptions', 200],
    ['GET', `admin/subscriptions/${ids.portal_hu}/messages`, 404],
    ['POST', `admin/subscriptions/${ids.portal_hu}/enable`, 404],
    ['POST', `admin/subscriptions/${ids.portal_hu}/retry`, 404],
    ['POST', `admin/subscriptions/${ids.portal_hu}/test`, 404],
    ['GET', 'egress/history', 200],
  ]
  for (const [method, path, status] of doors) {
    for (const name of ['broker_cy', 'manager_cy', 'broker_hu']) {
      expect((await ask(method, path, user(name))).status, `${name} ${path}`).toBe(403)
    }
    // not even the client whose subscription it is: it has a door of its own
    expect((await ask(method, path, await hub.token('portal_hu'))).status, path).toBe(403)
    expect((await ask(method, path, 'no.token')).status, path).toBe(401)
    expect((await ask(method, path, user('org_admin_cy'))).status, path).toBe(status)
    expect((await ask(method, path, user('system_admin'))).status, path).toBe(200)
  }
})

test('operators see all, an administrator of a market those of clients that have its offices alone', async () => {
  await publishListings(hub.pool, 2, 'QOBRIX_SUBADM')
  await run('webhooks')
  const all = await listed(await hub.token('operator'))
  expect(all.map(({ client_id }: Answer) => client_id)).toEqual(['partner_all', 'portal_cy', 'portal_hu'])
  expect(all[1]).toMatchObject({
    id: ids.portal_cy,
    resource: 'Property',
    host: new URL(receiver.url).host,
    filter: `City eq 'Paphos'`,
    format: 'standard',
    state: 'active',
    disabled_reason: null,
    waiting: 0,
    failed: 0,
    last_status: 204,
    last_error: null,
  })
  expect(all[1].last_delivered_at).toEqual(expect.any(String))
  // neither what opens nor what signs
  expect(JSON.stringify(all)).not.toMatch(/key=of-|whsec_|secret/)
  expect((await listed(user('org_admin_cy'))).map(({ client_id }: Answer) => client_id)).toEqual([
    'portal_cy',
  ])
  expect(await listed(user('system_admin'))).toHaveLength(3)
  expect(await listed(user('system_admin'), '?state=failing')).toEqual([])
  expect(await listed(user('system_admin'), '?client_id=portal_hu')).toHaveLength(1)
  expect((await ask('GET', 'admin/subscriptions?state=odd', user('system_admin'))).status).toBe(400)
})

test('messages of one, and help for one that was given up on; written down, and not beyond the market', async () => {
  const operator = user('org_admin_cy')
  const path = `admin/subscriptions/${ids.portal_cy}`
  const { body } = await ask('GET', `${path}/messages?limit=1`, operator)
  expect(body).toMatchObject({
    messages: [{ status: 'DELIVERED', last_status: 204, attempts: 1 }],
    next: expect.any(String),
  })
  expect((await ask('GET', `${path}/messages?before=${body.next}`, operator)).body.messages).toHaveLength(1)
  expect((await ask('GET', `${path}/messages?limit=0`, operator)).status).toBe(400)

  await hub.pool.query(
    `update public.mls_webhook_messages set status = 'FAILED', next_attempt_at = null, last_status = 500, delivered_at = null`,
  )
  await hub.pool.query(
    `update public.mls_webhook_subscriptions set status = 'DISABLED', disabled_reason = 'gone', failing_since = now()`,
  )
  expect(await listed(operator, '?state=disabled')).toMatchObject([{ failed: 2, disabled_reason: 'gone' }])
  for (const help of ['enable', 'retry', 'messages']) {
    const method = help === 'messages' ? 'GET' : 'POST'
    expect((await ask(method, `admin/subscriptions/${ids.portal_hu}/${help}`, operator)).status).toBe(404)
    expect((await ask(method, `admin/subscriptions/${ids.partner_all}/${help}`, operator)).status).toBe(404)
    expect((await ask(method, `admin/subscriptions/nothing/${help}`, operator)).status).toBe(404)
  }
  expect((await ask('POST', `${path}/enable`, operator)).body).toEqual({ id: ids.portal_cy, retried: 0 })
  expect((await ask('POST', `${path}/retry`, operator)).body).toEqual({ id: ids.portal_cy, retried: 2 })
  await run('webhooks')
  expect(await listed(operator)).toMatchObject([{ state: 'active', failed: 0, waiting: 0, last_status: 204 }])
  const { actions } = (await ask('GET', 'admin/actions', operator)).body
  expect(actions.slice(0, 2)).toMatchObject([
    { action: 'subscription.retry', target: `portal_cy/${ids.portal_cy}`, market: 'CY' },
    { action: 'subscription.enable' },
  ])
})

test('an operator subscribes a client to what it may read, as the client could, and sees the secret once', async () => {
  const operator = user('org_admin_cy')
  const wanted = { client_id: 'portal_cy', url: `${receiver.url}?key=hidden`, resource: 'Member' }
  const { status, body } = await ask('POST', 'admin/subscriptions', operator, wanted)
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({ client_id: 'portal_cy', resource: 'Member', status: 'ACTIVE' }),
  ])
  expect(body.secret).toMatch(/^whsec_/)
  expect(body.host).toBe(new URL(receiver.url).host)
  expect(body.url).toBeUndefined()
  const path = `admin/subscriptions/${body.id}`
  secrets[0] = body.secret
  const before = receiver.received.length
  expect((await ask('POST', `${path}/test`, operator)).body).toMatchObject({
    status: 'DELIVERED',
    last_status: 204,
  })
  expect(receiver.received.slice(before)).toMatchObject([{ isSigned: true }])

  const rotated = (await ask('POST', `${path}/rotate`, operator)).body
  expect(rotated.secret).not.toBe(body.secret)
  secrets[0] = rotated.secret
  await ask('POST', `${path}/test`, operator)
  expect(receiver.received.at(-1)!.isSigned).toBe(true)

  expect((await ask('POST', `${path}/pause`, operator)).body).toEqual({ id: body.id, state: 'disabled' })
  expect((await ask('POST', `${path}/test`, operator)).status).toBe(409)
  expect((await listed(operator, '?state=disabled')).map(({ id }: Answer) => id)).toEqual([body.id])
  expect((await ask('POST', `${path}/enable`, operator)).status).toBe(200)

  const changed = await ask('PATCH', path, operator, { kinds: ['deleted'], filter: `MemberKey eq 'x'` })
  expect(changed.body).toMatchObject({ kinds: ['deleted'], filter: `MemberKey eq 'x'` })
  expect((await ask('PATCH', path, operator, { filter: null })).body.filter).toBeNull()
  for (const wrong of [{}, { kinds: [] }, { url: 'http://169.254.169.254/' }, { filter: 'Nope eq 1' }]) {
    expect((await ask('PATCH', path, operator, wrong)).status, JSON.stringify(wrong)).toBe(400)
  }
  const everything = JSON.stringify([await listed(operator), changed.body])
  expect(everything).not.toMatch(/key=hidden|whsec_/)

  expect((await ask('DELETE', path, operator)).status).toBe(204)
  expect((await ask('DELETE', path, operator)).status).toBe(404)
  const { actions } = (await ask('GET', 'admin/actions', operator)).body
  const written = actions.filter(({ target }: Answer) => target.endsWith(body.id)).map(({ action }: Answer) =>
    action
  )
  expect(written).toEqual([
    'subscription.remove',
    'subscription.change',
    'subscription.change',
    'subscription.enable',
    'subscription.test',
    'subscription.pause',
    'subscription.test',
    'subscription.rotate',
    'subscription.test',
  ])
  expect(JSON.stringify(actions)).not.toMatch(/key=hidden|whsec_/)
})

test('nobody is subscribed beyond the market, the rights of the client, or while it is switched off', async () => {
  const operator = user('org_admin_cy')
  const wanted = { client_id: 'portal_cy', url: receiver.url, resource: 'Property' }
  const tried: [number, object][] = [
    [404, { client_id: 'portal_hu' }],
    [404, { client_id: 'partner_all' }],
    [404, { client_id: 'nobody' }],
    [404, { resource: 'Contacts' }],
    [400, { resource: 'Nothing' }],
    [400, { url: 'ftp://example.com' }],
    [400, { url: 'http://10.0.0.1/' }],
    [400, { kinds: [] }],
    [400, { filter: 'PrivateRemarks eq' }],
    [400, { secret: 'mine' }],
  ]
  for (const [status, part] of tried) {
    const answer = await ask('POST', 'admin/subscriptions', operator, { ...wanted, ...part })
    expect([answer.status, part]).toEqual([status, part])
  }
  for (const name of ['broker_cy', 'manager_cy']) {
    expect((await ask('POST', 'admin/subscriptions', user(name), wanted)).status).toBe(403)
  }
  const everybody = user('system_admin')
  const hungarian = `admin/subscriptions/${ids.portal_hu}`
  for (const what of ['test', 'rotate', 'pause']) {
    expect((await ask('POST', `${hungarian}/${what}`, operator)).status, what).toBe(404)
  }
  expect((await ask('PATCH', hungarian, operator, { kinds: ['created'] })).status).toBe(404)
  expect((await ask('DELETE', hungarian, operator)).status).toBe(404)

  await ask('PATCH', 'admin/clients/portal_hu', everybody, { disabled: true })
  expect((await ask('POST', 'admin/subscriptions', everybody, { ...wanted, client_id: 'portal_hu' })).status)
    .toBe(409)
  expect((await ask('POST', 'admin/subscriptions', everybody, { ...wanted, client_id: 'databricks' })).status)
    .toBe(409)
  // what is there of a client that is switched off can be taken away
  expect((await ask('DELETE', hungarian, everybody)).status).toBe(204)
  await ask('PATCH', 'admin/clients/portal_hu', everybody, { disabled: false })
})

test('what portals were told: by listing, portal and outcome, page by page, of the own market', async () => {
  await run('deliveries')
  const operator = user('org_admin_cy')
  const key = 'QOBRIX_SUBADM1'
  const read = async (query: string, token = operator) => await ask('GET', `egress/history?${query}`, token)
  expect((await read(`listing=${key}&portal=SIR_GLOBAL`)).body.deliveries).toMatchObject([{
    market: 'CY',
    portal: 'SIR_GLOBAL',
    listing_key: key,
    outcome: 'sent',
    calls: [{ operation: 'create', status: 201 }, { operation: 'media', status: 200 }],
  }])
  const first = await read('limit=1')
  expect(first.body.deliveries).toHaveLength(1)
  const second = await read(`limit=1&before=${first.body.next}`)
  expect(second.body.deliveries[0].id).toBeLessThan(first.body.deliveries[0].id)
  expect((await read('outcome=refused')).body).toEqual({ deliveries: [] })
  for (const query of ['outcome=odd', 'limit=0', 'limit=201', 'before=x', 'listng=1', 'portal=A&portal=B']) {
    expect((await read(query)).status, query).toBe(400)
  }
  expect((await read('listing=nobody')).status).toBe(404)
  expect((await read('portal=NOBODY')).status).toBe(404)
  const elsewhere = await hub.pool.query(`select id from public.mls_portal_definitions p
    where p.code = 'SIR_GLOBAL' and p.tenant_id = (select id from public.mls_tenants where code = 'HU')`)
  expect((await read(`portal=${elsewhere.rows[0].id}`)).status).toBe(404)
  expect((await read(`portal=${elsewhere.rows[0].id}`, await hub.token('operator'))).status).toBe(200)
})
