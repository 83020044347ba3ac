import type { Pool } from 'pg'
import type { FeedFormat } from './format.ts'

export interface Snapshot {
  id: string
  hash: string
  built_at: string
}

export interface Selection {
  limit: number
  /** Objects that come first do so; otherwise the order is by object id alone, newest first. */
  firstFirst: boolean
}

/** Objects per page: bounds what is in memory to a few megabytes, whatever the length of the feed. */
const page = 100

/** The file of a snapshot, read page by page as the reader takes it. */
export function streamFeed(
  pool: Pool,
  snapshot: Snapshot,
  format: FeedFormat,
  selection: Selection,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const pages = pagesOf(pool, snapshot.id, selection)
  let begun = false
  let empty = true
  return new ReadableStream({
    async pull(controller) {
      if (!begun) {
        begun = true
        return controller.enqueue(encoder.encode(format.head(new Date(snapshot.built_at).toISOString())))
      }
      const { value: bodies, done } = await pages.next()
      if (done) {
        controller.enqueue(encoder.encode(format.tail))
        return controller.close()
      }
      const text = (empty ? '' : format.separator) + bodies.join(format.separator)
      empty = false
      controller.enqueue(encoder.encode(text))
    },
    cancel: () => void pages.return(undefined),
  }, { highWaterMark: 1 })
}

async function* pagesOf(
  pool: Pool,
  snapshot: string,
  { limit, firstFirst }: Selection,
): AsyncGenerator<string[]> {
  const order = firstFirst ? 'e.is_first desc, e.object_id desc' : 'e.object_id desc'
  const after = firstFirst
    ? '(e.is_first, e.object_id) < ($3::boolean, $2)'
    : '$3::boolean is not null and e.object_id < $2'
  let last: { object_id: string; is_first: boolean } = { object_id: '9223372036854775807', is_first: true }
  for (let left = limit; left > 0; left -= page) {
    const { rows } = await pool.query<{ body: string; object_id: string; is_first: boolean }>(
      `select b.body, e.object_id, e.is_first
       from public.mls_feed_snapshot_entries e join public.mls_feed_bodies b on b.hash = e.hash
       where e.snapshot_id = $1 and ${after} order by ${order} limit $4`,
      [snapshot, last.object_id, last.is_first, Math.min(page, left)],
    )
    if (rows.length > 0) yield rows.map(({ body }) => body)
    if (rows.length < page) return
    last = rows.at(-1)!
  }
}
