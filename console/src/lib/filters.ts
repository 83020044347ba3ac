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
