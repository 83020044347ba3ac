import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { answer, hub } from './hub.ts'

/** More than so many at once are not gone through one by one: everything is read anew. */
const mostNews = 200

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
      const asked = () => hub().from('mls_signals').select('id, topic, listing_id')
      const news = last.current === undefined
        ? undefined
        : await answer(asked().gt('id', last.current).order('id').limit(mostNews))
      if (news && news.length < mostNews) {
        last.current = news.at(-1)?.id ?? last.current
        return news
      }
      const [newest] = await answer(asked().order('id', { ascending: false }).limit(1))
      last.current = newest?.id ?? 0
      // after a night with the page hidden there is too much to go through
      if (news) client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'signals' })
      return []
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
