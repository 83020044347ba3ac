import type { SearchMarks, SortedBy } from '../marks/marks.ts'
import { gridOf } from './clusters.ts'
import type { Sort } from './input.ts'
import { type FoundListing, sortOf } from './page.ts'
import type { SearchQuery } from './query.ts'

/**
 * By what the listings of two hubs are told apart. Those without a price or a place come last whichever way the others go:
 * their piece is the first value. The newest come by the time of their last change, for numbers of insertion say nothing of
 * another hub's.
 */
const orders: Record<Sort, SortedBy[]> = {
  newest: [{ type: 'bigint', descending: true }],
  price: [{ type: 'integer', descending: false }, { type: 'bigint', descending: false }],
  '-price': [{ type: 'integer', descending: false }, { type: 'bigint', descending: true }],
  nearest: [{ type: 'integer', descending: false }, { type: 'double precision', descending: false }],
}

/** The member that tells of each listing where it stands; `texts` are those of the listings, as they are written. */
export async function marksOf(
  { input, collection }: SearchQuery,
  shown: FoundListing[],
  texts: string[],
  seal: (listing: FoundListing) => Promise<string>,
): Promise<string> {
  const sort = sortOf(input)
  const marks: SearchMarks = {
    order: orders[sort],
    limit: input.limit,
    grid: gridOf(input),
    digest: collection.type.digest,
    rows: await Promise.all(shown.map(async (listing, index) => {
      const { mark: [piece, value], stamp } = listing
      const values = sort === 'newest' ? [stamp] : [String(piece), value]
      return [values, await seal(listing), texts[index]!.length]
    })),
  }
  return `"marks":${JSON.stringify(marks)}`
}
