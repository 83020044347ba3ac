import { CheckCheck, Home, Inbox } from 'lucide-react'
import type { Key } from '../i18n/index.ts'
import type { Scope } from '../lib/session.tsx'

export interface Place {
  to: string
  label: Key
  icon: typeof Inbox
  /** The scope from which on one has business there. The hub refuses by itself; this only hides what would be. */
  least: Scope
}

export const groups: { label: Key; places: Place[] }[] = [
  {
    label: 'nav.listings',
    places: [
      { to: '/inbox', label: 'nav.inbox', icon: Inbox, least: 'self' },
      { to: '/board', label: 'nav.board', icon: Home, least: 'self' },
    ],
  },
  {
    label: 'nav.team',
    places: [
      { to: '/approvals', label: 'nav.approvals', icon: CheckCheck, least: 'team' },
    ],
  },
]

/** The least scope of a path; what is named nowhere is for everybody. */
export function leastScope(path: string): Scope {
  const places = groups.flatMap(({ places }) => places)
  return places.find(({ to }) => path === to || path.startsWith(`${to}/`))?.least ?? 'self'
}
