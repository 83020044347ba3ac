import type { Pool } from 'pg'
import { Effort } from './effort.ts'
import { claimRun } from './queue.ts'
import { runSlice, sliceDefaults, type SliceOptions, type SliceReport } from './run-slice.ts'
import { queueDue } from './schedule.ts'

export interface SourcesReport {
  queued: number
  slices: SliceReport[]
  /** Whether something is due that this worker has no time for. */
  more: boolean
}

export interface SourcesOptions extends Partial<SliceOptions> {
  /** Queues what the schedules say first. */
  schedules?: boolean
  /** Works on one source only. */
  source?: string
}

/**
 * Works for as long as a request may: queues what is due, takes runs one after the other, and waits for one that is due
 * in a moment (the first pauses after a failure are of seconds).
 */
export async function runSources(pool: Pool, options: SourcesOptions = {}): Promise<SourcesReport> {
  const { milliseconds = 45_000, schedules = true } = options
  const until = performance.now() + milliseconds
  const left = () => until - performance.now()
  const report: SourcesReport = { queued: schedules ? await queueDue(pool) : 0, slices: [], more: false }
  const { records, cpuMilliseconds } = { ...sliceDefaults, ...options }
  const effort = new Effort()
  let rows = 0
  while (left() > 0 && rows < records && effort.hasRoom(cpuMilliseconds)) {
    const order = await claimRun(pool, options)
    if (order) {
      const slice = await runSlice(pool, order, {
        ...options,
        milliseconds: left(),
        records: records - rows,
        effort,
      })
      report.slices.push(slice)
      rows += slice.records
      continue
    }
    const wait = await untilDue(pool, options.source)
    if (wait === undefined || wait * 1000 > left()) break
    await new Promise((resolve) => setTimeout(resolve, Math.max(50, wait * 1000)))
  }
  const wait = await untilDue(pool, options.source)
  report.more = wait !== undefined && wait <= 0
  return report
}

/** Seconds until a run can be claimed; undefined when none is active. */
async function untilDue(pool: Pool, source?: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ wait: number | null }>('select mls.seconds_until_due($1) as wait', [
    source ?? null,
  ])
  return rows[0]!.wait ?? undefined
}
