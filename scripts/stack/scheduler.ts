import { Cron } from 'croner'
import process from 'node:process'
import pg from 'pg'
import { cronerPattern, intervalSeconds } from '../../functions/_shared/operate/next-run.ts'
import { followOrders, report } from './child-protocol.ts'

/**
 * Stands in for pg_cron and pg_net: reads mls_schedules and calls the functions when their jobs are due, in
 * UTC like the original. A job that fell due while the stack was down runs at the start.
 */
const { SCHEDULER_DATABASE_URL, SCHEDULER_FUNCTIONS_URL, SCHEDULER_SECRET_KEY } = process.env
const rereadMs = 5_000
const callTimeoutMs = 150_000

interface Schedule {
  job: string
  cron: string
  target: string
}

const pool = new pg.Pool({ connectionString: SCHEDULER_DATABASE_URL, max: 1 })
pool.on('error', () => {}) // the next look at the table says so
const running = new Map<string, { key: string; cron: Cron }>()

async function reread(): Promise<void> {
  const { rows } = await pool.query<Schedule & { missed: boolean }>(
    `select job, cron, target, coalesce(next_run_at <= clock_timestamp(), true) as missed
     from public.mls_schedules where enabled`,
  )
  for (const [job, { cron }] of running) {
    if (rows.some((row) => row.job === job)) continue
    cron.stop()
    running.delete(job)
  }
  for (const row of rows) {
    const key = `${row.cron} ${row.target}`
    const known = running.get(row.job)
    if (known?.key === key) continue
    known?.cron.stop()
    running.delete(row.job)
    try {
      const cron = follow(row)
      running.set(row.job, { key, cron })
      if (!known && row.missed) void cron.trigger()
    } catch (error) {
      console.error(`The schedule of ${row.job} cannot be read: ${(error as Error).message}`)
    }
  }
}

function follow(row: Schedule): Cron {
  const interval = intervalSeconds(row.cron)
  const pattern = interval === undefined ? cronerPattern(row.cron) : '* * * * * *'
  return new Cron(pattern, { timezone: 'UTC', protect: true, catch: true, interval }, () => call(row))
}

async function call({ job, target }: Schedule): Promise<void> {
  try {
    const response = await fetch(`${SCHEDULER_FUNCTIONS_URL}/${target}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', apikey: SCHEDULER_SECRET_KEY! },
      body: JSON.stringify({ job }),
      signal: AbortSignal.timeout(callTimeoutMs),
    })
    await response.body?.cancel()
    if (!response.ok && response.status !== 409) {
      console.error(`Job ${job} was answered with ${response.status}.`)
    }
  } catch (error) {
    console.error(`Job ${job} could not be called: ${(error as Error).message}`)
  }
}

async function keepReading(): Promise<void> {
  await reread().catch((error: Error) => console.error(`The schedules cannot be read: ${error.message}`))
  setTimeout(keepReading, rereadMs)
}

followOrders()
process.on('SIGTERM', () => process.exit(0))
await keepReading()
report({ event: 'ready' })
