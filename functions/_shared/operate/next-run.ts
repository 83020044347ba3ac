import { Cron } from 'croner'
import { isCron } from '../sources/schedule.ts'

/** pg_cron also takes `30 seconds`, from 1 to 59. */
const interval = /^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$/i

/** The seconds of a schedule such as `30 seconds`; undefined for a cron expression. */
export function intervalSeconds(schedule: string): number | undefined {
  const seconds = interval.exec(schedule)?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}

/** A cron expression of pg_cron as croner reads it: there the last day of a month is `L`, not `$`. */
export function cronerPattern(schedule: string): string {
  return schedule.trim().split(/\s+/).map((part, at) => at === 2 ? part.replaceAll('$', 'L') : part).join(
    ' ',
  )
}

/** Whether a text is a schedule of pg_cron that is ever due. */
export const isSchedule = (text: string) => intervalSeconds(text) !== undefined || isCron(cronerPattern(text))

/** When a schedule of pg_cron is due next, in UTC like there; null for one that is never due again or unreadable. */
export function nextRun(schedule: string, after = new Date()): string | null {
  const seconds = intervalSeconds(schedule)
  if (seconds !== undefined) return new Date(after.getTime() + seconds * 1_000).toISOString()
  try {
    return new Cron(cronerPattern(schedule), { timezone: 'UTC', paused: true }).nextRun(after)
      ?.toISOString() ?? null
  } catch {
    return null
  }
}
