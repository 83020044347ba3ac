import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { door } from './hub.ts'

/** A page of a list: its rows, and how many rows of the list are behind them, as far as the hub says so. */
export interface ListPage<Data> {
  rows: Data[]
  left?: number
  isLast: boolean
  /** What names the page behind, where the hub says it itself. */
  next?: string
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
 * told the last row there is, and `next` of the page before. `<More>` shows how many there are and asks for the next page. The inbox, which goes both
 * ways, has `useInbox`.
 */
export function usePages<Data>(
  { queryKey, ask, refetchInterval }: {
    queryKey: QueryKey
    ask: (last: Data | undefined, signal: AbortSignal, next: string | undefined) => Promise<ListPage<Data>>
    refetchInterval?: number | false | ((rows: Data[]) => number | false)
  },
): Pages<Data> {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    refetchInterval: typeof refetchInterval === 'function'
      ? ({ state }) => refetchInterval(state.data?.pages.flatMap(({ rows }) => rows) ?? [])
      : refetchInterval,
    initialPageParam: undefined as { last?: Data; next?: string } | undefined,
    getNextPageParam: ({ rows, isLast, next }: ListPage<Data>) =>
      isLast ? undefined : { last: rows.at(-1), next },
    queryFn: ({ pageParam, signal }) => ask(pageParam?.last, signal, pageParam?.next),
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

/** A list of a door, whose answer names the page behind as `next`: to be sent as `before` or `after`. */
export function ofDoor<Data>(path: string, member: string, turn: 'before' | 'after') {
  return {
    queryKey: ['door', path],
    ask: async (_: Data | undefined, _signal: AbortSignal, next: string | undefined) =>
      doorPage<Data>(await askDoor(path, turn, next), member),
  }
}

/** Asks a door for a page of a list. */
export function askDoor(
  path: string,
  turn: 'before' | 'after',
  next: string | undefined,
): Promise<Record<string, unknown>> {
  if (next === undefined) return door(path)
  return door(`${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ [turn]: next })}`)
}

/** The rows under a member of an answer, and what names the page behind them. */
export function doorPage<Data>(given: Record<string, unknown>, member: string): ListPage<Data> {
  const next = given.next as string | undefined
  return { rows: given[member] as Data[], next, isLast: next === undefined }
}

const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`

/**
 * The condition, for `.or()`, of rows behind one in the order of a column and then the id (or another column that no two
 * rows share). Rows without the value come last where it rises, as Postgres has it; where it falls, it is never null.
 */
export function behind(
  { column, value, id, by = 'id', falling }: {
    column: string
    value: string | number | null
    id: string | number
    by?: string
    falling?: boolean
  },
): string {
  const beyond = falling ? 'lt' : 'gt'
  if (value === null) return `and(${column}.is.null,${by}.${beyond}.${id})`
  const known = quoted(String(value))
  return [
    `${column}.${beyond}.${known}`,
    `and(${column}.eq.${known},${by}.${beyond}.${id})`,
    ...falling ? [] : [`${column}.is.null`],
  ].join(',')
}
