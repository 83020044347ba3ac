import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'
import { ErrorBox, Skeleton } from './ui/parts.tsx'

/** What stands in the URL behind the question mark: texts, by name. Every filter of a page is there, so that it can be sent. */
export type Search = Record<string, string | undefined>

function texts(search: Record<string, unknown>): Search {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      value === undefined || value === null || value === '' ? [] : [[name, String(value)]]
    ),
  )
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, validateSearch: texts })

// deno-lint-ignore no-explicit-any
type Page = () => Promise<any>
const page = <const Path extends string>(path: Path, load: Page) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, 'Page') })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox' })
  },
})

const tree = root.addChildren([
  home,
  page('/inbox', () => import('./pages/inbox/page.tsx')),
  page('/board', () => import('./pages/board.tsx')),
  page('/listings/$id', () => import('./pages/listing/page.tsx')),
  page('/map', () => import('./pages/map.tsx')),
  page('/approvals', () => import('./pages/approvals.tsx')),
  page('/review', () => import('./pages/review.tsx')),
  page('/dashboard', () => import('./pages/dashboard.tsx')),
  page('/sources', () => import('./pages/operate/sources.tsx')),
  page('/sources/$id', () => import('./pages/operate/source.tsx')),
  page('/ingest', () => import('./pages/operate/ingest.tsx')),
  page('/quarantine', () => import('./pages/operate/quarantine.tsx')),
  page('/media', () => import('./pages/operate/media.tsx')),
  page('/deliveries', () => import('./pages/operate/deliveries.tsx')),
  page('/feeds', () => import('./pages/operate/feeds.tsx')),
  page('/clients', () => import('./pages/operate/clients.tsx')),
  page('/webhooks', () => import('./pages/operate/webhooks.tsx')),
  page('/clock', () => import('./pages/operate/clock.tsx')),
  page('/people', () => import('./pages/operate/people.tsx')),
  page('/settings', () => import('./pages/operate/settings.tsx')),
  page('/access', () => import('./pages/access.tsx')),
])

export const router = createRouter({
  routeTree: tree,
  basepath: import.meta.env.BASE_URL,
  defaultPreload: 'intent',
  defaultPendingComponent: Skeleton,
  defaultErrorComponent: ErrorBox,
  scrollRestoration: true,
  // texts stay as they are typed: no quotes around "2" in an address
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(texts(search) as Record<string, string>).toString()
    return text && `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
