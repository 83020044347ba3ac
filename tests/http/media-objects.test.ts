import { Buffer } from 'node:buffer'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collectOrphans } from '../../functions/_shared/media/collect-orphans.ts'
import { openStorage } from '../../functions/_shared/media/storage.ts'
import { runWorker } from '../../scripts/worker/run-worker.ts'
import { refuses } from '../support/photo-origin.ts'
import {
  copy,
  emptied,
  hub,
  ingest,
  listing,
  media,
  opened,
  origin,
  row,
  rules,
  settle,
  stored,
  usePhotoHub,
  work,
} from '../support/photo-hub.ts'
import { startS3, type TestS3 } from '../support/s3.ts'

/** Storage and an S3 lose things, and keep what nobody knows of: what rows say and what is there come together again. */
let s3: TestS3
usePhotoHub()
emptied()
beforeAll(async () => {
  s3 = await startS3()
})
afterAll(() => s3?.close())

const sizes = ['jpeg', 'large', 'medium', 'thumbnail']

/** Both targets: what they hold, and how something in them gets lost or left behind. */
const targets = {
  Storage: {
    names: stored,
    lose: (bucket: string, name: string) => openStorage().remove(bucket, [name]),
    leave: (bucket: string, name: string) =>
      openStorage().upload(bucket, name, new Uint8Array(9), 'image/webp'),
    age: () =>
      hub.pool.query(
        `update storage.objects set created_at = now() - interval '2 hours', updated_at = now() - interval '2 hours' where true`,
      ),
  },
  S3: {
    names: (bucket: string) =>
      Promise.resolve(
        [...s3.objects.keys()].filter((name) => name.startsWith(`${bucket}/`))
          .map((name) => name.slice(bucket.length + 1)).sort(),
      ),
    lose: (bucket: string, name: string) => Promise.resolve(s3.objects.delete(`${bucket}/${name}`)),
    leave: (bucket: string, name: string) =>
      Promise.resolve(s3.objects.set(`${bucket}/${name}`, { body: Buffer.alloc(9), modified: Date.now() })),
    age: () => {
      for (const object of s3.objects.values()) object.modified -= 7_200_000
      return Promise.resolve()
    },
  },
}

