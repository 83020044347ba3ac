import { Buffer } from 'node:buffer'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openStorage, StorageFault } from '../../../functions/_shared/media/storage.ts'
import { startS3, type TestS3 } from '../../support/s3.ts'

let server: TestS3

beforeAll(async () => {
  server = await startS3()
})
afterAll(() => server?.close())
beforeEach(() => {
  server.objects.clear()
  server.pageSize = 1000
  const environment = {
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: 'sb_secret_default' }),
    ...server.environment,
    MLS_MEDIA_PUBLIC_URL: 'https://cdn.example/photos/',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
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
  expect(server.objects.get('mls-public/tenant/ab/large.webp')).toMatchObject({
    body: Buffer.from(bytes),
    type: 'image/webp',
    cache: 'max-age=31536000, immutable',
  })
  expect(await s3.download('mls-public', 'tenant/ab/large.webp', 100)).toEqual(bytes)
  expect(await s3.remove('mls-public', ['tenant/ab/large.webp', 'tenant/ab/never-there.webp']))
    .toHaveLength(2)
  expect(server.objects.size).toBe(0)
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
  expect([...server.objects.keys()]).toEqual(['mls-public/a.jpg'])
})

it('lists a bucket page by page, and tells what was written a moment ago', async () => {
  const s3 = openStorage()
  const names = ['a/1.jpg', 'a/2 & 3.jpg', 'a/Вилла+.jpg', 'b.jpg']
  for (const name of names) await s3.upload('mls-public', name, bytes, 'image/jpeg')
  await s3.upload('mls-originals', 'other.jpg', bytes, 'image/jpeg')
  server.objects.get('mls-public/a/1.jpg')!.modified -= 7_200_000
  server.pageSize = 3
  const first = await s3.list!('mls-public', '')
  const sorted = [...names].sort()
  expect(first).toEqual({
    names: sorted.slice(0, 3),
    young: new Set(sorted.slice(1, 3)),
    next: sorted[2],
  })
  expect(await s3.list!('mls-public', first.next!)).toEqual({
    names: [sorted[3]],
    young: new Set([sorted[3]]),
  })
  expect(await s3.list!('mls-originals', 'z')).toEqual({ names: [], young: new Set() })
})

it('takes no other answer for an empty list', async () => {
  for (const answer of [new Response('<html>a portal</html>'), new Response('', { status: 503 })]) {
    const s3 = openStorage(() => Promise.resolve(answer))
    expect(await faultOf(s3.list!('mls-public', ''))).toBe('storage_unavailable')
  }
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
