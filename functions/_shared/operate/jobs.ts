import type { Pool } from 'pg'
import { runDeliveries } from '../delivery/run-deliveries.ts'
import { runFeeds } from '../delivery/feeds/run-feeds.ts'
import { collectOrphans } from '../media/collect-orphans.ts'
import { publishUploads } from '../media/publish-uploads.ts'
import { lookupFields } from '../reso/lookup-fields.ts'
import { runWebhooks } from '../delivery/webhooks/run-webhooks.ts'
import { runSavedSearches } from '../search/run-saved.ts'
import { runSourcesJob } from '../sources/wake.ts'
import { checkHealth } from './check-health.ts'
import { rerender } from './rerender.ts'

/** What a job does in one run; each bounds its own work to what a hosted request may use. */
export const jobs = {
  deliveries: (pool: Pool) => runDeliveries(pool),
  webhooks: (pool: Pool) => runWebhooks(pool),
  feeds: (pool: Pool) => runFeeds(pool),
  media: (pool: Pool) => publishUploads(pool),
  media_cleanup: (pool: Pool) => collectOrphans(pool),
  health: checkHealth,
  sources: runSourcesJob,
  stale_runs: (pool: Pool) => callFunction(pool, 'mls.close_stale_runs()'),
  search: (pool: Pool) => callFunction(pool, 'mls.index_words()'),
  saved_searches: (pool: Pool) => runSavedSearches(pool),
  duplicates: (pool: Pool) => callFunction(pool, 'mls.find_duplicates()'),
  rerender,
  lookups: (pool: Pool) => callFunction(pool, 'mls.collect_lookups($1)', JSON.stringify(lookupFields)),
  compaction: (pool: Pool) => callFunction(pool, 'mls.compact_events()'),
  retention: (pool: Pool) => callFunction(pool, 'mls.run_retention()'),
} as const satisfies Record<string, (pool: Pool) => Promise<unknown>>

export type JobName = keyof typeof jobs

export function isJobName(name: unknown): name is JobName {
  return typeof name === 'string' && Object.hasOwn(jobs, name)
}

async function callFunction(pool: Pool, call: string, ...values: unknown[]): Promise<unknown> {
  const { rows } = await pool.query(`select to_jsonb(${call}) as result`, values)
  return rows[0].result
}
