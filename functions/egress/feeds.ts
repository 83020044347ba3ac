import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'
import { runFeeds } from '../_shared/delivery/feeds/run-feeds.ts'
import { HubError } from '../_shared/http/errors.ts'

/** `GET /egress/feeds/{file}`: dry run of a feed: coverage, and what would appear or vanish. */
export async function reportFeed(c: Context): Promise<Response> {
  const portal = await portalOf(c)
  const { rows } = await servicePool().query('select mls.feed_report($1) as report', [portal])
  return c.json(rows[0].report)
}

/** `POST /egress/feeds/{file}[?force=true]`: builds a feed now; with force also where that was refused. */
export async function buildFeed(c: Context): Promise<Response> {
  const portal = await portalOf(c)
  const force = c.req.query('force') === 'true'
  return c.json(await runFeeds(servicePool(), { portal, force }))
}

async function portalOf(c: Context): Promise<string> {
  const { rows } = await servicePool().query<{ id: string }>(
    `select id from public.mls_portal_definitions where channel_type = 'FEED' and config ->> 'file' = $1`,
    [c.req.param('file')],
  )
  if (!rows[0]) throw new HubError('not_found', `There is no feed ${c.req.param('file')}.`)
  return rows[0].id
}
