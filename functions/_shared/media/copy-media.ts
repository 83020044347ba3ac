import type { Pool } from 'pg'
import { budgetOf } from '../delivery/budget.ts'
import { Connections } from '../delivery/connections.ts'
import { describeError, log } from '../http/log.ts'
import { sha256Hex } from '../http/sha256.ts'
import { MediaFault } from './fault.ts'
import { type Fetched, fetchPicture, type FetchRules, maxBytes } from './fetch-picture.ts'
import { removeUnused } from './remove-unused.ts'
import { sniff } from './sniff.ts'
import { contentNamed } from './brought-picture.ts'
import { keepPicture, type Kept, keptBefore, look, type Surroundings } from './keep-picture.ts'
import { openStorage, type Storage, StorageFault } from './storage.ts'
import { PictureFault } from './strip/picture.ts'
import { stripPicture } from './strip/strip-picture.ts'

/** Longer than any copy may take: a worker that lives always lets go before another may take over. */
const leaseSeconds = 120
/** Requests under way at a time. */
const width = 4
/** Copies that are reported together: a listing whose pictures are among them changes once. */
const batch = 24

/** A leased copy, as mls.lease_media_copies() answers it. */
interface Job {
  id: number
  lease_token: string
  media_id: string
  tenant_id: string
  address: string | null
  storage_path: string | null
  attempt: number
  rules: { hotlink: string; originals: string; auth?: string; token_hosts?: string[]; source_id?: string }
}

interface Copied extends Kept {
  id: number
  lease_token: string
}

export interface CopyReport {
  /** Shown from now on. */
  stored: number
  /** Copied; sizes are made by a worker. */
  variants: number
  failed: number
  /** Tried in vain, to be tried again. */
  waiting: number
  /** Files that nothing showed any more. */
  removed: number
}

export interface CopyOptions {
  /** Requests per run, and bytes: some 3 ms of CPU each and 5 ms a megabyte, of the 2 s that a hosted request has. */
  limit?: number
  bytes?: number
  milliseconds?: number
}

/**
 * Copies pictures that are due: fetches each from its source (or from where a broker uploaded it), keeps the original in a
 * private bucket, and shows it once its sizes are made. Where no worker makes sizes, a copy without metadata is shown. A
 * run takes what an edge function may use.
 */
export async function copyMedia(
  pool: Pool,
  { limit = 240, bytes = 120 * 1024 * 1024, milliseconds = 40_000 }: CopyOptions = {},
  storage: Storage = openStorage(),
): Promise<CopyReport> {
  const report: CopyReport = { stored: 0, variants: 0, failed: 0, waiting: 0, removed: 0 }
  await followAddress(pool, storage)
  const budget = budgetOf(limit, milliseconds)
  const connections = new Connections()
  try {
    await copyDue(pool, storage, { budget, bytes, connections }, report)
  } finally {
    connections.close()
  }
  report.removed = await removeUnused(pool, storage)
  return report
}

interface Run {
  budget: { take(): boolean }
  bytes: number
  /** Pictures of a source are mostly on one host. */
  connections: Connections
}

async function copyDue(
  pool: Pool,
  storage: Storage,
  { budget, bytes, connections }: Run,
  report: CopyReport,
): Promise<void> {
  for (let fetched = 0; fetched < bytes;) {
    const jobs = await lease(pool, budget)
    if (jobs.length === 0) break
    const surroundings = await look(pool, storage)
    const copied: Copied[] = []
    await Promise.all(Array.from({ length: width }, async () => {
      for (let job = jobs.shift(); job; job = jobs.shift()) {
        const result = await attempt(pool, storage, job, { ...surroundings, connections })
        if (typeof result === 'string') report[result]++
        else {
          copied.push(result)
          fetched += result.bytes
        }
      }
    }))
    if (copied.length === 0) continue
    const { rows: [row] } = await pool.query<{ counts: Record<'stored' | 'variants' | 'failed', number> }>(
      'select mls.media_copied($1, $2) as counts',
      [JSON.stringify(copied), storage.publicBase],
    )
    for (const name of ['stored', 'variants', 'failed'] as const) report[name] += row!.counts[name]
  }
}

