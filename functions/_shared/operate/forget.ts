import type { Pool } from 'pg'
import { callFunction } from '../db/call-function.ts'

interface Portion {
  /** Rows of a table that one transaction deletes. */
  portion?: number
}

/** The night has other jobs, and a function of the platform ends after 150 s. */
const budgetMs = 60_000

/**
 * Deletes by mls_retention_rules until nothing is left that has passed its time: a day of which more comes than one
 * transaction should delete would else make a table grow for ever.
 *
 * @returns rows by table, or `refused` where the table is the platform's
 */
export async function runRetention(pool: Pool, { portion = 20_000 }: Portion = {}) {
  const counts: Record<string, number | 'refused'> = {}
  await repeat(async () => {
    const deleted = await callFunction<typeof counts>(pool, 'mls.run_retention($1)', [portion])
    for (const [table, rows] of Object.entries(deleted)) {
      const before = counts[table]
      counts[table] = typeof rows === 'number' && typeof before === 'number' ? before + rows : rows
    }
    return Object.values(deleted).includes(portion)
  })
  return counts
}

/** Deletes entity events that newer ones replace, likewise. @returns how many */
export async function compactEvents(pool: Pool, { portion = 50_000 }: Portion = {}): Promise<number> {
  let events = 0
  await repeat(async () => {
    const deleted = await callFunction<number>(pool, 'mls.compact_events(amount => $1)', [portion])
    events += deleted
    return deleted === portion
  })
  return events
}

/** Portion by portion, each in its transaction, while there is more. What is left after the budget waits for the next run. */
async function repeat(step: () => Promise<boolean>): Promise<void> {
  const started = Date.now()
  while (await step() && Date.now() - started < budgetMs);
}
