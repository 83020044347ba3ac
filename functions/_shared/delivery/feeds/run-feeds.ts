import type { Pool } from 'pg'
import { againAfterDeadlock } from '../../db/deadlock.ts'
import { describeError, log } from '../../http/log.ts'
import { sha256Hex } from '../../http/sha256.ts'
import { budgetOf } from '../budget.ts'
import type { Job } from '../job.ts'
import type { JsonObject } from '../json.ts'
import { claimDeliveries } from '../queue.ts'
import { CannotShow, type Regions } from './format.ts'
import { feedFormat, formats } from './formats.ts'
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

/**
 * What came of building a feed (mls.build_feed): `cut` objects lie beyond the `max_objects` of the file, `held` ones
 * would have vanished without a reason and were kept; `holding` names a hundred of them.
 */
export interface FeedBuild extends JsonObject {
  status: 'built' | 'unchanged' | 'refused' | 'waiting' | 'failed'
}

export interface FeedRun {
  rendered: number
  /** The build of each feed, by market and portal. */
  builds: Record<string, FeedBuild>
  /** The first feed that was not replaced, or not wholly. */
  refused?: string
}

const batch = 100

/** Renders what changed, in steps, and makes files of what is rendered. */
export async function runFeeds(pool: Pool, options: Partial<FeedOptions> = {}): Promise<FeedRun> {
  const { limit = 1_500, milliseconds = 45_000, portal, force = false } = options
  const budget = budgetOf(limit / batch, milliseconds)
  const regions = regionsReader(pool)
  const run: FeedRun = { rendered: 0, builds: {} }
  const versions = Object.fromEntries(
    Object.entries(formats).map(([name, { version = 1 }]) => [name, version]),
  )
  await pool.query('select mls.note_renderers($1)', [JSON.stringify(versions)])
  while (budget.take()) {
    const jobs = await claimDeliveries(pool, 'feeds', batch, { portal, readers: formats })
    if (jobs.length === 0) break
    const results = await Promise.all(jobs.map((job) => renderJob(job, regions)))
    await againAfterDeadlock(() => pool.query('select mls.finish_renderings($1)', [JSON.stringify(results)]))
    run.rendered += jobs.length
  }
  for (const feed of await feedsOf(pool, portal)) {
    const build = await buildFeed(pool, feed, force)
    run.builds[feed.name] = build
    if (build.status === 'refused' || build.status === 'failed') run.refused ??= feed.name
  }
  await againAfterDeadlock(() => pool.query('select mls.sweep_feeds()'))
  return run
}

type RegionsReader = (format: string) => Promise<Regions>

/** Regions are read once in a run, and for those formats only that use them. */
function regionsReader(pool: Pool): RegionsReader {
  const known = new Map<string, Promise<Regions>>()
  return (format) => {
    if (!known.has(format)) known.set(format, readRegions(pool, format))
    return known.get(format)!
  }
}

const noRegions: Regions = { city: new Map(), district: new Map(), country: new Map() }

async function renderJob(job: Job, regions: RegionsReader): Promise<JsonObject> {
  const { syndication_id, lease_token, listing_id, object_id, action } = job
  const result = { syndication_id, lease_token, listing_id, object_id, listing_key: job.listing.listing_key }
  if (action !== 'upsert') return result
  try {
    const name = job.portal.config.format
    const format = feedFormat(name)
    if (!format) {
      throw new CannotShow(
        `The portal ${job.portal.market}/${job.portal.code} has no known feed format: set "format" in its config to one of ${
          Object.keys(formats).join(', ')
        }.`,
      )
    }
    const { body, rank = 0, kind = null, findings = [] } = format.render(
      job,
      format.usesRegions ? await regions(String(name)) : noRegions,
    )
    return { ...result, body, hash: await sha256Hex(body), format: String(name), rank, kind, findings }
  } catch (error) {
    return { ...result, error: (error as Error).message, refused: error instanceof CannotShow }
  }
}

interface Feed {
  id: string
  name: string
  format: string | null
  waiting: boolean
  served: boolean
}

async function feedsOf(pool: Pool, portal?: string): Promise<Feed[]> {
  const { rows } = await pool.query<Feed>(
    `select p.id, t.code || '/' || p.code as name, p.config ->> 'format' as format,
       exists (select from public.mls_listing_syndications s where s.portal_id = p.id and s.next_attempt_at <= clock_timestamp()) as waiting,
       exists (select from public.mls_feed_snapshots s where s.portal_id = p.id) as served
     from public.mls_portal_definitions p join public.mls_tenants t on t.id = p.tenant_id
     where p.channel_type = 'FEED' and p.is_active and p.config ? 'file' and ($1::uuid is null or p.id = $1)
     order by name`,
    [portal ?? null],
  )
  return rows
}

/** A feed that cannot be built keeps nobody else's from being built. */
async function buildFeed(pool: Pool, feed: Feed, force: boolean): Promise<FeedBuild> {
  if (feed.waiting && !feed.served) return { status: 'waiting' }
  const limit = feedFormat(feed.format)?.maxObjects ?? null
  try {
    const { rows } = await pool.query<{ build: FeedBuild }>('select mls.build_feed($1, $2, $3) as build', [
      feed.id,
      force,
      limit,
    ])
    const { build } = rows[0]!
    if (build.status === 'failed') log('error', 'feed_failed', { feed: feed.name, cause: build.message })
    return build
  } catch (error) {
    log('error', 'feed_failed', { feed: feed.name, cause: describeError(error) })
    return { status: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}
