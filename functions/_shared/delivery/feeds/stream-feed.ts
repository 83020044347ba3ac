import type { Pool } from 'pg'
import { askAsReader, standbyAnswered, StandbyBehind, standbyFailed, standbyFor } from '../../db/standby.ts'
import { describeError, log } from '../../http/log.ts'
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

/**
 * The file of a snapshot, read page by page as the reader takes it. Where the snapshot goes away meanwhile (its portal was
 * deleted) the stream fails: a file that ends in good order would tell the portal that the rest is no longer offered.
 */
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
      const { value: bodies, done } = await pages.next().catch((error) => {
        // its status is long sent: nobody else tells the operator
        log('warn', 'feed_broken_off', { snapshot: snapshot.id, cause: describeError(error) })
        throw error
      })
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

async function* pagesOf(pool: Pool, snapshot: string, selection: Selection): AsyncGenerator<string[]> {
  const inFile = selection === 'file'
  let left = inFile ? Infinity : selection.newest
  let last = inFile ? '0' : '9223372036854775807'
  for (; left > 0; left -= page) {
    const size = Math.min(page, left)
    const rows = await readPage(pool, [snapshot, inFile, last, size])
    if (rows.length > 0) yield rows.map(([body]) => body)
    if (rows.length < size) return
    last = rows.at(-1)![1]
  }
}

const columns = 'select body, at::text from mls.feed_page($1, $2, $3, $4)'

/** A page from the standby, if there is one and it has the snapshot; else from the primary. What is in a snapshot stays. */
async function readPage(pool: Pool, values: unknown[]): Promise<[body: string, at: string][]> {
  const standby = standbyFor(0n)
  if (standby) {
    try {
      const rows = await askAsReader(standby, { text: columns, values })
      standbyAnswered()
      return rows as [string, string][]
    } catch (error) {
      standbyFailed(isGone(error) ? new StandbyBehind('The standby does not have the snapshot yet.') : error)
    }
  }
  const { rows } = await pool.query<{ body: string; at: string }>(columns, values)
  return rows.map(({ body, at }) => [body, at])
}

const isGone = (error: unknown) => (error as { code?: unknown }).code === 'P0002'
