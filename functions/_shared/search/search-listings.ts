import { servicePool } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import { withHubErrors } from '../odata/hub-errors.ts'
import { read } from '../odata/sql/read.ts'
import { listingText } from './answer-text.ts'
import type { SearchCaller } from './caller.ts'
import { collectionOf } from './collection.ts'
import { clustersOf, countOf } from './counters.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { readDuplicates } from './duplicates.ts'
import { facetsFrom, facetStatement, mostRows, rowsSeen } from './facets.ts'
import type { SearchInput } from './input.ts'
import { marksOf } from './marks.ts'
import { beginWalk } from './moves.ts'
import { type FoundListing, isOnePieceOf, readListings, sortOf } from './page.ts'
import { planSearch } from './query.ts'

/** What the hub's own jobs and its router add to a search. */
interface Among {
  /** A stamp: what stands at it is seen. */
  atLeast?: bigint
  /** Keys of listings, and of no others. */
  keys?: string[]
  /** Tell of each listing where it stands (marks.ts). */
  hasMarks?: boolean
}

/**
 * One search: page, count, facets and clusters of the same rows, on one snapshot. The answer is JSON text, for the
 * members of listings come ready from the database; `records` says how many it holds.
 *
 * @throws HubError for whatever is wrong with the search
 */
export function searchListings(
  caller: SearchCaller,
  input: SearchInput,
  { atLeast = 0n, keys, hasMarks = false }: Among = {},
): Promise<{ text: string; records: number }> {
  return withHubErrors(async () => {
    const collection = collectionOf(caller)
    const { horizon } = collection.reader
    const opened = await openCursor(input, caller.client.client_id)
    horizon.atLeast = opened && opened.seen > atLeast ? opened.seen : atLeast
    const query = planSearch(collection, input, { offices: await officesOf(caller, input), keys })
    const wants = (what: SearchInput['include'][number]) => input.include.includes(what)

    return await read(collection.reader, async (run) => {
      // numbers of insertion do not change: the newest need no memory
      const isKept = input.limit > 0 && sortOf(input) !== 'newest'
      const [found, since, isOnePiece, counted, faceted, clustered] = await Promise.all([
        input.limit === 0 ? [] : readListings(query, opened ?? {}, input.limit + 1, run),
        isKept && !opened ? beginWalk(run) : opened?.since,
        isKept && opened ? opened.isOnePiece ?? isOnePieceOf(query, run) : undefined,
        wants('count') ? countOf(query, run) : undefined,
        wants('facets') ? run(facetStatement(query)) : undefined,
        wants('clusters') ? clustersOf(query, run) : undefined,
      ])
      const shown = found.slice(0, input.limit)
      const rest: Record<string, unknown> = {}
      if (counted !== undefined) rest.count = counted
      let isApproximate = false
      if (faceted) {
        const isLarge = rowsSeen(query, faceted) > mostRows
        const total = isLarge ? counted ?? await countOf(query, run) : undefined
        const { facets, isApproximate: scaled } = facetsFrom(query, faceted, total)
        rest.facets = facets
        isApproximate ||= scaled
      }
      if (clustered) {
        const { clusters, isApproximate: cut } = clustered
        rest.clusters = clusters
        isApproximate ||= cut
      }
      if (isApproximate) rest.approximate = true
      const seal = ({ mark }: FoundListing) =>
        sealCursor({ mark, seen: horizon.atLeast, since, isOnePiece }, input, caller.client.client_id)
      if (found.length > input.limit && shown.length > 0) {
        rest.next = await seal(shown.at(-1)!)
      }
      const behind = input.dedupe
        ? await readDuplicates(query, shown.map(({ recordId }) => recordId), run)
        : undefined
      const listings = shown.map((listing) => {
        const duplicates = behind?.get(listing.recordId)
        return listingText(listing, duplicates && { duplicates })
      })
      const more = JSON.stringify(rest).slice(1, -1)
      const marks = hasMarks ? `${await marksOf(query, shown, listings, seal)},` : ''
      return {
        text: `{${marks}"listings":[${listings.join(',\n')}]${more && `,${more}`}}`,
        records: shown.length,
      }
    })
  })
}

/** Office keys of the sources named: each market office has one source. A key of an office names its source, too. */
async function officesOf(
  { kind, client }: SearchCaller,
  { sources }: SearchInput,
): Promise<string[] | undefined> {
  if (!sources || sources.length === 0) return undefined
  if (kind === 'website') {
    throw new HubError('invalid_parameter', 'A website does not know sources.', { target: 'sources' })
  }
  const { rows } = await servicePool().query<{ code: string; office_key: string }>(
    'select code, office_key from public.mls_sources where office_key = any ($1)',
    [client.offices],
  )
  return sources.map((named) => {
    const found = rows.find(({ code }) => code.toLowerCase() === named.toLowerCase())?.office_key ??
      client.offices.find((key) => key === named)
    if (found) return found
    throw new HubError('invalid_parameter', `There is no source ${named} that you may read.`, {
      target: 'sources',
    })
  })
}
