import type { Pool } from 'pg'
import type { FeedFormat } from './format.ts'

export interface Snapshot {
  id: string
  hash: string
  /** Of its objects: the portal may have another by now. */
  format: string
  built_at: string
}

/**
 * Which objects of a snapshot, and in which order: `file` as the build has placed them, up to the limit of the portal;
 * or so many of the newest.
 */
export type Selection = 'file' | { newest: number }

/** Objects per page: bounds what is in memory to a few megabytes, whatever the length of the feed. */
const page = 100

/** The file of a snapshot, read page by page as the reader takes it. */
export function streamFeed(
  pool: Pool,
  snapshot: Snapshot,
  format: Pick<FeedFormat, 'head' | 'separator' | 'tail'>,
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

const byPlace = 'e.place > $2 and e.place <= coalesce(s.max_objects, e.place) order by e.place'
const byAge = 'e.object_id < $2 order by e.object_id desc'

async function* pagesOf(pool: Pool, snapshot: string, selection: Selection): AsyncGenerator<string[]> {
  const inFile = selection === 'file'
  let left = inFile ? Infinity : selection.newest
  let last = inFile ? '0' : '9223372036854775807'
  for (; left > 0; left -= page) {
    const { rows } = await pool.query<{ body: string; at: string }>(
      `select b.body, ${inFile ? 'e.place' : 'e.object_id'}::text as at
       from public.mls_feed_snapshots s join public.mls_feed_snapshot_entries e on e.snapshot_id = s.id
       join public.mls_feed_bodies b on b.hash = e.hash
       where s.id = $1 and ${inFile ? byPlace : byAge} limit $3`,
      [snapshot, last, Math.min(page, left)],
    )
    if (rows.length > 0) yield rows.map(({ body }) => body)
    if (rows.length < page) return
    last = rows.at(-1)!.at
  }
}
