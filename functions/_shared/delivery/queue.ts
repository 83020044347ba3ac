import type { Pool } from 'pg'
import { againAfterDeadlock } from '../db/deadlock.ts'
import { storableText } from '../gold/storable-text.ts'
import type { Job, JobPart, Result } from './job.ts'

/** Longer than any delivery may take: a worker that lives always lets go before another may take over. */
export const leaseSeconds = 120

/** Which job of the clock works a portal: `deliveries` sends, `feeds` renders (mls.worked_by). */
export type Work = 'deliveries' | 'feeds'

export interface ClaimOptions {
  leaseSeconds?: number
  /** Only this portal. */
  portal?: string
  /** Channels or formats by name, for the parts of a job that each asks for. */
  readers?: Readonly<Record<string, { parts?: readonly JobPart[] }>>
}

/** Leases due deliveries. */
export async function claimDeliveries(
  pool: Pool,
  work: Work,
  amount: number,
  { leaseSeconds: seconds = leaseSeconds, portal, readers = {} }: ClaimOptions = {},
): Promise<Job[]> {
  const parts = Object.fromEntries(Object.entries(readers).map(([name, { parts }]) => [name, parts ?? []]))
  const { rows } = await pool.query<{ job: Job }>(
    'select mls.claim_deliveries($1, $2, $3, $4, $5) as job',
    [work, amount, seconds, portal ?? null, JSON.stringify(parts)],
  )
  return rows.map(({ job }) => job)
}

/**
 * Reports a delivery; false when its lease was lost. Messages quote what the other side said: NUL, or half of a pair of
 * surrogates where a quotation was cut, would leave the report unsaid, and the listing would be sent again.
 */
export async function finishDelivery(pool: Pool, job: Job, result: Result): Promise<boolean> {
  const { rows } = await againAfterDeadlock(() =>
    pool.query<{ finished: boolean }>(
      'select mls.finish_delivery($1, $2, $3) as finished',
      [job.syndication_id, job.lease_token, JSON.stringify(result, storable)],
    )
  )
  return rows[0]!.finished
}

const storable = (_: string, value: unknown) => typeof value === 'string' ? storableText(value) : value
