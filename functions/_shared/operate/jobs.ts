import type { Pool } from 'pg'
import { runDeliveries } from '../delivery/run-deliveries.ts'
import { runFeeds } from '../delivery/feeds/run-feeds.ts'
import { collectOrphans } from '../media/collect-orphans.ts'
import { copyMedia } from '../media/copy-media.ts'
import { lookupFields } from '../reso/lookup-fields.ts'
import { runWebhooks } from '../delivery/webhooks/run-webhooks.ts'
import { runSavedSearches } from '../search/run-saved.ts'
import { runSourcesJob } from '../sources/wake.ts'
import { checkHealth } from './check-health.ts'
import { sendDigest } from './digest.ts'
import { compactEvents, runRetention } from './forget.ts'
import { rerender } from './rerender.ts'

/** Limits of a run as mls_schedules.settings has them; what is missing there is the code's to say. */
export type JobSettings = Readonly<
  Partial<Record<'limit' | 'workers' | 'seconds' | 'max_waiting' | 'hour', number>>
>

/** What a job does in one run; each bounds its own work to what a hosted request may use, unless settings say otherwise. */
export const jobs = {
  deliveries: (pool: Pool, settings: JobSettings) => runDeliveries(pool, limitsOf(settings)),
  webhooks: (pool: Pool, settings: JobSettings) =>
    runWebhooks(pool, { ...limitsOf(settings), ...given({ maxWaiting: settings.max_waiting }) }),
  feeds: (pool: Pool, settings: JobSettings) => runFeeds(pool, limitsOf(settings)),
  media: (pool: Pool) => copyMedia(pool),
  media_cleanup: (pool: Pool) => collectOrphans(pool),
  health: checkHealth,
  digest: (pool: Pool, { hour }: JobSettings) => sendDigest(pool, { ...given({ hour }) }),
  sources: runSourcesJob,
  stale_runs: (pool: Pool) => callFunction(pool, 'mls.close_stale_runs()'),
  search: async (pool: Pool) => ({
    words: await callFunction(pool, 'mls.index_words()'),
    names: await callFunction(pool, 'mls.index_names()'),
    counts: await callFunction(pool, 'mls.count_listings()'),
  }),
  saved_searches: (pool: Pool) => runSavedSearches(pool),
  duplicates: (pool: Pool) => callFunction(pool, 'mls.find_duplicates()'),
  rerender,
  lookups: (pool: Pool) => callFunction(pool, 'mls.collect_lookups($1)', JSON.stringify(lookupFields)),
  compaction: (pool: Pool) => compactEvents(pool),
  retention: async (pool: Pool) => {
    await callFunction(pool, 'mls.note_volumes()')
    return await runRetention(pool)
  },
} as const satisfies Record<string, (pool: Pool, settings: JobSettings) => Promise<unknown>>

export type JobName = keyof typeof jobs

export function isJobName(name: unknown): name is JobName {
  return typeof name === 'string' && Object.hasOwn(jobs, name)
}

function limitsOf({ limit, workers, seconds }: JobSettings) {
  return given({ limit, workers, milliseconds: seconds === undefined ? undefined : seconds * 1_000 })
}

/** Without the members that are undefined: those would hide a default. */
function given<Members extends Record<string, number | undefined>>(
  members: Members,
): { [Name in keyof Members]?: number } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Members
}

async function callFunction(pool: Pool, call: string, ...values: unknown[]): Promise<unknown> {
  const { rows } = await pool.query(`select to_jsonb(${call}) as result`, values)
  return rows[0].result
}