describe.each(['Storage', 'S3'] as const)('in %s', (kind) => {
  const { names, lose, leave, age } = targets[kind]
  const before = { ...process.env }
  let base: string

  beforeEach(async () => {
    if (kind === 'S3') Object.assign(process.env, s3.environment)
    s3.objects.clear()
    s3.pageSize = 3
    base = openStorage().publicBase
    await hub.pool.query('delete from mls.object_scans where true')
    for (const bucket of ['mls-public', 'mls-originals']) {
      const left = await stored(bucket)
      if (left.length > 0) await openStorage().remove(bucket, left)
    }
  })
  afterEach(() => {
    for (const name of Object.keys(s3.environment)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  })

  const pathOf = async (key: string, size: string): Promise<string> =>
    (await row(key)).resolution_urls[size].url.slice(base.length + 1)
  /** One run of the job; files and rows are older than the list of them. */
  async function collect(): Promise<Record<string, number>> {
    await hub.pool.query(`alter table mls_media_files disable trigger touch;
      update mls_media_files set updated_at = now() - interval '1 minute' where true;
      alter table mls_media_files enable trigger touch`)
    return await collectOrphans(hub.pool)
  }
  async function make(...keys: string[]): Promise<void> {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', keys.map((key) => media(key, 'QOBRIX_1', `/${kind}/${key}.jpg`)))
    await settleHere()
    for (const key of keys) expect(await row(key)).toMatchObject({ copy_status: 'stored' })
  }
  /** The functions of this hub know Storage alone: for the S3 the job runs in this process. */
  async function settleHere(): Promise<void> {
    if (kind === 'Storage') return await settle()
    const { copyMedia } = await import('../../functions/_shared/media/copy-media.ts')
    for (let round = 0; round < 12; round++) {
      await hub.pool.query(`select mls.media_worker_seen('test')`)
      await copyMedia(hub.pool)
      await work()
      if ((await hub.pool.query('select from mls_media_jobs')).rowCount === 0) return
      await hub.pool.query(
        `update mls_media_jobs set next_attempt_at = now() where next_attempt_at < 'infinity'`,
      )
    }
  }

  it.each(sizes)('a lost %s is made again; what is shown meanwhile can be opened', async (size) => {
    await make('m1', 'm2')
    const whole = await names('mls-public')
    const other = await row('m2')
    const asked = () => origin.asked.filter(({ headers }) => headers['user-agent'] === 'mls-hub').length
    const askedBefore = asked()
    await lose('mls-public', await pathOf('m1', size))
    expect(await collect()).toEqual({})

    const meanwhile = await row('m1')
    expect(Object.keys(meanwhile.resolution_urls ?? {}).sort()).toEqual(
      size === 'large' ? [] : sizes.filter((name) => name !== size),
    )
    expect(await opened(meanwhile.media_url)).toMatch(/^image\//)
    expect(await row('m2')).toEqual(other)

    await settleHere()
    expect(await names('mls-public')).toEqual(whole)
    const restored = await row('m1')
    expect(Object.keys(restored.resolution_urls).sort()).toEqual(sizes)
    for (const name of sizes) expect(await opened(restored.resolution_urls[name].url)).toMatch(/^image\//)
    // of the largest size the others are made; without it the source is asked
    expect(asked() - askedBefore).toBe(size === 'large' ? 1 : 0)
    expect(await collect()).toEqual({})
    expect((await hub.pool.query('select from mls_media_jobs')).rowCount).toBe(0)
  })

  it('a picture that is lost as a whole and gone at its source is shown no more', async () => {
    await make('m1')
    for (const name of await names('mls-public')) await lose('mls-public', name)
    origin.answers.set(`/${kind}/m1.jpg`, refuses(404))
    await collect()
    await settleHere()
    expect(await row('m1')).toMatchObject({
      copy_status: 'failed',
      copy_error: expect.stringMatching(/^not_found/),
      media_url: null,
      resolution_urls: null,
    })
    await collect()
    expect(await row('m1')).toMatchObject({ copy_status: 'failed' })
  })

  it('a lost original is fetched again where it is kept or still needed', async () => {
    await rules({ originals: 'keep' })
    await make('m1')
    const [original] = await names('mls-originals')
    await lose('mls-originals', original!)
    await collect()
    expect(await opened((await row('m1')).media_url)).toBe('image/webp')
    await settleHere()
    expect(await names('mls-originals')).toEqual([original])
    expect(await row('m1')).toMatchObject({ copy_status: 'stored', copy_error: null })
  })

  it('what nothing names is deleted after an hour, also beside what is named; what is being made is not', async () => {
    await make('m1')
    const folder = (await pathOf('m1', 'large')).replace(/large\.webp$/, '')
    const whole = await names('mls-public')
    const strangers: [string, string][] = [
      ['mls-public', `${folder}plain.jpg`],
      ['mls-public', `${folder.slice(0, 36)}/ab/${'ab'.repeat(32)}/large.webp`],
      ['mls-originals', `${folder}original.jpg`],
    ]
    for (const [bucket, name] of strangers) await leave(bucket, name)
    await leave('mls-public', 'somebody/else.webp')
    expect(await collect()).toEqual({})
    await age()
    expect(await collect()).toEqual({})
    await hub.pool.query(`update mls.orphan_files set found_at = found_at - interval '2 hours' where true`)
    // its sizes are being made: what is there may be theirs
    await hub.pool.query('select mls.ask_for_variants(tenant_id, sha256) from mls_media_files')
    expect(await collect()).toEqual({ 'mls-public': 1 })
    await hub.pool.query('delete from mls_media_jobs where true')
    await collect()
    await hub.pool.query(`update mls.orphan_files set found_at = found_at - interval '2 hours' where true`)
    expect(await collect()).toEqual({ 'mls-public': 1, 'mls-originals': 1 })
    expect(await names('mls-public')).toEqual([...whole, 'somebody/else.webp'].sort())
    expect(await names('mls-originals')).toEqual([])
    expect((await hub.pool.query('select from mls.orphan_files')).rowCount).toBe(0)
  })
})

describe('a worker that finds no original', () => {
  it('has it fetched again, and shows the photo', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/worker.jpg')])
    await hub.pool.query(`select mls.media_worker_seen('test')`)
    await copy()
    await openStorage().remove('mls-originals', await stored('mls-originals'))
    await work()
    expect((await hub.pool.query('select kind, sha256 from mls_media_jobs')).rows).toEqual([
      { kind: 'copy', sha256: null },
    ])
    await settle()
    expect(await row('m1')).toMatchObject({ copy_status: 'stored' })
  })
})

describe('a worker that is told to stop', () => {
  it('ends with the pictures in its hands and gives the others back', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest(
      'media',
      Array.from({ length: 8 }, (_, i) => media(`m${i}`, 'QOBRIX_1', `/stop/${i}.jpg`, { Order: i })),
    )
    await hub.pool.query(`select mls.media_worker_seen('test')`)
    await copy()
    const stop = new AbortController()
    const storage = openStorage()
    await runWorker(hub.pool, {
      ...storage,
      download: (...args) => {
        stop.abort()
        return storage.download(...args)
      },
    }, { signal: stop.signal, concurrency: 2 })
    const { rows } = await hub.pool.query(
      `select attempts, next_attempt_at <= clock_timestamp() as due from mls_media_jobs where kind = 'variants'`,
    )
    expect(rows.length).toBeGreaterThanOrEqual(6)
    expect(new Set(rows.map((job) => JSON.stringify(job)))).toEqual(new Set(['{"attempts":0,"due":true}']))
  })
})
