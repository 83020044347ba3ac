import type { Pool } from 'pg'
import type { Job } from '../../job.ts'
import type { Json } from '../../json.ts'
import type { DashAdapter } from '../dash/adapter.ts'

/**
 * Records in mls_dry_run_deliveries what would have been sent. Its ids say what they are: once a real adapter is
 * configured they are not taken for Dash's (see openAdapter).
 */
export function dryRunAdapter(job: Job, pool: Pool): DashAdapter {
  const record = async (operation: 'create' | 'update' | 'withdraw' | 'media', payload: Json) => {
    await pool.query(
      'insert into public.mls_dry_run_deliveries (syndication_id, operation, payload) values ($1, $2, $3)',
      [job.syndication_id, operation, JSON.stringify(payload)],
    )
  }
  return {
    async create(_family, payload) {
      await record('create', payload)
      return { id: dryRunPrefix + job.listing_id, record: {} }
    },
    update: (_family, _id, payload) => record('update', payload),
    withdraw: (_family, id) => record('withdraw', { id }),
    syncMedia: (_family, _id, media) => record('media', media),
    find: () => Promise.resolve(null),
  }
}

export const dryRunPrefix = 'dry-run:'
