import type { Pool } from 'pg'
import { describeError, log } from '../http/log.ts'
import { count } from '../http/metrics.ts'
import { type JobName, jobs, type JobSettings } from './jobs.ts'
import { nextRun } from './next-run.ts'

export type JobReport =
  | { job: JobName; status: 'ok'; run: string; result: unknown }
  | { job: JobName; status: 'failed'; run: string; message: string }
  | { job: JobName; status: 'busy' }

/** Runs a job and records the run. While another run of the same job is under way it answers `busy`, at once. */
export async function runJob(pool: Pool, job: JobName): Promise<JobReport> {
  const { rows } = await pool.query<{ run: string | null }>('select mls.begin_job($1)::text as run', [job])
  const run = rows[0]!.run
  if (run === null) return { job, status: 'busy' }
  try {
    const result = await jobs[job](pool, await settingsOf(pool, job))
    await finish(pool, job, run, 'ok', result)
    return { job, status: 'ok', run, result }
  } catch (error) {
    log('error', 'job_failed', { job, cause: describeError(error) })
    const message = error instanceof Error ? error.message : String(error)
    await finish(pool, job, run, 'failed', { message })
    return { job, status: 'failed', run, message }
  }
}

async function settingsOf(pool: Pool, job: JobName): Promise<JobSettings> {
  const { rows } = await pool.query<{ settings: JobSettings }>(
    'select settings from public.mls_schedules where job = $1',
    [job],
  )
  return rows[0]?.settings ?? {}
}

async function finish(
  pool: Pool,
  job: JobName,
  run: string,
  status: 'ok' | 'failed',
  result: unknown,
): Promise<void> {
  count('mls_job_runs', { job, status })
  const { rows } = await pool.query<{ cron: string }>(
    'select cron from public.mls_schedules where job = $1',
    [job],
  )
  const next = rows[0] ? nextRun(rows[0].cron) : null
  await pool.query('select mls.finish_job($1, $2, $3, $4)', [
    run,
    status,
    JSON.stringify(result ?? null),
    next,
  ])
}
