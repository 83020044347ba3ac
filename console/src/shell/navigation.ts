import {
  Bell,
  ChartColumn,
  CheckCheck,
  Database,
  FileWarning,
  Home,
  Image,
  Inbox,
  KeyRound,
  ListChecks,
  Map,
  Radio,
  Rss,
  Send,
  Settings,
  Users,
  Webhook,
} from 'lucide-react'
import type { Key } from '../i18n/index.ts'
import type { Scope } from '../lib/scopes.ts'

export interface Place {
  to: string
  label: Key
  icon: typeof Inbox
  /** The scope from which on one has business there. The hub refuses by itself; this only hides what would be. */
  least: Scope
}

const place = (to: string, label: Key, icon: typeof Inbox, least: Scope): Place => ({
  to,
  label,
  icon,
  least,
})

export const groups: { label: Key; places: Place[] }[] = [
  {
    label: 'nav.listings',
    places: [
      place('/inbox', 'nav.inbox', Inbox, 'self'),
      place('/board', 'nav.board', Home, 'self'),
      place('/map', 'nav.map', Map, 'self'),
    ],
  },
  {
    label: 'nav.team',
    places: [
      place('/approvals', 'nav.approvals', CheckCheck, 'team'),
      place('/review', 'nav.review', ListChecks, 'team'),
      place('/dashboard', 'nav.dashboard', ChartColumn, 'team'),
    ],
  },
  {
    label: 'nav.coming_in',
    places: [
      place('/sources', 'nav.sources', Database, 'org_admin'),
      place('/ingest', 'nav.ingest', Radio, 'org_admin'),
      place('/quarantine', 'nav.quarantine', FileWarning, 'org_admin'),
      place('/media', 'nav.media', Image, 'org_admin'),
    ],
  },
  {
    label: 'nav.going_out',
    places: [
      place('/deliveries', 'nav.deliveries', Send, 'org_admin'),
      place('/feeds', 'nav.feeds', Rss, 'org_admin'),
      place('/clients', 'nav.clients', KeyRound, 'org_admin'),
      place('/webhooks', 'nav.webhooks', Webhook, 'org_admin'),
    ],
  },
  {
    label: 'nav.running',
    places: [
      place('/clock', 'nav.clock', Bell, 'org_admin'),
      place('/people', 'nav.people', Users, 'org_admin'),
      place('/settings', 'nav.settings', Settings, 'org_admin'),
    ],
  },
]

/** The least scope of a path; what is named nowhere is for everybody. */
export function leastScope(path: string): Scope {
  const places = groups.flatMap(({ places }) => places)
  return places.find(({ to }) => path === to || path.startsWith(`${to}/`))?.least ?? 'self'
}
