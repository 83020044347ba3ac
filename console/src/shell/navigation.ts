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

type Row = [name: string, icon: typeof Inbox, least: Scope]

/** Pages of a group of the menu; each stands at /name and is called by the text nav.name. */
const group = (label: Key, rows: Row[]) => ({
  label,
  places: rows.map(([name, icon, least]): Place => ({
    to: `/${name}`,
    label: `nav.${name}` as Key,
    icon,
    least,
  })),
})

export const groups = [
  group('nav.listings', [['inbox', Inbox, 'self'], ['board', Home, 'self'], ['map', Map, 'self']]),
  group('nav.team', [
    ['approvals', CheckCheck, 'team'],
    ['review', ListChecks, 'team'],
    ['dashboard', ChartColumn, 'team'],
  ]),
  group('nav.coming_in', [
    ['sources', Database, 'org_admin'],
    ['ingest', Radio, 'org_admin'],
    ['quarantine', FileWarning, 'org_admin'],
    ['media', Image, 'org_admin'],
  ]),
  group('nav.going_out', [
    ['deliveries', Send, 'org_admin'],
    ['feeds', Rss, 'org_admin'],
    ['clients', KeyRound, 'org_admin'],
    ['webhooks', Webhook, 'org_admin'],
  ]),
  group('nav.running', [
    ['clock', Bell, 'org_admin'],
    ['people', Users, 'org_admin'],
    ['settings', Settings, 'org_admin'],
  ]),
]

/** The least scope of a path; what is named nowhere is for everybody. */
export function leastScope(path: string): Scope {
  const places = groups.flatMap(({ places }) => places)
  return places.find(({ to }) => path === to || path.startsWith(`${to}/`))?.least ?? 'self'
}
