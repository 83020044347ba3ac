import type { Pool } from 'pg'
import type { Call, Job } from '../../job.ts'
import type { Facts } from '../channel.ts'
import { dryRunPrefix } from '../recorder/record.ts'
import type { DashAdapter } from './adapter.ts'
import { dryRunAdapter } from './dry-run-adapter.ts'
import { httpAdapter } from './http-adapter.ts'
import { adapterKind, dashSettings } from './settings.ts'

/** The adapter that a job's portal is configured for, and the job as that adapter must see it. Its calls become `facts`. */
export function openAdapter(
  job: Job,
  pool: Pool,
  facts: Facts,
): { adapter: DashAdapter; job: Job } {
  const calls: Call[] = facts.calls = []
  if (adapterKind(job) === 'dry-run') return { adapter: dryRunAdapter(job, pool, calls), job }
  const onlyRehearsed = job.external_id?.startsWith(dryRunPrefix)
  return {
    adapter: httpAdapter(dashSettings(job), calls),
    job: onlyRehearsed ? { ...job, external_id: null, payload_hash: null, media_hash: null } : job,
  }
}
