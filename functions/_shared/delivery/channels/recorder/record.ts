import type { Pool } from 'pg'
import type { Job } from '../../job.ts'
import type { Json } from '../../json.ts'

/** Begins the ids of listings that were only recorded: once something real is configured they are not taken for ids of the portal. */
export const dryRunPrefix = 'dry-run:'

/** Keeps what would have been sent (mls_dry_run_deliveries, 30 days). */
export async function record(
  pool: Pool,
  job: Job,
  operation: 'create' | 'update' | 'withdraw' | 'media',
  payload: Json,
): Promise<void> {
  await pool.query(
    'insert into public.mls_dry_run_deliveries (syndication_id, operation, payload) values ($1, $2, $3)',
    [job.syndication_id, operation, JSON.stringify(payload)],
  )
}
