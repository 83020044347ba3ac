import type { MediaRules } from '../types.ts'

/** How a kind of RESO server wants to be read. */
export interface Preset {
  /**
   * `keyset`: each page is a query of its own, `key gt last`, so that a place never expires.
   * `nextLink`: the links of the server are followed, for it forbids an order or has a feed for whole collections.
   */
  paging: 'keyset' | 'nextLink'
  pageSize: number
  /** How a page size is asked for. */
  sizeBy: '$top' | 'prefer'
  /** After so many seconds a nextLink is not trusted any more; the stage goes on by key. */
  linkSeconds: number
  /** Put behind the resource and into the query of whole collections. */
  bulk?: { path?: string; query?: Record<string, string> }
  /** Added to every query. */
  query?: Record<string, string>
  /** Whether `$orderby` and `key gt` are understood in whole collections: else a stage whose link has died begins anew. */
  ordered: boolean
  /** Pictures: with their listings, as a resource of their own, or what `$metadata` offers (the resource first). */
  media: 'expand' | 'resource' | 'auto'
  /** How the server says that a record is gone. Where it does not, keys are compared now and then. */
  deletion: { kind: 'keys' } | { kind: 'flag'; field: string; visible: boolean }
  /** Whether changes may be read from EntityEvent (RCP-27) where there is one. */
  events: boolean
  root?: string
  tokenUrl?: string
  scope?: string
  requestsPerMinute: number
  requestsPerDay?: number
  overlapSeconds: number
  userAgent?: 'token'
  rules: MediaRules
}

const generic: Preset = {
  paging: 'keyset',
  pageSize: 500,
  sizeBy: '$top',
  linkSeconds: 240,
  ordered: true,
  media: 'auto',
  deletion: { kind: 'keys' },
  events: true,
  requestsPerMinute: 120,
  overlapSeconds: 3_600,
  rules: { hotlink: 'allowed' },
}

/** One a line of sources.md; a new one is a row here. Hosts move, so a source may name its own. */
export const presets = {
  generic,
  trestle: {
    ...generic,
    pageSize: 1_000,
    query: { PrettyEnums: 'true' },
    media: 'expand',
    events: false,
    root: 'https://api.cotality.com/trestle/odata',
    tokenUrl: 'https://api.cotality.com/trestle/oidc/connect/token',
    scope: 'api',
    requestsPerMinute: 110,
  },
  bridge: {
    ...generic,
    paging: 'nextLink',
    pageSize: 200,
    sizeBy: 'prefer',
    bulk: { path: '/replication' },
    ordered: false,
    media: 'expand',
    events: false,
    requestsPerMinute: 60,
  },
  spark: {
    ...generic,
    paging: 'nextLink',
    pageSize: 200,
    media: 'expand',
    events: false,
    root: 'https://replication.sparkapi.com/Reso/OData',
    overlapSeconds: 1_200,
  },
  mlsgrid: {
    ...generic,
    paging: 'nextLink',
    pageSize: 200,
    ordered: false,
    media: 'expand',
    deletion: { kind: 'flag', field: 'MlgCanView', visible: true },
    events: false,
    root: 'https://api.mlsgrid.com/v2',
    requestsPerMinute: 100,
    requestsPerDay: 38_000,
    userAgent: 'token',
    rules: {
      hotlink: 'forbidden',
      auth: 'user_agent',
      token_hosts: ['media.mlsgrid.com'],
      requests_per_second: 2,
    },
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof presets

export const presetOf = (name: PresetName | undefined): Preset => presets[name ?? 'generic']
