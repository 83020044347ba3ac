import type { Context } from 'hono'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import { servicePool } from '../_shared/db/pool.ts'
import { type Feed, feedReport, findFeed } from '../_shared/delivery/feeds/find-feed.ts'
import { runFeeds } from '../_shared/delivery/feeds/run-feeds.ts'
import { HubError } from '../_shared/http/errors.ts'

type Call = Context<{ Variables: OperatorVariables }>

/** `GET /egress/feeds/{file}`: dry run of a feed: coverage, what is cut, and what would appear or vanish. */
export async function reportFeed(c: Call): Promise<Response> {
  return c.json(await feedReport(servicePool(), await feedOf(c)))
}

/** `POST /egress/feeds/{file}[?force=true]`: builds a feed now; with force also where that was refused. */
export async function buildFeed(c: Call): Promise<Response> {
  const { portal } = await feedOf(c)
  const force = c.req.query('force') === 'true'
  return c.json(await runFeeds(servicePool(), { portal, force }))
}

async function feedOf(c: Call): Promise<Feed> {
  const file = c.req.param('file') ?? ''
  const feed = await findFeed(servicePool(), file, c.var.operator.tenantId)
  if (!feed) throw new HubError('not_found', `There is no feed ${file.slice(0, 60)}.`)
  return feed
}
