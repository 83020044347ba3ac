import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

/** What subscribers see and do: their messages, a test, a retry, another address, another shape, another secret. */
let hub: Hub
let receiver: Receiver
let secret = ''
let id = ''
let count = 0

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
  id = await subscribe()
})

async function call(method: string, path: string, body?: unknown, client = 'portal_cy') {
  const response = await fetch(`${hub.functionsUrl}/egress/subscriptions${path}`, {
    method,
    headers: { Authorization: `Bearer ${await hub.token(client)}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null }
}
async function subscribe(more: object = {}) {
  const { status, body } = await call('POST', '', {
    url: receiver.url,
    resource: 'Property',
    kinds: ['created'],
    ...more,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  secret = body.secret
  return body.id as string
}
const tick = async (job = 'webhooks') => {
  const response = await fetch(`${hub.functionsUrl}/egress/run?job=${job}`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
  })
  return (await response.json()).result
}
const publish = (amount = 1) => publishListings(hub.pool, amount, `QOBRIX_WM${++count}_`)
const messages = async (query = '') => (await call('GET', `/${id}/messages${query}`)).body
const giveUp = () =>
  hub.pool.query(`update public.mls_webhook_messages set status = 'FAILED', next_attempt_at = null`)

describe('messages', () => {
  test('with attempts and the last answer, the newest first, page by page, by state', async () => {
    receiver.answers(() => 500)
    await publish(3)
    await tick()
    const all = await messages()
    expect(all).toEqual({
      messages: Array(3).fill({
        id: expect.any(String),
        sequence: expect.stringMatching(/^\d+$/),
        status: 'PENDING',
        attempts: 1,
        created_at: expect.any(String),
        last_attempt_at: expect.any(String),
        next_attempt_at: expect.any(String),
        delivered_at: null,
        last_status: 500,
        last_error: 'The subscriber answered 500.',
        body: expect.objectContaining({ type: 'property.created' }),
      }),
    })
    const pages = []
    for (let next = '';;) {
      const page = await messages(`?limit=1${next}`)
      pages.push(...page.messages)
      if (!page.next) break
      next = `&before=${page.next}`
    }
    expect(pages).toEqual(all.messages)
    expect((await messages('?status=DELIVERED')).messages).toEqual([])
    for (const query of ['?status=LOST', '?limit=0', '?limit=201', '?limit=x', '?before=x']) {
      expect((await call('GET', `/${id}/messages${query}`)).status, query).toBe(400)
    }
    expect(JSON.stringify(all)).not.toContain('whsec_')
  })

  test('what was given up is tried again, one or all, with all attempts; what arrived is not', async () => {
    receiver.answers(() => 500)
    await publish(3)
    await tick()
    await giveUp()
    receiver.answers(() => 204)
    const [first] = (await messages()).messages
    expect(await call('POST', `/${id}/messages/${first.id}/retry`)).toMatchObject({
      status: 202,
      body: { retried: 1 },
    })
    expect(await tick()).toMatchObject({ delivered: 1 })
    expect(await call('POST', `/${id}/messages/${first.id}/retry`)).toMatchObject({ status: 409 })
    expect(await call('POST', `/${id}/retry`)).toMatchObject({ status: 202, body: { retried: 2 } })
    expect(await tick()).toMatchObject({ delivered: 2 })
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
    expect(await call('POST', `/${id}/retry`)).toMatchObject({ body: { retried: 0 } })
    expect(await call('POST', `/${id}/messages/${id}/retry`)).toMatchObject({ status: 404 })
    expect(await call('POST', `/${id}/messages/x/retry`)).toMatchObject({ status: 404 })
  })
})

describe('a test', () => {
  test('is sent at once, signed, and says what came of it', async () => {
    expect(await call('POST', `/${id}/test`)).toMatchObject({
      status: 200,
      body: {
        status: 'DELIVERED',
        attempts: 1,
        last_status: 204,
        sequence: null,
        body: { type: 'test', data: { subscription: id } },
      },
    })
    expect(receiver.received).toMatchObject([{ isSigned: true, body: { type: 'test' } }])
    receiver.answers(() => 'drop')
    expect((await call('POST', `/${id}/test`)).body).toMatchObject({
      status: 'PENDING',
      last_status: null,
      last_error: expect.stringContaining('connection'),
    })
  })
  test('not to a subscription that is disabled', async () => {
    receiver.answers(() => 410)
    await call('POST', `/${id}/test`)
    expect((await call('GET', `/${id}`)).body).toMatchObject({ status: 'DISABLED' })
    expect((await call('POST', `/${id}/test`)).status).toBe(409)
  })
})

describe('a subscription', () => {
  test('is read, and changes its address, filter, kinds and shape; what waits goes to the new address', async () => {
    await hub.pool.query(`update public.mls_webhook_subscriptions set url = 'http://127.0.0.1:1/'`)
    await publish()
    await tick()
    const changed = await call('PATCH', `/${id}`, {
      url: receiver.url,
      filter: "City eq 'Nowhere'",
      kinds: ['created', 'deleted'],
      format: 'reso',
    })
    expect(changed).toMatchObject({
      status: 200,
      body: {
        id,
        url: receiver.url,
        filter: "City eq 'Nowhere'",
        kinds: ['created', 'deleted'],
        format: 'reso',
      },
    })
    expect(changed.body).not.toHaveProperty('secret')
    await hub.pool.query('update public.mls_webhook_messages set next_attempt_at = now()')
    expect(await tick()).toMatchObject({ delivered: 1 })
    await publish()
    expect(await tick()).toMatchObject({ delivered: 0 })
    expect((await call('PATCH', `/${id}`, { filter: null })).body).toMatchObject({
      filter: null,
      format: 'reso',
    })
    expect((await call('GET', `/${id}`)).body).toEqual((await call('GET', '')).body.subscriptions[0])
  })

  test.each([
    [{}, 400],
    [{ url: 'https://10.0.0.1/' }, 400],
    [{ filter: 'Citty eq 1' }, 400],
    [{ kinds: [] }, 400],
    [{ format: 'xml' }, 400],
    [{ secret: 'x' }, 400],
    [{ status: 'ACTIVE' }, 400],
  ])('refuses the change %j', async (change, status) => {
    const before = (await call('GET', `/${id}`)).body
    expect((await call('PATCH', `/${id}`, change)).status).toBe(status)
    expect((await call('GET', `/${id}`)).body).toEqual(before)
  })

  test('answers other methods with 405 and what it allows', async () => {
    for (
      const [method, path, allowed] of [
        ['PUT', '', 'GET, HEAD, POST'],
        ['POST', `/${id}`, 'DELETE, GET, HEAD, PATCH'],
        ['GET', `/${id}/test`, 'POST'],
        ['DELETE', `/${id}/messages`, 'GET, HEAD'],
        ['GET', `/${id}/rotate`, 'POST'],
      ] as const
    ) {
      const { status, headers } = await call(method, path)
      expect([method, path, status, headers.get('Allow')]).toEqual([method, path, 405, `${allowed}, OPTIONS`])
    }
    expect((await call('GET', `/${id}/nothing`)).status).toBe(404)
  })

  test("is another client's to nobody: not to read, change, test, retry", async () => {
    await publish()
    await tick()
    const [message] = (await messages()).messages
    for (
      const [method, path, body] of [
        ['GET', `/${id}`],
        ['PATCH', `/${id}`, { url: receiver.url }],
        ['GET', `/${id}/messages`],
        ['POST', `/${id}/test`],
        ['POST', `/${id}/retry`],
        ['POST', `/${id}/rotate`],
        ['POST', `/${id}/replay`, { from: '0' }],
        ['POST', `/${id}/messages/${message.id}/retry`],
        ['GET', '/not-an-id'],
      ] as const
    ) {
      for (const client of ['portal_hu', 'partner_all']) {
        expect((await call(method, path, body, client)).status, `${client} ${method} ${path}`).toBe(404)
      }
    }
    expect((await call('GET', `/${id}`, undefined, 'databricks')).status).toBe(403)
  })
})

test('RESO: an EntityEvent as RCP-28 pushes it, the test a batch of none', async () => {
  await call('PATCH', `/${id}`, { format: 'reso' })
  await publish()
  await tick()
  await call('POST', `/${id}/test`)
  const [event, trial] = receiver.received.map(({ body }) => body as unknown as Record<string, unknown>)
  expect(event).toEqual({
    '@reso.context': 'urn:reso:metadata:2.0:resource:entityevent',
    EntityEventSequence: expect.any(Number),
    ResourceName: 'Property',
    ResourceRecordKey: `QOBRIX_WM${count}_1`,
    ResourceRecordUrl: expect.stringContaining(`/odata/Property('QOBRIX_WM${count}_1')`),
  })
  expect(Number.isSafeInteger(event!.EntityEventSequence)).toBe(true)
  expect(trial).toEqual({ '@reso.context': 'urn:reso:metadata:2.0:resource:entityevent', value: [] })
  expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
})

describe('secrets', () => {
  const isSignedBy = async (given: string) => {
    secret = given
    receiver.received.length = 0
    await call('POST', `/${id}/test`)
    return receiver.received[0]!.isSigned
  }
  test('a second rotation within a day keeps the promise of the first; after a day each is over', async () => {
    const secrets = [secret]
    for (let rotation = 0; rotation < 3; rotation++) {
      secrets.push((await call('POST', `/${id}/rotate`)).body.secret)
    }
    for (const each of secrets) expect(await isSignedBy(each)).toBe(true)
    await hub.pool.query(
      `update public.mls_webhook_subscriptions set previous_secret_expires_at = now() - interval '1 s',
      older_secrets = jsonb_set(older_secrets, '{1,expires_at}', to_jsonb(now() - interval '1 s'))`,
    )
    expect(
      await Promise.all([
        await isSignedBy(secrets[3]!),
        await isSignedBy(secrets[2]!),
        await isSignedBy(secrets[1]!),
        await isSignedBy(secrets[0]!),
      ]),
    )
      .toEqual([true, false, true, false])
  })
  test('ten sign at most', async () => {
    const statuses = []
    for (let rotation = 0; rotation < 10; rotation++) {
      statuses.push((await call('POST', `/${id}/rotate`)).status)
    }
    expect(statuses).toEqual([...Array(9).fill(200), 409])
  })
})

test('operators are told: status, backlog, failing, disabled', async () => {
  const operator = async (path: string) =>
    await (await fetch(hub.functionsUrl + path, {
      headers: { Authorization: `Bearer ${await hub.token('operator')}` },
    })).json()
  const alerts = async () => {
    await tick('health')
    return (await operator('/admin/status')).alerts.filter(({ code }: { code: string }) =>
      code.startsWith('webhook_')
    )
  }
  const subject = `webhook/portal_cy/${id}`
  await publish()
  await tick()
  expect(await alerts()).toEqual([])
  const late =
    `update public.mls_webhook_messages set status = 'PENDING', next_attempt_at = now() - interval '1 hour'`
  await hub.pool.query(late)
  expect(await alerts()).toMatchObject([{ code: 'webhook_backlog', subject, level: 'critical' }])
  await hub.pool.query(
    `update public.mls_webhook_subscriptions set failing_since = now() - interval '2 hours'`,
  )
  expect(await alerts()).toMatchObject([{ code: 'webhook_failing', subject }])
  receiver.answers(() => 410)
  await tick()
  const disabled = await alerts()
  expect(disabled).toMatchObject([{
    code: 'webhook_disabled',
    subject,
    message: expect.stringContaining('410'),
  }])
  expect(disabled[0].message).not.toContain('/hook') // a path may hold a key
  expect((await operator('/admin/status')).webhooks).toMatchObject([{
    client_id: 'portal_cy',
    id,
    status: 'DISABLED',
    waiting: 1,
  }])
})
