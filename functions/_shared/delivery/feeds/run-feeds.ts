import type { Pool } from 'pg'
import { budgetOf } from '../budget.ts'
import { claimDeliveries } from '../queue.ts'
import type { Job } from '../job.ts'
import { sha256Hex } from '../sha256.ts'
import type { Regions } from './format.ts'
import { feedFormat } from './formats.ts'
import { readRegions } from './regions.ts'

export interface FeedOptions {
  /** Objects rendered per run, about 0.5 ms of CPU each: the rest waits for the next one. */
  limit: number
  milliseconds: number
  /** Only this portal. */
  portal?: string
  /** Builds even where a build would be refused. */
  force?: boolean
}

export interface FeedRun {
  rendered: number
  /** Result of the build of each feed, by market and portal. */
  builds: Record<string, { status: 'built' | 'unchanged' | 'refused' | 'waiting'; [member: string]: unknown }>
  /** The first feed that was not replaced, for the alert. */
  refused?: string
}

const batch = 100

/** Renders what changed, in steps, and makes files of what is rendered. */
export async function runFeeds(pool: Pool, options: Partial<FeedOptions> = {}): Promise<FeedRun> {
  const { limit = 1_500, milliseconds = 45_000, portal, force = false } = options
  const budget = budgetOf(limit / batch, milliseconds)
  const regions = new Map<string, Promise<Regions>>()
  const run: FeedRun = { rendered: 0, builds: {} }
  while (budget.take()) {
    const jobs = await claimDeliveries(pool, 'FEED', batch, { portal })
    if (jobs.length === 0) break
    const results = await Promise.all(jobs.map((job) => renderJob(job, pool, regions)))
    await pool.query('select mls.finish_renderings($1)', [JSON.stringify(results)])
    run.rendered += jobs.length
  }
  for (const feed of await feedsOf(pool, portal)) {
    const build = feed.waiting && !feed.served
      ? { status: 'waiting' as const }
      : await buildFeed(pool, feed.id, force)
    run.builds[feed.name] = build
    if (build.status === 'refused') run.refused ??= feed.name
  }
  await pool.query('select mls.sweep_feeds()')
  return run
}

async function renderJob(job: Job, pool: Pool, regions: Map<string, Promise<Regions>>): Promise<unknown> {
  const { syndication_id, lease_token, listing_id, object_id, action } = job
  const result = { syndication_id, lease_token, listing_id, object_id, listing_key: job.listing.listing_key }
  if (action !== 'upsert') return result
  try {
    const name = String(job.portal.config.format)
    const format = feedFormat(name)
    if (!format) throw new Error(`There is no feed format ${name}.`)
    if (!regions.has(name)) regions.set(name, readRegions(pool, name))
    const { body, isFirst, kind, findings } = format.render(job, await regions.get(name)!)
    return { ...result, body, hash: await sha256Hex(body), is_first: isFirst, kind, findings }
  } catch (error) {
    return { ...result, error: (error as Error).message }
  }
}

async function feedsOf(pool: Pool, portal?: string) {
  const { rows } = await pool.query<{ id: string; name: string; waiting: boolean; served: boolean }>(
    `select p.id, t.code || '/' || p.code as name,
       exists (select from public.mls_listing_syndications s where s.portal_id = p.id and s.next_attempt_at <= clock_timestamp()) as waiting,
       exists (select from public.mls_feed_snapshots s where s.portal_id = p.id) as served
     from public.mls_portal_definitions p join public.mls_tenants t on t.id = p.tenant_id
     where p.channel_type = 'FEED' and p.is_active and p.config ? 'file' and ($1::uuid is null or p.id = $1)
     order by name`,
    [portal ?? null],
  )
  return rows
}

async function buildFeed(pool: Pool, portal: string, force: boolean): Promise<FeedRun['builds'][string]> {
  const { rows } = await pool.query('select mls.build_feed($1, $2) as build', [portal, force])
  return rows[0].build
}
