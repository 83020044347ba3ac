import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

/** A page of a list: its rows, and how many rows of the list are behind them, as far as the hub says so. */
export interface ListPage<Data> {
  rows: Data[]
  left?: number
  isLast: boolean
}

export interface Pages<Data> {
  data: Data[] | undefined
  error: Error | null
  refetch: () => unknown
  /** Rows in all; undefined where the hub does not count them. */
  total: number | undefined
  hasMore: boolean
  isReading: boolean
  more: () => void
}

/**
 * A list that is read a page at a time by keyset, so that no row is missed or read twice and nothing is cut: `ask` is
 * told the last row there is. `<More>` shows how many there are and asks for the next page. The inbox, which goes both
 * ways, has `useInbox`.
 */
export function usePages<Data>(
  { queryKey, ask, refetchInterval }: {
    queryKey: QueryKey
    ask: (last: Data | undefined, signal: AbortSignal) => Promise<ListPage<Data>>
    refetchInterval?: number
  },
): Pages<Data> {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    refetchInterval,
    initialPageParam: undefined as Data | undefined,
    getNextPageParam: ({ rows, isLast }: ListPage<Data>) => isLast ? undefined : rows.at(-1),
    queryFn: ({ pageParam, signal }) => ask(pageParam as Data | undefined, signal),
  })
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows), [data])
  const left = data?.pages.at(-1)?.left
  return {
    data: rows,
    error,
    refetch,
    total: rows && left !== undefined ? rows.length + left : undefined,
    hasMore: hasNextPage,
    isReading: isFetchingNextPage,
    more: fetchNextPage,
  }
}

/** A page of what the Data API answered, which counted the rows from this page on. */
export function counting<Data>({ rows, count }: { rows: Data[]; count: number }): ListPage<Data> {
  const left = Math.max(0, count - rows.length)
  // an empty page is the last whatever the count of another moment says
  return { rows, left, isLast: left === 0 || rows.length === 0 }
}

/**
 * The condition, for `.or()`, of rows behind one in the order of a time and then the id. Rows without the time come last
 * where times rise, as Postgres has it; where they fall, the column is not null.
 */
export function behind(
  { column, value, id, falling }: { column: string; value: string | null; id: string; falling?: boolean },
): string {
  const beyond = falling ? 'lt' : 'gt'
  if (value === null) return `and(${column}.is.null,id.${beyond}.${id})`
  return [
    `${column}.${beyond}."${value}"`,
    `and(${column}.eq."${value}",id.${beyond}.${id})`,
    ...falling ? [] : [`${column}.is.null`],
  ].join(',')
}
