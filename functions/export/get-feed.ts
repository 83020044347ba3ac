import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'
import { feedFormat } from '../_shared/delivery/feeds/formats.ts'
import { runFeeds } from '../_shared/delivery/feeds/run-feeds.ts'
import { type Snapshot, streamFeed } from '../_shared/delivery/feeds/stream-feed.ts'
import { HubError } from '../_shared/http/errors.ts'
import { authenticateClient } from '../_shared/oauth/authenticate-client.ts'

const maxLimit = 10_000
const defaultLimit = 1_000

interface Feed {
  portal: string
  format: string
  is_public: boolean
  offices: string[]
  snapshot: Snapshot | null
}

/**
 * Streams the newest snapshot of a feed. Without a limit the file holds the first thousand objects, those with a
 * Russian title first, as the portal has always fetched it; with one, that many by object id, newest first.
 */
export async function getFeed(c: Context): Promise<Response> {
  const limit = readLimit(c.req.param('limit'))
  const feed = await findFeed(c.req.param('file') ?? '')
  if (!feed.is_public) await requireOffice(c.req.raw, feed.offices)
  const snapshot = feed.snapshot ?? await firstSnapshot(feed)
  const format = feedFormat(feed.format)
  if (!format) throw new HubError('not_configured', `The feed has an unknown format: ${feed.format}.`)

  const headers: Record<string, string> = {
    'Content-Type': format.contentType,
    'Cache-Control': 'public, max-age=60',
    'Last-Modified': new Date(snapshot.built_at).toUTCString(),
    'X-Cache': feed.snapshot ? 'HIT' : 'MISS',
    ETag: `"${snapshot.hash}-${limit ?? 'default'}"`,
    ...limit === null ? {} : { 'X-Limit': String(limit) },
  }
  if (matches(c.req.header('If-None-Match'), headers.ETag!)) {
    return new Response(null, { status: 304, headers })
  }
  const selection = { limit: limit ?? defaultLimit, firstFirst: limit === null }
  return new Response(streamFeed(servicePool(), snapshot, format, selection), { headers })
}

function readLimit(text: string | undefined): number | null {
  if (text === undefined) return null
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : NaN
  if (limit >= 1 && limit <= maxLimit) return limit
  const message = `The limit must be a whole number from 1 to ${maxLimit}.`
  throw new HubError('unprocessable', message, { target: 'limit' })
}

async function findFeed(file: string): Promise<Feed> {
  const { rows } = await servicePool().query<Feed>(
    `select p.id as portal, p.config ->> 'format' as format, coalesce((p.config ->> 'public')::boolean, false) as is_public,
       array(select o.office_key from public.mls_offices o where o.tenant_id = p.tenant_id and o.is_market) as offices,
       (select to_jsonb(s) from (
         select id::text, hash, built_at from public.mls_feed_snapshots where portal_id = p.id order by id desc limit 1) s) as snapshot
     from public.mls_portal_definitions p
     where p.channel_type = 'FEED' and p.config ->> 'file' = $1`,
    [file],
  )
  if (!rows[0]) throw new HubError('not_found', `There is no feed ${file.slice(0, 60)}.`)
  return rows[0]
}

/** Before the clock has built the feed for the first time the reader does not wait for it: one step is taken now. */
async function firstSnapshot({ portal }: Feed): Promise<Snapshot> {
  await runFeeds(servicePool(), { portal, limit: 500, milliseconds: 20_000 })
  const { rows } = await servicePool().query<Snapshot>(
    'select id::text, hash, built_at from public.mls_feed_snapshots where portal_id = $1 order by id desc limit 1',
    [portal],
  )
  if (rows[0]) return rows[0]
  throw new HubError('not_configured', 'The feed is being built: come back in a minute.', {
    headers: { 'Retry-After': '60' },
  })
}

async function requireOffice(request: Request, offices: string[]): Promise<void> {
  const client = await authenticateClient(request, 'odata')
  if (!offices.some((office) => client.offices.includes(office))) {
    throw new HubError('forbidden', 'The feed belongs to a market whose listings this client may not see.')
  }
}

function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined &&
    header.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()))
}
