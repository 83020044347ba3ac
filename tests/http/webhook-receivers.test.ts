import { createServer, type IncomingHttpHeaders } from 'node:http'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

/** Receivers as people build them: with the libraries standardwebhooks and svix, and nothing of ours. */
interface Call {
  path: string
  headers: IncomingHttpHeaders
  body: string
}
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const calls: Call[] = []
const status: Record<string, number> = {}
let hub: Hub
let url: string
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  calls.push({ path: request.url!, headers: request.headers, body })
  response.writeHead(status[request.url!] ?? 204).end()
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  hub = await startHub({ environment: { MLS_WEBHOOKS_LOCAL: 'true' } })
}, 60_000)
afterAll(async () => {
  await hub?.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${hub.functionsUrl}/egress/subscriptions${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${await hub.token('portal_cy')}`,
      'Content-Type': 'application/json',
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true)
  return await response.json()
}
const run = () =>
  fetch(`${hub.functionsUrl}/egress/run?job=webhooks`, {
    method: 'POST',
    headers: { apikey: hub.secretKey, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  })

/** Which libraries accept a call with a secret. */
function verified({ headers, body }: Call, secret: string): Record<string, boolean> {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  const accepts = (library: { verify(body: string, headers: Record<string, string>): unknown }) => {
    try {
      library.verify(body, given)
      return true
    } catch {
      return false
    }
  }
  return { standardwebhooks: accepts(new StandardWebhook(secret)), svix: accepts(new SvixWebhook(secret)) }
}
const yes = { standardwebhooks: true, svix: true }
const no = { standardwebhooks: false, svix: false }

test.each(['standard', 'reso'] as const)(
  'every message of shape %s is verified: events, the test, retries, and through two rotations',
  async (format) => {
    const path = `/${format}`
    const of = () => calls.filter((call) => call.path === path)
    const { id, secret } = await ask('POST', '', {
      url: url + path,
      resource: 'Property',
      kinds: ['created'],
      format,
    })
    await ask('POST', `/${id}/test`)
    await publishListings(hub.pool, 2, `QOBRIX_REC_${format}_Ж`)
    status[path] = 500
    await run()
    status[path] = 204
    await hub.pool.query(
      `update public.mls_webhook_messages set status = 'FAILED', next_attempt_at = null where status = 'PENDING'`,
    )
    await ask('POST', `/${id}/retry`)
    await run()
    expect(of().map((call) => verified(call, secret))).toEqual([yes, yes, yes, yes, yes])
    // a repetition bears the id of the first attempt
    const ids = of().map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(3)

    const second = (await ask('POST', `/${id}/rotate`)).secret
    const third = (await ask('POST', `/${id}/rotate`)).secret
    calls.length = 0
    await ask('POST', `/${id}/test`)
    await publishListings(hub.pool, 1, `QOBRIX_REC2_${format}`)
    await run()
    expect(of()).toHaveLength(2)
    for (const call of of()) {
      for (const one of [secret, second, third]) expect(verified(call, one)).toEqual(yes)
      expect(verified(call, `whsec_${btoa('another secret altogether')}`)).toEqual(no)
      expect(verified({ ...call, body: `${call.body} ` }, third)).toEqual(no)
      const late = { ...call.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 3_600) }
      expect(verified({ ...call, headers: late }, third)).toEqual(no)
      // the trace of whoever had it sent
      expect(call.headers.traceparent).toMatch(
        new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`),
      )
    }
    await ask('PATCH', `/${id}`, { kinds: ['deleted'] })
  },
)
