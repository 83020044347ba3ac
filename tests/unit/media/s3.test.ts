import { Buffer } from 'node:buffer'
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openStorage, StorageFault } from '../../../functions/_shared/media/storage.ts'

/** An S3 that keeps objects in memory and recomputes each signature (AWS Signature Version 4) from the secret. */
const region = 'eu-west-1'
const key = 'AKIATEST'
const secret = 'secret/of+the=test'
const objects = new Map<string, { body: Buffer; type?: string; cache?: string }>()
let server: Server

const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest()
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const [, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
      .exec(request.headers.authorization ?? '') ?? []
  if (!scope || !names || !signature) return false
  const time = String(request.headers['x-amz-date'])
  const day = time.slice(0, 8)
  if (scope !== `${key}/${day}/${region}/s3/aws4_request`) return false
  const content = String(request.headers['x-amz-content-sha256'])
  if (content !== 'UNSIGNED-PAYLOAD' && content !== sha256(body)) return false
  const canonical = [
    request.method,
    request.url,
    '',
    ...names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    content,
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, scope.slice(key.length + 1), sha256(canonical)].join('\n')
  const signing = [day, region, 's3', 'aws4_request']
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secret}`)
  return hmac(signing, toSign).toString('hex') === signature
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces)
    const url = request.url!
    if (!isSigned(request, body)) return void response.writeHead(403).end()
    if (request.method === 'PUT') {
      objects.set(url, {
        body,
        type: request.headers['content-type'],
        cache: request.headers['cache-control'],
      })
      return void response.writeHead(200).end()
    }
    if (request.method === 'DELETE') {
      objects.delete(url)
      return void response.writeHead(204).end()
    }
    const object = objects.get(url)
    response.writeHead(object ? 200 : 404).end(object?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  objects.clear()
  vi.stubEnv('SUPABASE_URL', 'http://127.0.0.1:9')
  vi.stubEnv('SUPABASE_SECRET_KEYS', JSON.stringify({ default: 'sb_secret_default' }))
  vi.stubEnv('MLS_MEDIA_S3_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/`)
  vi.stubEnv('MLS_MEDIA_S3_KEY', key)
  vi.stubEnv('MLS_MEDIA_S3_SECRET', secret)
  vi.stubEnv('MLS_MEDIA_S3_REGION', region)
  vi.stubEnv('MLS_MEDIA_PUBLIC_URL', 'https://cdn.example/photos/')
})
afterEach(() => vi.unstubAllEnvs())

const faultOf = (promise: Promise<unknown>) =>
  promise.then(() => null, (error) => {
    if (error instanceof StorageFault) return error.code
    throw error
  })
const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0, 1, 2])

it('puts, reads and deletes objects with signatures that the S3 accepts', async () => {
  const s3 = openStorage()
  expect(s3.publicBase).toBe('https://cdn.example/photos')
  await s3.upload('mls-public', 'tenant/ab/large.webp', bytes, 'image/webp')
  expect(objects.get('/bucket/mls-public/tenant/ab/large.webp')).toEqual({
    body: Buffer.from(bytes),
    type: 'image/webp',
    cache: 'max-age=31536000, immutable',
  })
  expect(await s3.download('mls-public', 'tenant/ab/large.webp', 100)).toEqual(bytes)
  expect(await s3.remove('mls-public', ['tenant/ab/large.webp', 'tenant/ab/never-there.webp']))
    .toHaveLength(2)
  expect(objects.size).toBe(0)
})

it.each(['with space.jpg', 'Ελλάδα/Вилла.jpg', 'plus+percent%.jpg'])(
  'signs the name %j as it sends it',
  async (name) => {
    await openStorage().upload('mls-originals', name, bytes, 'image/jpeg')
    expect(await openStorage().download('mls-originals', name, 100)).toEqual(bytes)
  },
)

it('tells what is missing, too large, or refused', async () => {
  const s3 = openStorage()
  expect(await faultOf(s3.download('mls-public', 'none.jpg', 100))).toBe('file_missing')
  await s3.upload('mls-public', 'a.jpg', bytes, 'image/jpeg')
  expect(await faultOf(s3.download('mls-public', 'a.jpg', 3))).toBe('too_large')
  vi.stubEnv('MLS_MEDIA_S3_SECRET', 'another')
  expect(await faultOf(openStorage().upload('mls-public', 'b.jpg', bytes, 'image/jpeg'))).toBe(
    'storage_unavailable',
  )
  expect([...objects.keys()]).toEqual(['/bucket/mls-public/a.jpg'])
})

it('leaves uploads of brokers to Storage', async () => {
  expect(await faultOf(openStorage().download('mls-media', 'a.jpg', 100))).toBe('storage_unavailable')
})

it.each(['MLS_MEDIA_S3_KEY', 'MLS_MEDIA_S3_SECRET', 'MLS_MEDIA_PUBLIC_URL'])(
  'says that %s is missing',
  (name) => {
    vi.stubEnv(name, '')
    expect(() => openStorage()).toThrow(name)
  },
)
