import type { Pool } from 'pg'
import type { Call, Job } from '../../job.ts'
import type { Json } from '../../json.ts'
import { dryRunPrefix, record } from '../recorder/record.ts'
import type { DashAdapter } from './adapter.ts'

/** Records what Dash would have been sent. The ids it gives say what they are (see openAdapter). */
export function dryRunAdapter(job: Job, pool: Pool, calls: Call[]): DashAdapter {
  const note = async (operation: 'create' | 'update' | 'withdraw' | 'media', payload: Json) => {
    await record(pool, job, operation, payload)
    calls.push({ operation, status: null, recorded: true })
  }
  return {
    async create(_family, payload) {
      await note('create', payload)
      return { id: dryRunPrefix + job.listing_id, record: {} }
    },
    update: (_family, _id, payload) => note('update', payload),
    withdraw: (_family, id) => note('withdraw', { id }),
    async syncMedia(_family, _id, media) {
      await note('media', media)
      return undefined
    },
    find: () => Promise.resolve(null),
  }
}
