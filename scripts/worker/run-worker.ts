import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import process from 'node:process'
import type { Pool } from 'pg'
import { describeError, log } from '../../functions/_shared/http/log.ts'
import { MediaFault } from '../../functions/_shared/media/fault.ts'
import { maxBytes } from '../../functions/_shared/media/fetch-picture.ts'
import { removeObjects } from '../../functions/_shared/media/remove-unused.ts'
import { publicBucket, type Storage, StorageFault } from '../../functions/_shared/media/storage.ts'
import { render } from './pixels.ts'

/** Pictures of one lease, and of one report: a listing whose pictures are among them changes once. */
const batch = 48
/** Far longer than a batch takes: 48 of 24 megapixels are 40 seconds of one core. */
const leaseSeconds = 300
const idleMs = 1_000
const heartbeatMs = 20_000

interface Job {
  id: number
  lease_token: string
  tenant_id: string
  sha256: string
  original_bucket: string
  original_path: string | null
  flags: string[]
}

export interface WorkerOptions {
  /** Pictures in work at a time: one is decoded while others are on their way. */
  concurrency?: number
  /** Ends when nothing is due, instead of waiting for more; throws what otherwise is waited out. */
  once?: boolean
  /** Aborts after the pictures in work; what of the batch was not begun is given back. */
  signal?: AbortSignal
}

export interface WorkerFigures {
  made: number
  failed: number
  /** Of wall time in which pictures were in work. */
  busy_seconds: number
}

/**
 * Makes the variants that are due: leases contents, fetches their originals from Storage, and puts back what
 * functions/_shared/media/recipe.ts asks for. It keeps nothing; any number may run, and a killed one costs its lease.
 */
export async function runWorker(
  pool: Pool,
  storage: Storage,
  { concurrency = 2, once = false, signal }: WorkerOptions = {},
): Promise<WorkerFigures> {
  const name = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`
  const figures: WorkerFigures = { made: 0, failed: 0, busy_seconds: 0 }
  const say = () =>
    pool.query('select mls.media_worker_seen($1, $2)', [name, JSON.stringify(figures)]).catch((error) =>
      log('warn', 'worker_unheard', { cause: describeError(error) })
    )
  await say()
  const heart = setInterval(say, heartbeatMs)
  try {
    while (!signal?.aborted) {
      const worked = await runBatch(pool, storage, concurrency, figures, signal).catch((error) => {
        if (once) throw error
        // the database or Storage is away: its leases run out, and we go on asking
        log('error', 'worker_batch_failed', { cause: describeError(error) })
        return false
      })
      if (worked) continue
      if (once) break
      await pause(idleMs, signal)
    }
    return figures
  } finally {
    clearInterval(heart)
    await pool.query('select mls.media_worker_gone($1)', [name]).catch(() => undefined)
  }
}

async function runBatch(
  pool: Pool,
  storage: Storage,
  concurrency: number,
  figures: WorkerFigures,
  signal?: AbortSignal,
): Promise<boolean> {
  const { rows } = await pool.query<{ job: Job }>('select mls.lease_media_variants($1, $2) as job', [
    batch,
    leaseSeconds,
  ])
  if (rows.length === 0) return false
  const began = performance.now()
  const jobs = rows.map(({ job }) => job)
  const next = () => signal?.aborted ? undefined : jobs.shift()
  const done: unknown[] = []
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (let job = next(); job; job = next()) {
      try {
        done.push(await make(storage, job))
      } catch (error) {
        await refuse(pool, job, error)
        figures.failed++
      }
    }
  }))
  // told to stop: others need not wait for the end of our lease
  if (jobs.length > 0) await pool.query('select mls.return_media_jobs($1)', [JSON.stringify(jobs)])
  if (done.length > 0) {
    const { rows: [row] } = await pool.query<{ report: { dropped: { bucket: string; path: string }[] } }>(
      'select mls.media_rendered($1, $2) as report',
      [JSON.stringify(done), storage.publicBase],
    )
    figures.made += done.length
    // what is not deleted now, the job media_cleanup finds
    await removeObjects(storage, row!.report.dropped).catch((error) =>
      log('warn', 'originals_not_dropped', { cause: describeError(error) })
    )
  }
  figures.busy_seconds += (performance.now() - began) / 1000
  return true
}

async function make(storage: Storage, job: Job) {
  if (!job.original_path) throw new MediaFault('file_missing', 'The original is not in Storage any more.')
  const original = await storage.download(job.original_bucket, job.original_path, maxBytes)
  const { variants, width, height, thumbhash, dominantColour, differenceHash } = await render(original, {
    tolerant: job.flags.includes('truncated'),
  })
  const folder = `${job.tenant_id}/${job.sha256.slice(0, 2)}/${job.sha256}`
  const stored = await Promise.all(variants.map(async ({ name, bytes, mimeType, extension, ...size }) => {
    const path = `${folder}/${name === 'jpeg' ? 'large' : name}.${extension}`
    await storage.upload(publicBucket, path, bytes, mimeType)
    return [name, { path, bytes: bytes.length, mime_type: mimeType, ...size }]
  }))
  return {
    id: job.id,
    lease_token: job.lease_token,
    sha256: job.sha256,
    variants: Object.fromEntries(stored),
    width,
    height,
    thumbhash,
    dominant_colour: dominantColour,
    difference_hash: differenceHash,
  }
}

async function refuse(pool: Pool, job: Job, error: unknown): Promise<void> {
  const isKnown = error instanceof MediaFault || error instanceof StorageFault
  if (!isKnown) log('error', 'worker_fault', { cause: describeError(error) })
  const code = isKnown ? error.code : 'internal'
  const message = isKnown ? error.message : 'The worker failed at the photo.'
  await pool.query('select mls.media_not_rendered($1)', [
    JSON.stringify({ id: job.id, lease_token: job.lease_token, code, message }),
  ])
  log('warn', 'media_not_rendered', { sha256: job.sha256, code })
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
