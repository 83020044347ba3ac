import type { Pool } from 'pg'
import { toSourceFailure } from './failure.ts'
import { takeWantedAddresses } from './queue.ts'
import type { Connection, ListingsMedia, Order, Page, Stage } from './types.ts'

/** Listings of one run: others of the source wait while it is under way. */
const mostPerRun = 200
/** Listings that are asked about at once; a source that reads fewer says which are left. */
const perPage = 40

interface Place {
  queue: string[]
  taken: number
}

const stage: Stage = { name: 'fresh_addresses', kind: 'delta', resources: ['media'] }

/**
 * A connection as a run MEDIA sees it: its only stage are the pictures of the listings of which some have an address that
 * is over, or are here no longer. That the source is asked is noted before: a listing that it fails at does not come again
 * at once, and never holds up the others.
 */
export function askingForAddresses(
  pool: Pool,
  order: Order,
  connection: Connection<unknown>,
): Connection<ListingsMedia> {
  const { key_prefix: prefix } = order.source
  return {
    plan: () => [stage],
    async read(_stage, given) {
      const { queue, taken } = given as unknown as Place | null ?? { queue: [], taken: 0 }
      if (queue.length === 0) {
        const more = await takeWantedAddresses(pool, order, mostPerRun - taken)
        const keys = more.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
        return pageOf({ records: [] }, { queue: keys, taken: taken + more.length }, more.length > 0)
      }
      const now = queue.slice(0, perPage)
      const found = await readMediaOf(connection, now)
      const left = [...found.left ?? [], ...queue.slice(now.length)]
      return pageOf(found, { queue: left, taken }, left.length > 0 || taken < mostPerRun)
    },
    map: (_stage, { records, whole }) => [{ resource: 'media', records, ...(whole && { whole }) }],
    session: () => connection.session?.(),
    close: async () => await connection.close?.(),
  }
}

/** What the source refuses to say of some listings is said of these, and takes none with it. */
async function readMediaOf(connection: Connection<unknown>, keys: string[]): Promise<ListingsMedia> {
  try {
    return await connection.readMediaOf?.(keys) ?? { records: [] }
  } catch (error) {
    const { code, fate, message } = toSourceFailure(error)
    if (fate !== 'failed') throw error
    return { records: [], errors: [{ code, message }] }
  }
}

function pageOf(raw: ListingsMedia, place: Place, isMore: boolean): Page<ListingsMedia> {
  const { pictures, errors } = raw
  return {
    raw,
    ...(isMore && { next: place as unknown as Page<unknown>['next'] }),
    ...(pictures && pictures.length > 0 && { pictures }),
    ...(errors && errors.length > 0 && { errors }),
  }
}
