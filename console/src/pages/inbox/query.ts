import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { holding } from '../../lib/filters.ts'
import { answer, counted, hub, type ViewRow } from '../../lib/hub.ts'
import type { Search } from '../../router.tsx'

export type InboxRow = ViewRow<'listing_inbox'> & { id: string; seq: number }

/** The first page shows something soon; those who scroll on are asked for less often. Few are kept, for all are read anew. */
const firstPage = 100
export const pageSize = 500
const pagesKept = 4

/** Where a page begins: at a place of the whole list, behind a row, or before one whose place is `at`. */
type Start = { at: number; after?: number; before?: number }
interface PageOfInbox {
  /** Place of the first row in the whole list. */
  at: number
  rows: InboxRow[]
  isLast: boolean
}

/**
 * A stretch of the inbox, newest first, from a place on. It goes on in both directions by keyset: no row is missed or
 * seen twice, and the last page costs what the first does.
 */
export function useInbox(filters: Search, origin: number) {
  return useInfiniteQuery({
    queryKey: ['inbox', 'rows', filters, origin],
    initialPageParam: { at: origin } as Start,
    maxPages: pagesKept,
    getNextPageParam: ({ at, rows, isLast }: PageOfInbox): Start | undefined =>
      isLast ? undefined : { at: at + rows.length, after: rows.at(-1)!.seq },
    getPreviousPageParam: ({ at, rows }: PageOfInbox): Start | undefined =>
      at > 0 && rows[0] ? { at, before: rows[0].seq } : undefined,
    queryFn: async ({ pageParam: { at, after, before }, signal }): Promise<PageOfInbox> => {
      const question = narrowed(hub().from('listing_inbox').select('*'), filters)
        .order('seq', { ascending: before !== undefined }).abortSignal(signal)
      if (before !== undefined) {
        const rows = (await answer(question.gt('seq', before).limit(pageSize)) as InboxRow[]).reverse()
        return { rows, at: rows.length < pageSize ? 0 : Math.max(0, at - rows.length), isLast: false }
      }
      const size = at === 0 ? firstPage : pageSize
      const last = after ?? (at > 0 ? await seqBefore(filters, at, signal) : undefined)
      const rows = await answer((last === undefined ? question : question.lt('seq', last)).limit(size))
      return { rows: rows as InboxRow[], at, isLast: rows.length < size }
    },
  })
}

/** The seq of the row before a place: skipping is cheap where nothing else of the rows is asked for. */
async function seqBefore(filters: Search, at: number, signal: AbortSignal): Promise<number | undefined> {
  const question = narrowed(hub().from('listing_inbox').select('seq'), filters)
    .order('seq', { ascending: false }).range(at - 1, at - 1).abortSignal(signal)
  return ((await answer(question)) as { seq: number }[])[0]?.seq
}

/** How many rows there are, wherever one has scrolled to. */
export function useInboxCount(filters: Search) {
  return useQuery({
    queryKey: ['inbox', 'count', filters],
    queryFn: async ({ signal }) => {
      const question = hub().from('listing_inbox').select('id', { count: 'exact', head: true })
      return (await counted(narrowed(question, filters).abortSignal(signal))).count
    },
  })
}

const equals = [['city', 'city'], ['type', 'property_type'], ['source', 'origin_system'], [
  'office',
  'originating_office_key',
]] as const

const asked = () => hub().from('listing_inbox').select('*')

/** With the conditions of the page's filters. */
function narrowed<Question>(start: Question, filters: Search): Question {
  // a question for the rows and one for their number have the same conditions, and types that do not know it
  let question = start as unknown as ReturnType<typeof asked>
  for (const [filter, column] of equals) {
    if (filters[filter]) question = question.eq(column, filters[filter])
  }
  if (filters.status) question = question.eq('source_standard_status', filters.status)
  if (filters.badge) question = question.contains('badges', [filters.badge])
  if (Number(filters.min)) question = question.gte('list_price', Number(filters.min))
  if (Number(filters.max)) question = question.lte('list_price', Number(filters.max))
  if (filters.photos) question = question.gt('photos_count', 0)
  if (Number(filters.beds)) question = question.gte('bedrooms', Number(filters.beds))
  const words = holding(filters.q, ['ref', 'name', 'city'])
  if (words) question = question.or(words)
  return question as unknown as Question
}
