import { useInfiniteQuery } from '@tanstack/react-query'
import { answer, hub, type ViewRow } from '../../lib/hub.ts'
import type { Search } from '../../router.tsx'

export type InboxRow = ViewRow<'listing_inbox'> & { id: string; seq: number }

export const pageSize = 100

/** The inbox, newest first; the next page asks for smaller seqs, so that no row is missed or seen twice. */
export function useInbox(filters: Search) {
  return useInfiniteQuery({
    queryKey: ['inbox', filters],
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last: InboxRow[]) => last.length < pageSize ? undefined : last.at(-1)!.seq,
    queryFn: async ({ pageParam, signal }) => {
      let question = hub().from('listing_inbox').select('*').order('seq', { ascending: false }).limit(
        pageSize,
      )
      if (pageParam !== undefined) question = question.lt('seq', pageParam)
      for (const [filter, column] of equals) {
        if (filters[filter]) question = question.eq(column, filters[filter])
      }
      if (filters.status) question = question.eq('source_standard_status', filters.status)
      if (filters.badge) question = question.contains('badges', [filters.badge])
      if (Number(filters.min)) question = question.gte('list_price', Number(filters.min))
      if (Number(filters.max)) question = question.lte('list_price', Number(filters.max))
      if (Number(filters.beds)) question = question.gte('bedrooms', Number(filters.beds))
      if (filters.q) {
        const word = filters.q.replace(/[%,()"\\*]/g, ' ').trim()
        if (word) {
          question = question.or(['ref', 'name', 'city'].map((one) => `${one}.ilike.*${word}*`).join(','))
        }
      }
      return await answer(question.abortSignal(signal)) as InboxRow[]
    },
  })
}

const equals = [['city', 'city'], ['type', 'property_type'], ['source', 'origin_system'], [
  'office',
  'originating_office_key',
]] as const
