import { useSyncExternalStore } from 'react'

const home = `${import.meta.env.BASE_URL}website`
const changed = 'website-address'

/** Where one is: a listing, or the search with its filters. The address says all of it. */
export interface Address {
  id?: string
  filters: Record<string, string>
}

export function useAddress(): Address {
  const href = useSyncExternalStore(
    (tell) => {
      addEventListener('popstate', tell)
      addEventListener(changed, tell)
      return () => {
        removeEventListener('popstate', tell)
        removeEventListener(changed, tell)
      }
    },
    () => location.pathname + location.search,
  )
  const { pathname, searchParams } = new URL(href, location.origin)
  const id = pathname.startsWith(`${home}/`) ? decodeURIComponent(pathname.slice(home.length + 1)) : ''
  return { id: id || undefined, filters: Object.fromEntries(searchParams) }
}

export function hrefOf(id?: string, filters: Record<string, string> = {}): string {
  const search = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString()
  return `${home}${id ? `/${encodeURIComponent(id)}` : ''}${search && `?${search}`}`
}

export function goTo(href: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState']({}, '', href)
  dispatchEvent(new Event(changed))
}

let searched: string | undefined

/** Remembers the search that is shown, for the way back from a home. */
export function rememberSearch(filters: Record<string, string>): void {
  searched = hrefOf(undefined, filters)
}

export const lastSearch = (): string => searched ?? hrefOf()
