import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { httpAdapter } from '../../../../functions/_shared/delivery/channels/dash/http-adapter.ts'
import { dashSettings } from '../../../../functions/_shared/delivery/channels/dash/settings.ts'
import type { Job } from '../../../../functions/_shared/delivery/job.ts'
import { dashEnvironment, sandboxSecrets } from '../../../../scripts/stack/sandbox-dash/environment.ts'

const token = JSON.stringify({ access_token: 'good', expires_in: 3600 })
const record = { listingGuid: 'G', listPrice: 1 }

let server: Server
let issue: (response: ServerResponse) => unknown
let tokensAsked = 0
/** What reached Dash itself, by its bearer token. */
const calls: (string | undefined)[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url!.startsWith('/oauth2/')) {
      tokensAsked++
      return void issue(response)
    }
    calls.push(request.headers.authorization)
    response.end(JSON.stringify(record))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  server.close()
})
beforeEach((context) => {
  const { port } = server.address() as { port: number }
  // a client of its own for every test: tokens are shared by whole isolates
  const secrets = { ...sandboxSecrets, clientId: context.task.id }
  const environment = dashEnvironment(`http://127.0.0.1:${port}`, secrets)
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  tokensAsked = 0
  calls.length = 0
})

const create = () =>
  httpAdapter(dashSettings({ portal: { config: {}, market: 'CY' } } as Job))
    .create('residentialsales', { listPrice: 1 }, { reference: 'QOBRIX_1', idempotencyKey: 'k' })

test.each<[string, string, typeof issue]>([
  ['an error', 'server_error', (response) => response.writeHead(500).end('{"error": "internal"}')],
  ['refused credentials', 'unauthorized', (response) => response.writeHead(401).end('{}')],
  ['silence', 'timeout', () => undefined],
  ['a dropped connection', 'connection', (response) => response.socket!.destroy()],
  ['garbage', 'invalid_answer', (response) => response.end('<html>{"access_token":')],
  ['an answer without a token', 'invalid_answer', (response) => response.end('{"access_token": 7}')],
  ['a huge answer', 'answer_too_large', (response) => response.end(token + ' '.repeat(200_000))],
  ['a redirect', 'unauthorized', (response) => response.writeHead(302, { Location: '/dash/' }).end()],
])('%s instead of a token reaches no listing and leaves no doubt about one', async (_, code, failing) => {
  issue = failing
  // only who waits for silence waits for the time to pass: on a busy machine any answer may take as long
  if (code === 'timeout') vi.stubEnv('MLS_DASH_TIMEOUT_MS', '200')
  await expect(create()).rejects.toMatchObject({ code, retry: true, inDoubt: false })
  expect(calls).toEqual([])

  vi.stubEnv('MLS_DASH_TIMEOUT_MS', undefined)
  issue = (response) => response.end(token)
  expect(await create()).toMatchObject({ id: 'G' }) // a failure is not remembered
  expect(calls).toEqual(['Bearer good'])
})

test('a slow-down is passed on to the queue', async () => {
  issue = (response) => response.writeHead(429, { 'Retry-After': '7' }).end()
  await expect(create()).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 7 })
})

test('one failure answers all calls that waited for the same token', async () => {
  issue = (response) => setTimeout(() => response.writeHead(503).end(), 50)
  const failures = await Promise.allSettled([create(), create(), create()])
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(tokensAsked).toBe(1)
})
