import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openStorage, StorageFault } from '../../../functions/_shared/media/storage.ts'

/** What Storage may answer, by a server that answers it: and what is made of it. */
let server: Server
let answer: { status: number; body?: string; length?: number } | 'hang up'
const seen: { method: string; url: string; key: unknown }[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ method: request.method!, url: request.url!, key: request.headers.apikey })
    if (answer === 'hang up') return request.socket.destroy()
    const headers = answer.length === undefined ? {} : { 'content-length': answer.length }
    response.writeHead(answer.status, headers)
    response.end(answer.length === undefined ? answer.body ?? '' : undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  vi.stubEnv('SUPABASE_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('SUPABASE_SECRET_KEYS', JSON.stringify({ cron: 'sb_secret_cron', default: 'sb_secret_default' }))
})
afterEach(() => vi.unstubAllEnvs())

const faultOf = (promise: Promise<unknown>) =>
  promise.then(() => null, (error) => {
    if (error instanceof StorageFault) return error.code
    throw error
  })

it('asks with the secret key, names encoded', async () => {
  answer = { status: 200, body: 'x' }
  await openStorage().download('mls-media', 'a/b c.jpg', 10)
  expect(seen.at(-1)).toEqual({
    method: 'GET',
    url: '/storage/v1/object/mls-media/a/b%20c.jpg',
    key: 'sb_secret_default',
  })
})

it.each(
  [
    [
      'a file that is gone',
      { status: 400, body: '{"statusCode":"404","error":"not_found"}' },
      'file_missing',
    ],
    [
      'a bucket that nobody made',
      { status: 400, body: '{"statusCode":"404","error":"Bucket not found"}' },
      'storage_unavailable',
    ],
    ['a gateway without an upstream', { status: 503, body: 'upstream' }, 'storage_unavailable'],
    ['too many requests', { status: 429 }, 'storage_unavailable'],
    ['a key that is refused', { status: 400, body: '{"statusCode":"403"}' }, 'storage_unavailable'],
    ['a file that is too large, by its own word', { status: 200, length: 1000 }, 'too_large'],
    ['one that turns out to be', { status: 200, body: 'x'.repeat(11) }, 'too_large'],
    ['a connection that ends', 'hang up', 'storage_unavailable'],
  ] as const,
)('tells %s', async (_, given, expected) => {
  answer = given
  expect(await faultOf(openStorage().download('mls-media', 'a', 10))).toEqual(expected)
})

it('publishes below the address of a CDN where one is set', () => {
  expect(openStorage().publicBase).toMatch(/\/storage\/v1\/object\/public\/mls-public$/)
  vi.stubEnv('MLS_MEDIA_PUBLIC_URL', 'https://cdn.example/photos/')
  expect(openStorage().publicBase).toBe('https://cdn.example/photos')
})

it('says when it is not configured', () => {
  vi.stubEnv('SUPABASE_SECRET_KEYS', '{')
  expect(() => openStorage()).toThrow('SUPABASE_SECRET_KEYS')
})

it('quotes what Storage said as the database can keep it: no NUL, no half of a character', async () => {
  answer = { status: 503, body: `a\0${'b'.repeat(197)}😀` }
  const error = await openStorage().download('mls-media', 'a', 10).catch((error: Error) => error) as Error
  expect(error.message).toContain('ab')
  expect(error.message).not.toMatch(/[\0\p{Surrogate}]/u)
})
