import { Cron } from 'croner'
import type { Pool } from 'pg'
import { providers } from './providers.ts'

export interface Times {
  cron: string | null
  full_cron: string | null
  interval_minutes: number | null
  timezone: string
}

/** When a cron expression is due next, in its time zone; null for none. */
export function nextTime(cron: string | null, timezone: string, after: Date): string | null {
  if (cron === null) return null
  return new Cron(cron, { timezone, paused: true }).nextRun(after)?.toISOString() ?? null
}

/** When the next DELTA and the next FULL are due. */
export function nextTimes(
  { cron, full_cron, interval_minutes, timezone }: Times,
  after = new Date(),
): { run: string | null; full: string | null } {
  const run = interval_minutes !== null
    ? new Date(after.getTime() + interval_minutes * 60_000).toISOString()
    : nextTime(cron, timezone, after)
  return { run, full: nextTime(full_cron, timezone, after) }
}

/** Whether a text is a cron expression of five fields, as pg_cron knows them too. */
export function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false
  try {
    return new Cron(text, { paused: true }).nextRun() !== null
  } catch {
    return false
  }
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

type Due = Times & { id: string; next_run_at: string | null; next_full_at: string | null }

/**
 * Queues what is due, and who can be asked for the addresses of pictures that are over; several workers may try, one
 * succeeds. Answers how many runs were queued.
 */
export async function queueDue(pool: Pool, now = new Date()): Promise<number> {
  const { rows } = await pool.query<Due>('select * from mls.due_sources()')
  let queued = 0
  for (const source of rows) {
    const next = nextTimes(source, now)
    const isRunDue = source.next_run_at !== null && Date.parse(source.next_run_at) <= now.getTime()
    const isFullDue = source.next_full_at !== null && Date.parse(source.next_full_at) <= now.getTime()
    const { rows: [row] } = await pool.query<{ answer: { run_id: string | null } | null }>(
      'select mls.queue_due_source($1, $2, $3, $4, $5) as answer',
      [
        source.id,
        source.next_run_at,
        isRunDue ? next.run : source.next_run_at,
        source.next_full_at,
        isFullDue ? next.full : source.next_full_at,
      ],
    )
    if (row!.answer?.run_id) queued++
  }
  const asked = providers.filter(({ readsMediaOf }) => readsMediaOf).map(({ code }) => code)
  const { rows: [fresh] } = await pool.query<{ queued: number }>(
    'select mls.queue_wanted_addresses($1) as queued',
    [asked],
  )
  return queued + fresh!.queued
}
