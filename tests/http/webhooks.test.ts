import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

let hub: Hub
let receiver: Receiver
let secret = ''

beforeAll(async () => {
  hub = await startHub({
    environment: { MLS_WEBHOOKS_LOCAL: 'true', MLS_WEBHOOK_TIMEOUT_MS: '300', MLS_LOG_LEVEL: 'error' },
  })
  receiver = await startReceiver(() => secret)
})
afterAll(async () => {
  await receiver?.close()
  await hub?.stop()
})
beforeEach(async () => {
  receiver.answers(() => 204)
  await hub.pool.query('delete from public.mls_webhook_subscriptions')
  receiver.received.length = 0
})

async function call(client: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${hub.functionsUrl}/egress/subscriptions${path}`, {
    method,
    headers: { Authorization: `Bearer ${await hub.token(client)}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : null }
}
async function subscribe(more: object = {}, client = 'portal_cy') {
  const { status, body } = await call(client, 'POST', '', {
    url: receiver.url,
    resource: 'Property',
    ...more,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  secret = body.secret
  return body.id as string
}
async function tick(job = 'webhooks') {
  const response = await fetch(`${hub.functionsUrl}/egress/run`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
    body: JSON.stringify({ job }),
  })
  return await response.json()
}
const keys = () => receiver.received.map(({ body }) => body.data.key).sort()

describe('subscriptions', () => {
  test('tell of what happens, signed, thin, once', async () => {
    await subscribe()
    await publishListings(hub.pool, 2, 'QOBRIX_WH_A')
    expect(await tick()).toMatchObject({ status: 'ok', result: { delivered: 2 + 2, failed: 0 } })
    expect(new Set(keys())).toEqual(new Set(['QOBRIX_WH_A1', 'QOBRIX_WH_A2']))
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
    expect(Object.keys(receiver.received[0]!.body.data)).toEqual([
      'resource',
      'key',
      'kind',
      'sequence',
      'url',
    ])
    expect(await tick()).toMatchObject({ result: { enqueued: 0, delivered: 0 } })
  })

  test('filter with the grammar and the rights of the Web API', async () => {
    await subscribe({ filter: "City eq 'Paphos' and ListPrice gt 100001", kinds: ['updated'] })
    await publishListings(hub.pool, 3, 'QOBRIX_WH_F')
    await tick()
    expect([...new Set(keys())]).toEqual(['QOBRIX_WH_F2', 'QOBRIX_WH_F3'])
    const unknown = await call('portal_cy', 'POST', '', {
      url: receiver.url,
      resource: 'Property',
      filter: 'Citty eq 1',
    })
    expect(unknown).toMatchObject({ status: 400, body: { code: 'unknown_field' } })
    const sensitive = await call('portal_cy', 'POST', '', { url: receiver.url, resource: 'Contacts' })
    expect(sensitive.status).toBe(404)
  })

  test('never tell of another market', async () => {
    await subscribe({}, 'portal_hu')
    await publishListings(hub.pool, 1, 'QOBRIX_WH_X')
    expect(await tick()).toMatchObject({ result: { delivered: 0 } })
  })

  test('belong to their client', async () => {
    const id = await subscribe()
    expect(await call('portal_hu', 'DELETE', `/${id}`)).toMatchObject({ status: 404 })
    expect((await call('portal_hu', 'GET', '')).body.subscriptions).toEqual([])
    expect(await call('portal_cy', 'DELETE', `/${id}`)).toMatchObject({ status: 204 })
  })

  test('replay from a sequence', async () => {
    const id = await subscribe()
    await publishListings(hub.pool, 1, 'QOBRIX_WH_R')
    await tick()
    const first = receiver.received.map(({ body }) => body.data.sequence).sort() // sent side by side
    await call('portal_cy', 'POST', `/${id}/replay`, { from: String(BigInt(first[0]!) - 1n) })
    await tick()
    expect(receiver.received.map(({ body }) => body.data.sequence).slice(first.length).sort()).toEqual(first)
  })

  test('rotate their secret: both sign for a day', async () => {
    const id = await subscribe()
    const old = secret
    const { body } = await call('portal_cy', 'POST', `/${id}/rotate`)
    expect(body.secret).not.toBe(old)
    await publishListings(hub.pool, 1, 'QOBRIX_WH_S')
    await tick() // `secret` is still the old one
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
    secret = body.secret
    receiver.received.length = 0
    await publishListings(hub.pool, 1, 'QOBRIX_WH_T')
    await tick()
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
  })
})

describe('a subscriber in trouble', () => {
  test.each([
    ['an error', () => 500],
    ['a redirect', () => 302],
    ['a dropped connection', () => 'drop' as const],
    ['silence', () => 'hang' as const],
  ])('%s is tried again later', async (_, answer) => {
    await subscribe({ kinds: ['created'] })
    await publishListings(hub.pool, 1, `QOBRIX_WH_${Math.random()}_`)
    receiver.answers(answer)
    expect(await tick()).toMatchObject({ result: { delivered: 0, failed: 1 } })
    const { rows } = await hub.pool.query(
      'select status, attempt_count, next_attempt_at > now() as later from public.mls_webhook_messages',
    )
    expect(rows).toEqual([{ status: 'PENDING', attempt_count: 1, later: true }])
    receiver.answers(() => 200)
    await hub.pool.query('update public.mls_webhook_messages set next_attempt_at = now()')
    expect(await tick()).toMatchObject({ result: { delivered: 1, failed: 0 } })
  })

  test.each(['flood', 'drip', 'torn'] as const)(
    '2xx is success, though its body is a %s',
    async (outcome) => {
      await subscribe({ kinds: ['created'] })
      await publishListings(hub.pool, 1, `QOBRIX_WH_${outcome}_`)
      receiver.answers(() => outcome)
      expect(await tick()).toMatchObject({ result: { delivered: 1, failed: 0 } })
      expect(await tick()).toMatchObject({ result: { delivered: 0, failed: 0 } })
      expect(receiver.received).toHaveLength(1)
    },
  )

  test('410 ends the subscription', async () => {
    const id = await subscribe()
    await publishListings(hub.pool, 1, 'QOBRIX_WH_G')
    receiver.answers(() => 410)
    await tick()
    const { body } = await call('portal_cy', 'GET', '')
    expect(body.subscriptions).toMatchObject([{
      id,
      status: 'DISABLED',
      disabled_reason: 'The subscriber answered 410: gone.',
    }])
    await call('portal_cy', 'POST', `/${id}/enable`)
    receiver.answers(() => 200)
    await hub.pool.query('update public.mls_webhook_messages set next_attempt_at = now()')
    await tick()
    expect(receiver.received.length).toBeGreaterThan(0)
  })

  test('three days without a success end it too', async () => {
    await subscribe({ kinds: ['created'] })
    await publishListings(hub.pool, 1, 'QOBRIX_WH_L')
    await hub.pool.query(
      `update public.mls_webhook_subscriptions set failing_since = now() - interval '73 hours'`,
    )
    receiver.answers(() => 500)
    await tick()
    const { rows } = await hub.pool.query('select status from public.mls_webhook_subscriptions')
    expect(rows).toEqual([{ status: 'DISABLED' }])
  })
})

test('faults of every kind: each message arrives, and repetitions bear the same id', async () => {
  await subscribe({ kinds: ['created'] })
  await publishListings(hub.pool, 100, 'QOBRIX_WH_Z')
  const faults = [500, 429, 'drop', 'lost'] as const
  receiver.answers(() => Math.random() < 0.3 ? faults[Math.floor(Math.random() * faults.length)]! : 204)
  for (let round = 0; round < 30; round++) {
    await tick()
    const { rowCount } = await hub.pool.query(
      `update public.mls_webhook_messages set next_attempt_at = now() where status = 'PENDING'`,
    )
    if (rowCount === 0) break
  }
  const { rows } = await hub.pool.query('select id, status from public.mls_webhook_messages')
  expect(rows).toHaveLength(100)
  expect(rows.every(({ status }) => status === 'DELIVERED')).toBe(true)
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(100)
  expect(new Set(keys()).size).toBe(100)
}, 120_000)
