import type { Pool } from 'pg'
import { withTransaction } from '../db/transaction.ts'
import type { Json, JsonObject } from '../delivery/json.ts'
import { SourceFailure } from './failure.ts'
import type { KeptPictures } from './keep-pictures.ts'
import type { Row } from './rows.ts'
import type { AsideBatch, Order, RunCursor } from './types.ts'

/** Longer than any page may take: a worker that lives always saves, and so renews its lease, before another may take over. */
export const leaseSeconds = 120

/** A hosted function is cut off after 150 s; a page must be merged, or rolled back, before. */
const statementTimeoutMs = 100_000

/** Leases a run that is due; undefined when there is none. */
export async function claimRun(
  pool: Pool,
  options: { source?: string; leaseSeconds?: number } = {},
): Promise<Order | undefined> {
  const { rows } = await pool.query<{ order: Order | null }>('select mls.claim_source_run($1, $2) as order', [
    options.leaseSeconds ?? leaseSeconds,
    options.source ?? null,
  ])
  return rows[0]!.order ?? undefined
}

/** A batch as the database takes it; rows are `{r, e, w}` as in a batch at the door. */
export interface SavedBatch {
  resource: string
  full: boolean
  rows: Row[]
  keys?: string[]
  gone?: string[]
  whole?: string[]
}

export interface SavedPage {
  stage: string
  batches: (SavedBatch | AsideBatch)[]
  cursor: RunCursor
  records: number
  expected?: number
  requests: number
  bytes: number
  errors?: { key?: string; code: string; message: string }[]
  pictures?: KeptPictures
  session?: JsonObject | null
  finished?: {
    name: string
    as: string
    resources: string[]
    full: string[]
    incomplete: string[]
    mark: Json | null
  }
  last: boolean
  lease_seconds: number
}

export interface SaveAnswer {
  saved: boolean
  status?: 'running' | 'finished' | 'refused' | 'cancelled'
  delta_due?: boolean
}

/** Merges a page (a SavedPage as JSON) and saves its cursor, in one transaction; nothing where the lease was lost. */
export async function savePage(pool: Pool, { run }: Order, page: string): Promise<SaveAnswer> {
  return await withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ answer: SaveAnswer }>(
      'select mls.save_source_page($1, $2, $3::jsonb) as answer',
      [
        run.id,
        run.lease_token,
        page,
      ],
    )
    return rows[0]!.answer
  }, { statementTimeoutMs })
}

export interface Release {
  outcome: 'waiting' | 'retry' | 'failed' | 'unauthorized'
  wait_seconds?: number
  code?: string
  message?: string
  requests: number
  bytes: number
  session?: JsonObject | null
}

/** Gives a run back; false where the lease was lost. */
export async function releaseRun(pool: Pool, { run }: Order, release: Release): Promise<boolean> {
  const { rows } = await pool.query<{ released: boolean }>(
    'select mls.release_source_run($1, $2, $3::jsonb) as released',
    [
      run.id,
      run.lease_token,
      JSON.stringify(release),
    ],
  )
  return rows[0]!.released
}

/** Keeps a session before anything is read with it; false where the lease was lost. */
export async function keepSession(pool: Pool, { run }: Order, session: JsonObject): Promise<boolean> {
  const { rows } = await pool.query<{ kept: boolean }>(
    'select mls.keep_source_session($1, $2, $3::jsonb) as kept',
    [run.id, run.lease_token, JSON.stringify(session)],
  )
  return rows[0]!.kept
}

/** Which of these keys the hub does not hold. */
export async function unknownKeys(
  pool: Pool,
  { source }: Order,
  resource: string,
  keys: string[],
): Promise<string[]> {
  const { rows } = await pool.query<{ keys: string[] }>(
    'select mls.unknown_source_keys($1, $2, $3) as keys',
    [source.id, resource, keys],
  )
  return rows[0]!.keys
}

/** Listings of which the pictures are to be read now, for their addresses are over; the hub notes that it asks. */
export async function takeWantedAddresses(pool: Pool, { run }: Order, most: number): Promise<string[]> {
  const { rows } = await pool.query<{ keys: string[] | null }>(
    'select mls.take_wanted_addresses($1, $2, $3) as keys',
    [run.id, run.lease_token, most],
  )
  const { keys } = rows[0]!
  if (keys === null) throw new SourceFailure('lease_lost', 'lost', 'Another worker has taken the run.')
  return keys
}

/** Leave to send one request: 0 to go on, else seconds to wait; -1 when the lease is lost. */
export async function takeRequest(pool: Pool, { run }: Order): Promise<number> {
  const { rows } = await pool.query<{ wait: number }>('select mls.take_source_request($1, $2) as wait', [
    run.id,
    run.lease_token,
  ])
  return rows[0]!.wait
}
