import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest'
import { openStorage } from '../../functions/_shared/media/storage.ts'
import { runWorker } from '../../scripts/worker/run-worker.ts'
import { runJob } from './apps.ts'
import { type Hub, type HubOptions, startHub } from './hub.ts'
import { type PhotoOrigin, startPhotoOrigin } from './photo-origin.ts'

/** For tests of pictures of sources: a hub, a host of photos, and a worker in this process. */
export let hub: Hub
export let origin: PhotoOrigin
export type Gold = Record<string, unknown>

/** `prepare` starts what the functions are to be told of; its answer goes into their environment and that of the worker. */
export function usePhotoHub(
  options: HubOptions = {},
  prepare: () => Promise<Record<string, string>> = () => Promise.resolve({}),
): void {
  beforeAll(async () => {
    const environment = { ...options.environment, ...await prepare() }
    hub = await startHub({ rest: true, ...options, environment })
    origin = await startPhotoOrigin()
    const mine = {
      SUPABASE_URL: hub.apiUrl,
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: hub.secretKey }),
      // the host of photos is on this machine
      MLS_SOURCES_LOCAL: 'true',
      ...environment,
    }
    for (const [name, value] of Object.entries(mine)) vi.stubEnv(name, value)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await origin?.close()
    await hub?.stop()
  })
}

/** Without pictures, listings and their traces before each test. */
export function emptied(): void {
  beforeEach(async () => {
    origin.answers.clear()
    origin.asked.length = 0
    await hub.pool.query(`
      delete from mls_listing_media where true; delete from mls_listings where true; delete from mls_media_files where true;
      delete from mls.media_lanes where true; update mls.origin_systems set media = '{}' where code = 'QOBRIX';
      delete from mls.media_workers where true; delete from mls.orphan_files where true`)
  })
}

const office = 'SHARPSIR-CY-001'

export const listing = (key: string, values: Gold = {}): Gold => ({
  ListingKey: key,
  ListingId: key,
  OriginatingSystemOfficeKey: office,
  StandardStatus: 'Active',
  ...values,
})

export const media = (key: string, of: string, path: string, values: Gold = {}): Gold => ({
  MediaKey: key,
  ResourceRecordKey: of,
  OriginatingSystemOfficeKey: office,
  MediaCategory: 'Photo',
  MediaType: 'image/jpeg',
  MediaURL: path.startsWith('http') ? path : origin.url + path,
  Order: 0,
  X_QobrixMediaCategory: 'photos',
  ...values,
})

export async function ingest(resource: string, records: Gold[]): Promise<string[]> {
  const { rows } = await hub.pool.query(
    `select mls.ingest_batch($1, $2::jsonb, $3::jsonb) -> 'receipt' -> 'records' as results`,
    [
      resource,
      JSON.stringify(records.map((r) => ({ r, e: [], w: [] }))),
      JSON.stringify({ client_id: 'test', request_path: 'test' }),
    ],
  )
  return rows[0].results.map(({ outcome }: { outcome: string }) => outcome)
}

/** For what batches bring. */
export const rules = (values: Gold) =>
  hub.pool.query(`update mls.origin_systems set media = $1 where code = 'QOBRIX'`, [JSON.stringify(values)])

export const copy = async () => (await runJob(hub, 'media')).result as Record<string, number>

/** A worker that is seen, and works until nothing is due. */
export async function work(): Promise<void> {
  await hub.pool.query(`select mls.media_worker_seen('test')`)
  await runWorker(hub.pool, openStorage(), { once: true })
}

/** Copies and makes sizes until nothing waits; waiting times pass at once. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await hub.pool.query(`select mls.media_worker_seen('test')`)
    await copy()
    await work()
    const { rowCount } = await hub.pool.query('select from mls_media_jobs')
    if (rowCount === 0) return
    await hub.pool.query(
      `update mls_media_jobs set next_attempt_at = now() where next_attempt_at < 'infinity';
      update mls.media_lanes set open_until = null, tokens = 200 where true`,
    )
  }
}

export const row = async (key: string) =>
  (await hub.pool.query('select * from mls_listing_media where media_key = $1', [key])).rows[0]

/** Names of objects in a bucket of Storage. */
export const stored = async (bucket: string) =>
  (await hub.pool.query('select name from storage.objects where bucket_id = $1 order by name', [bucket])).rows
    .map(({ name }) => name as string)

/** What an address gives, which must be something. */
export async function bytesOf(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url)
  expect([url, response.status]).toEqual([url, 200])
  return new Uint8Array(await response.arrayBuffer())
}

/** What an address answers: its status, or the media type with 200. */
export async function opened(address: string): Promise<string> {
  const response = await fetch(address)
  await response.body?.cancel()
  return response.ok ? response.headers.get('content-type') ?? '' : String(response.status)
}
