import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { answer, hub } from './hub.ts'

/**
 * What changed, from `mls_signals`: every signal is followed by reading anew what it concerns. Where the project has
 * Realtime the row arrives by itself; without it (the local stack) it is asked for, and not while the page is hidden.
 */
export function useSignals(enabled: boolean): void {
  const client = useQueryClient()
  const last = useRef<number | undefined>(undefined)
  const { data } = useQuery({
    queryKey: ['signals'],
    enabled,
    refetchInterval: 4_000, // not in the background: that is Query's default
    gcTime: 0,
    retry: false,
    meta: { silent: true },
    queryFn: async () => {
      const question = hub().from('mls_signals').select('id, topic, listing_id')
      if (last.current === undefined) {
        const [newest] = await answer(question.order('id', { ascending: false }).limit(1))
        last.current = newest?.id ?? 0
        return []
      }
      const news = await answer(question.gt('id', last.current).order('id').limit(200))
      last.current = news.at(-1)?.id ?? last.current
      return news
    },
  })

  useEffect(() => {
    if (!data?.length) return
    const topics = new Set(data.map(({ topic }) => topic))
    if (topics.has('inbox') || topics.has('listing')) client.invalidateQueries({ queryKey: ['inbox'] })
    if (topics.has('approval')) client.invalidateQueries({ queryKey: ['approvals'] })
    client.invalidateQueries({ queryKey: ['board'] })
    for (const id of new Set(data.map(({ listing_id }) => listing_id))) {
      if (id) client.invalidateQueries({ queryKey: ['listing', id] })
    }
  }, [data, client])
}
