import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'
import { feedReport, findFeed } from '../_shared/delivery/feeds/find-feed.ts'
import { runFeeds } from '../_shared/delivery/feeds/run-feeds.ts'
import { HubError } from '../_shared/http/errors.ts'

/** `GET /egress/feeds/{file}`: dry run of a feed: coverage, and what would appear or vanish. */
export async function reportFeed(c: Context): Promise<Response> {
  return c.json(await feedReport(servicePool(), await portalOf(c)))
}

/** `POST /egress/feeds/{file}[?force=true]`: builds a feed now; with force also where that was refused. */
export async function buildFeed(c: Context): Promise<Response> {
  const portal = await portalOf(c)
  const force = c.req.query('force') === 'true'
  return c.json(await runFeeds(servicePool(), { portal, force }))
}

async function portalOf(c: Context): Promise<string> {
  const file = c.req.param('file') ?? ''
  const feed = await findFeed(servicePool(), file)
  if (!feed) throw new HubError('not_found', `There is no feed ${file.slice(0, 60)}.`)
  return feed.portal
}
