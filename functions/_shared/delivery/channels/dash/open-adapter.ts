import type { Pool } from 'pg'
import type { Job } from '../../job.ts'
import { dryRunPrefix } from '../recorder/record.ts'
import type { DashAdapter } from './adapter.ts'
import { dryRunAdapter } from './dry-run-adapter.ts'
import { httpAdapter } from './http-adapter.ts'
import { adapterKind, dashSettings } from './settings.ts'

/** The adapter that a job's portal is configured for, and the job as that adapter must see it. */
export function openAdapter(job: Job, pool: Pool): { adapter: DashAdapter; job: Job } {
  if (adapterKind(job) === 'dry-run') return { adapter: dryRunAdapter(job, pool), job }
  const onlyRehearsed = job.external_id?.startsWith(dryRunPrefix)
  return {
    adapter: httpAdapter(dashSettings(job)),
    job: onlyRehearsed ? { ...job, external_id: null, payload_hash: null, media_hash: null } : job,
  }
}