async function lease(pool: Pool, budget: { take(): boolean }): Promise<Job[]> {
  let wanted = 0
  while (wanted < batch && budget.take()) wanted++
  if (wanted === 0) return []
  const { rows } = await pool.query<{ job: Job }>('select mls.lease_media_copies($1, $2) as job', [
    wanted,
    leaseSeconds,
  ])
  return rows.map(({ job }) => job)
}

let followed: string | undefined

/** Once per process: has the project another domain, or a CDN before it, since pictures were published? */
async function followAddress(pool: Pool, { publicBase }: Storage): Promise<void> {
  if (followed === publicBase) return
  const { rows } = await pool.query<{ changed: number }>('select mls.readdress_media($1) as changed', [
    publicBase,
  ])
  if (rows[0]!.changed === 0) followed = publicBase
}

async function attempt(
  pool: Pool,
  storage: Storage,
  job: Job,
  surroundings: Surroundings & Pick<Run, 'connections'>,
): Promise<Copied | 'failed' | 'waiting'> {
  try {
    return await copy(pool, storage, job, surroundings)
  } catch (error) {
    const fault = whatWentWrong(error)
    const { rows: [row] } = await pool.query<{ outcome: string }>(
      'select mls.media_not_copied($1) as outcome',
      [
        JSON.stringify({
          id: job.id,
          lease_token: job.lease_token,
          code: fault.code,
          message: fault.message,
          // an upload does not get better by being read again
          final: job.address === null && error instanceof PictureFault,
          retry_after: fault.retryAfterSeconds,
        }),
      ],
    )
    const outcome = row!.outcome === 'failed' ? 'failed' : 'waiting'
    log('warn', 'media_not_copied', { media: job.media_id, code: fault.code, outcome })
    return outcome
  }
}

function whatWentWrong(error: unknown): MediaFault {
  if (error instanceof MediaFault) return error
  if (error instanceof StorageFault || error instanceof PictureFault) {
    return new MediaFault(error.code, error.message)
  }
  log('error', 'media_fault', { cause: describeError(error) })
  return new MediaFault('internal', 'The hub failed to copy the photo.')
}

async function copy(
  pool: Pool,
  storage: Storage,
  job: Job,
  surroundings: Surroundings & Pick<Run, 'connections'>,
): Promise<Copied> {
  const lease = { id: job.id, lease_token: job.lease_token }
  const content = job.address === null ? undefined : contentNamed(job.address)
  if (content !== undefined) return { ...lease, ...await keptBefore(pool, job.tenant_id, content) }
  const fetched = job.address === null
    ? await uploaded(storage, job.storage_path!)
    : await fetchPicture(job.address, await fetchRules(pool, job, surroundings))
  const kept = await keepPicture(
    pool,
    {
      tenant: job.tenant_id,
      isUpload: job.address === null,
      keepsOriginal: job.rules.originals === 'keep',
      ...fetched,
    },
    surroundings,
  )
  return { ...lease, ...kept }
}

async function uploaded(storage: Storage, path: string): Promise<Fetched> {
  const bytes = await storage.download('mls-media', path, maxBytes)
  stripPicture(bytes)
  return { bytes, sha256: await sha256Hex(bytes), format: sniff(bytes) }
}

/** A token goes only to the hosts that the rules of its source name: addresses of pictures are the source's data. */
async function fetchRules(
  pool: Pool,
  { address, rules }: Job,
  { plainHosts, connections }: Pick<Surroundings, 'plainHosts'> & Pick<Run, 'connections'>,
): Promise<FetchRules> {
  const known = { expires: rules.hotlink === 'expires', plainHosts, connections }
  const { auth, token_hosts: hosts = [], source_id: source } = rules
  const isMeant = (auth === 'bearer' || auth === 'user_agent') && source &&
    URL.canParse(address!) && hosts.includes(new URL(address!).host.toLowerCase())
  if (!isMeant) return { auth: 'none', ...known }
  const { rows: [row] } = await pool.query<{ token: string | null }>('select mls.media_token($1) as token', [
    source,
  ])
  return { auth, token: row!.token ?? undefined, ...known }
}
