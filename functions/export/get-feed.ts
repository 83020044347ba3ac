import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'
import { type Feed, findFeed } from '../_shared/delivery/feeds/find-feed.ts'
import { feedFormat } from '../_shared/delivery/feeds/formats.ts'
import { runFeeds } from '../_shared/delivery/feeds/run-feeds.ts'
import { type Snapshot, streamFeed } from '../_shared/delivery/feeds/stream-feed.ts'
import { HubError } from '../_shared/http/errors.ts'
import { authenticateClient } from '../_shared/oauth/authenticate-client.ts'

const maxLimit = 10_000
const defaultLimit = 1_000

/**
 * Streams the newest snapshot of a feed. Without a limit the file holds the first thousand objects, those with a
 * Russian title first, as the portal has always fetched it; with one, that many by object id, newest first.
 */
export async function getFeed(c: Context): Promise<Response> {
  const limit = readLimit(c.req.param('limit'))
  const file = c.req.param('file') ?? ''
  const feed = await findFeed(servicePool(), file)
  if (!feed) throw new HubError('not_found', `There is no feed ${file.slice(0, 60)}.`)
  if (!feed.is_public) await requireOffice(c.req.raw, feed.offices)
  const snapshot = feed.snapshot ?? await firstSnapshot(file, feed)
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

/** Before the clock has built the feed for the first time the reader does not wait for it: one step is taken now. */
async function firstSnapshot(file: string, { portal }: Feed): Promise<Snapshot> {
  await runFeeds(servicePool(), { portal, limit: 500, milliseconds: 20_000 })
  const feed = await findFeed(servicePool(), file)
  if (feed?.snapshot) return feed.snapshot
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
