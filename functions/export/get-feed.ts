import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'
import { type Feed, findFeed } from '../_shared/delivery/feeds/find-feed.ts'
import { feedFormat } from '../_shared/delivery/feeds/formats.ts'
import { runFeeds } from '../_shared/delivery/feeds/run-feeds.ts'
import { type Snapshot, streamFeed } from '../_shared/delivery/feeds/stream-feed.ts'
import { callerAddress } from '../_shared/http/caller-address.ts'
import { HubError } from '../_shared/http/errors.ts'
import { requireScopeOf } from '../_shared/oauth/authenticate-client.ts'
import { identifyReader } from '../_shared/oauth/authenticate-reader.ts'

type Call = Context<{ Variables: { clientId?: string } }>

/** Of a limit in the path. */
const maxLimit = 10_000

/**
 * Streams the newest snapshot of a feed. Without a limit in the path the file is as it was built: in the order of its
 * format, up to the `max_objects` of the portal or its format. With one it is that many objects, newest first. A feed
 * that is not public asks for an access token of scope `odata`, or for client id and secret in HTTP Basic. The file of a
 * portal that is switched off is gone (410), so that the portal stops showing it instead of keeping an old one.
 */
export async function getFeed(c: Call): Promise<Response> {
  const limit = readLimit(c.req.param('limit'))
  const file = c.req.param('file') ?? ''
  const feed = await findFeed(servicePool(), file)
  if (!feed) throw new HubError('not_found', `There is no feed ${file.slice(0, 60)}.`)
  if (!feed.is_public) await requireOffice(c, feed.offices)
  if (!feed.is_active) {
    throw new HubError('gone', `The feed ${file.slice(0, 60)} is switched off: its portal is not active.`)
  }
  const snapshot = feed.snapshot ?? await firstSnapshot(file, feed)
  const format = feedFormat(snapshot.format)
  if (!format) throw new HubError('not_configured', `The feed has an unknown format: ${snapshot.format}.`)

  const isZipped = takesGzip(c.req.header('Accept-Encoding'))
  const headers: Record<string, string> = {
    'Content-Type': format.contentType,
    // a cache between us and the portal may not hand a feed on that asks who fetches it
    'Cache-Control': `${feed.is_public ? 'public' : 'private'}, max-age=60`,
    'Last-Modified': new Date(snapshot.built_at).toUTCString(),
    'X-Cache': feed.snapshot ? 'HIT' : 'MISS',
    // of equal content in another coding a tag is weak
    ETag: `${isZipped ? 'W/' : ''}"${snapshot.hash}-${limit ?? 'default'}"`,
    Vary: 'Accept-Encoding',
    ...limit === null ? {} : { 'X-Limit': String(limit) },
  }
  if (isKnown(c, headers)) return new Response(null, { status: 304, headers })
  const selection = limit === null ? 'file' : { newest: limit }
  const content = streamFeed(servicePool(), snapshot, format, selection)
  if (!isZipped) return new Response(content, { headers })
  return new Response(
    content.pipeThrough(new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>),
    {
      headers: { ...headers, 'Content-Encoding': 'gzip' },
    },
  )
}

/** Whether the caller has this very file: by its tag, which goes before the time (RFC 9110, 13.2.2). */
function isKnown(c: Call, headers: Record<string, string>): boolean {
  const tags = c.req.header('If-None-Match')
  if (tags !== undefined) return matches(tags, headers.ETag!)
  const since = Date.parse(c.req.header('If-Modified-Since') ?? '')
  return since >= Date.parse(headers['Last-Modified']!)
}

function takesGzip(header: string | undefined): boolean {
  const coding = (header ?? '').toLowerCase().split(',').map((part) => part.trim())
    .find((part) => /^(x-)?gzip\b/.test(part) || part.startsWith('*'))
  return coding !== undefined && !/;\s*q=0(\.0*)?$/.test(coding)
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

/** Who may see an office of the market may fetch its feeds. */
async function requireOffice(c: Call, offices: string[]): Promise<void> {
  const caller = await identifyReader(c.req.raw, {
    address: callerAddress(c.req.raw),
    noteClient: (clientId) => c.set('clientId', clientId),
  })
  c.set('clientId', caller.client.client_id)
  requireScopeOf(caller, 'odata')
  if (!offices.some((office) => caller.client.offices.includes(office))) {
    throw new HubError('forbidden', 'The feed belongs to a market whose listings this client may not see.')
  }
}

function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined &&
    header.split(',').some((tag) => tag.trim() === '*' || strong(tag.trim()) === strong(etag))
}

const strong = (tag: string) => tag.replace(/^W\//, '')
