import type { Pool } from 'pg'
import type { Job, Result } from './job.ts'

/** Longer than any delivery may take: a worker that lives always lets go before another may take over. */
export const leaseSeconds = 120

export type Channel = 'API' | 'FEED'

/** Leases due deliveries. */
export async function claimDeliveries(
  pool: Pool,
  channel: Channel,
  amount: number,
  options: { leaseSeconds?: number; portal?: string } = {},
): Promise<Job[]> {
  const { rows } = await pool.query<{ job: Job }>(
    'select mls.claim_deliveries($1, $2, $3, $4) as job',
    [channel, amount, options.leaseSeconds ?? leaseSeconds, options.portal ?? null],
  )
  return rows.map(({ job }) => job)
}

/** Reports a delivery; false when its lease was lost. */
export async function finishDelivery(pool: Pool, job: Job, result: Result): Promise<boolean> {
  const { rows } = await pool.query<{ finished: boolean }>(
    'select mls.finish_delivery($1, $2, $3) as finished',
    [job.syndication_id, job.lease_token, JSON.stringify(result)],
  )
  return rows[0]!.finished
}
