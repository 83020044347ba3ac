import type { Pool } from 'pg'
import type { Job } from '../../job.ts'
import { dryRunPrefix, record } from '../recorder/record.ts'
import type { DashAdapter } from './adapter.ts'

/** Records what Dash would have been sent. The ids it gives say what they are (see openAdapter). */
export function dryRunAdapter(job: Job, pool: Pool): DashAdapter {
  return {
    async create(_family, payload) {
      await record(pool, job, 'create', payload)
      return { id: dryRunPrefix + job.listing_id, record: {} }
    },
    update: (_family, _id, payload) => record(pool, job, 'update', payload),
    withdraw: (_family, id) => record(pool, job, 'withdraw', { id }),
    syncMedia: (_family, _id, media) => record(pool, job, 'media', media),
    find: () => Promise.resolve(null),
  }
}
