import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Search } from '../router.tsx'

/** The filters of a page: read from its URL, written to it. */
export function useFilters(): [Search, (changes: Search) => void] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const change = useCallback((changes: Search) => {
    navigate({ to: '.', search: (before: Search) => ({ ...before, ...changes }), replace: true })
  }, [navigate])
  return [search, change]
}

/** The condition, for `.or()`, that one of the columns holds what was searched for; undefined where that is nothing. */
export function holding(searched: string | undefined, columns: string[]): string | undefined {
  const words = searched?.replace(/[%,()"\\*]/g, ' ').trim()
  return words ? columns.map((one) => `${one}.ilike.*${words}*`).join(',') : undefined
}
