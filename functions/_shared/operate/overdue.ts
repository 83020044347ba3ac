import type { Pool } from 'pg'
import { nextRun } from './next-run.ts'

/** What is wrong with the clock. Names of jobs are no secret: they stand in this repository. */
export interface Clock {
  /** Jobs that are switched on. */
  enabled: number
  /** Due more than ten minutes ago and not running, or with a schedule that nobody can read. */
  overdue: string[]
  /** Not run since they were set up: the clock does not reach the functions, or Vault lacks its secrets. */
  never_ran: string[]
}

/** Times in milliseconds since 1970. */
interface Schedule {
  job: string
  cron: string
  has_run: boolean
  due: number | null
  /** The last run, else when the job was set up. */
  counted_from: number
  is_running: boolean
}

const columns =
  `job, cron, last_run_at is not null as has_run, (extract(epoch from next_run_at) * 1000)::float8 as due,
  (extract(epoch from coalesce(last_run_at, waiting_since)) * 1000)::float8 as counted_from,
  coalesce(running_since > clock_timestamp() - max_seconds * interval '1 second', false) as is_running`

/** As long as the alert `schedule_missed` waits. */
const graceMs = 600_000

/**
 * Whether the clock runs, seen from outside of it: the job that raises alerts stands still with all others. What is
 * not known to be due is computed, so that a job that never ran counts too.
 */
export async function readClock(pool: Pool, timeoutMs: number): Promise<Clock> {
  const { rows } = await pool.query<Schedule>({
    text: `select ${columns} from public.mls_schedules where enabled order by job`,
    query_timeout: timeoutMs,
  } as { text: string })
  const latest = Date.now() - graceMs
  const isOverdue = ({ cron, due, counted_from, is_running }: Schedule) => {
    const time = due ?? dueAfter(cron, counted_from)
    return !is_running && (time === null || time < latest)
  }
  return {
    enabled: rows.length,
    overdue: rows.filter(isOverdue).map(({ job }) => job),
    never_ran: rows.filter(({ has_run, is_running }) => !has_run && !is_running).map((
      { job },
    ) => job),
  }
}

function dueAfter(cron: string, time: number): number | null {
  const next = nextRun(cron, new Date(time))
  return next === null ? null : Date.parse(next)
}

/** Notes when jobs are due that have not run yet, so that alerts see when they fail to. */
export async function noteFirstRuns(pool: Pool): Promise<void> {
  const { rows } = await pool.query<Schedule>(
    `select ${columns} from public.mls_schedules where enabled and next_run_at is null`,
  )
  for (const { job, cron, counted_from } of rows) {
    const due = nextRun(cron, new Date(counted_from))
    if (due === null) continue
    await pool.query(
      'update public.mls_schedules set next_run_at = $2 where job = $1 and cron = $3 and next_run_at is null',
      [job, due, cron],
    )
  }
}
