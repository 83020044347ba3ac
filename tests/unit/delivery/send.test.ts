import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DeliveryFailure } from '../../../functions/_shared/delivery/failure.ts'
import { send, sendForStatus } from '../../../functions/_shared/delivery/send.ts'
import { retryAfterSeconds } from '../../../functions/_shared/delivery/retry-after.ts'

let server: Server
let url: string
const seen: { method?: string; path?: string; body: string }[] = []

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    seen.push({ method: request.method, path: request.url, body })
    if (request.url === '/hang') return
    if (request.url === '/drop') return void request.socket.destroy()
    if (request.url === '/drip') {
      response.write('begun')
      return
    }
    if (request.url?.startsWith('/refused')) response.statusCode = 422
    if (request.url?.endsWith('-drip')) return void response.write('begun')
    if (request.url?.endsWith('-flood')) return void response.end('x'.repeat(5_000))
    if (request.url === '/flood') return void response.end('x'.repeat(5_000))
    if (request.url === '/redirect') return void response.writeHead(302, { Location: '/elsewhere' }).end()
    response.end(`${request.method} ${body}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const post = (path: string) =>
  send({ method: 'POST', url: url + path, body: '{}', timeoutMs: 600, maxBytes: 1_000 })
const failure = async (path: string) => {
  const error = await post(path).then(() => undefined, (error) => error)
  expect(error).toBeInstanceOf(DeliveryFailure)
  return error as DeliveryFailure
}

test('answers status, headers and text', async () => {
  expect(await post('/')).toMatchObject({ status: 200, text: 'POST {}' })
})
test.each([
  ['/hang', 'timeout'],
  ['/drip', 'timeout'],
  ['/drop', 'connection'],
  ['/flood', 'answer_too_large'],
])('%s fails as %s, in doubt and to be tried again', async (path, code) => {
  expect(await failure(path)).toMatchObject({ code, retry: true, inDoubt: true })
})
test('a refused connection fails as connection', async () => {
  const error = await send({ method: 'GET', url: 'http://127.0.0.1:1/', timeoutMs: 500, maxBytes: 10 }).catch(
    (e) => e,
  )
  expect(error).toMatchObject({ code: 'connection' })
})
test.each([
  ['/fine-drip', 200, ''],
  ['/fine-flood', 200, ''],
  ['/refused-drip', 422, 'begun'],
])('where the status says all, the body of %s makes no failure', async (path, status, text) => {
  const request = { method: 'POST', url: url + path, body: '{}', timeoutMs: 600, maxBytes: 1_000 }
  expect(await sendForStatus(request)).toMatchObject({ status, text })
  expect((await sendForStatus({ ...request, url: `${url}/refused-flood` })).status).toBe(422)
  await expect(sendForStatus({ ...request, url: `${url}/hang` })).rejects.toMatchObject({ code: 'timeout' })
})
test('follows no redirect', async () => {
  seen.length = 0
  await post('/redirect').catch(() => undefined)
  expect(seen.map(({ path }) => path)).toEqual(['/redirect'])
})
test('never sends twice by itself, though the connection closes without an answer', async () => {
  seen.length = 0
  await failure('/drop')
  expect(seen).toHaveLength(1)
})
test('messages name the host, never the path', async () => {
  expect((await failure('/hang')).message).not.toContain('hang')
})

test.each([['3', 3], ['0', 0], ['99999', 3600], ['soon', undefined], ['Sat, 21 Nov 2026 00:00:10 GMT', 10]])(
  'Retry-After %s',
  (value, seconds) => {
    const now = Date.parse('2026-11-21T00:00:00Z')
    expect(retryAfterSeconds(new Headers({ 'Retry-After': value }), now)).toBe(seconds)
  },
)
