export interface Source {
  id: string
  code: string
  name: string
  provider: string
  office_key: string
  status: string
  enabled: boolean
  settings: Record<string, unknown>
  mapping: unknown
  mapping_version: number
  has_credentials: boolean
  interval_minutes: number | null
  cron: string | null
  next_run_at: string | null
  last_ok_at: string | null
  last_run: SourceRun | null
  max_listings: number | null
  requests_per_minute: number | null
  usage: { listings: number; requests_today: number }
}

export interface SourceRun {
  id: string
  mode: 'FULL' | 'DELTA'
  trigger: string
  status: string
  stage: string | null
  /** Records of all stages; `expected` as the source spoke of listings; `stage` is the one under way. */
  progress: { done: number; expected?: number; stage: { done: number; expected?: number } }
  counts: Record<string, number>
  requests: number
  created_at: string
  started_at: string | null
  finished_at?: string | null
  error?: { code: string; message: string }
}

export interface SourceFault {
  id?: number
  run_id: string
  stage: string | null
  record_key: string | null
  code: string
  message: string
  times: number
  last_at: string
  record?: unknown
}

export interface Trial {
  ok: boolean
  checks: { name: string; ok: boolean; message: string }[]
  sample: { key: string; record: unknown; findings: { field?: string; message?: string }[] }[]
}

/** Runs that still go on. */
export const underWay = ['queued', 'running', 'waiting']

interface Example {
  settings: Record<string, unknown>
  credentials?: Record<string, string>
  mapping?: unknown
}

/** What a provider wants, to begin with. docs/sources.md says more. */
export const providers: Record<string, Example> = {
  MOCK: { settings: { listings: 50 } },
  QOBRIX: {
    settings: { base_url: 'https://example.qobrix.com/api/v2' },
    credentials: { api_user: '', api_key: '' },
  },
  DASH_API: {
    settings: { api_url: 'https://', okta_token_url: 'https://', scope: '', office_guid: '' },
    credentials: { client_id: '', client_secret: '', api_key: '' },
  },
  RESO: {
    settings: { root: 'https://example.com/odata', preset: 'generic', auth: { type: 'bearer' } },
    credentials: { token: '' },
  },
  RETS: {
    settings: {
      login_url: 'https://example.com/rets/login',
      version: 'RETS/1.7.2',
      user_agent: 'MLS-Hub/1.0',
      property: {
        resource: 'Property',
        classes: ['RES'],
        key_field: 'ListingKey',
        time_field: 'ModificationTimestamp',
      },
    },
    credentials: { username: '', password: '' },
    mapping: { version: 1, keep_rest: true, fields: { ListingKey: { from: 'ListingKey' } } },
  },
  FILE: {
    settings: { format: 'csv' },
    mapping: {
      version: 1,
      keep_rest: true,
      fields: { ListingKey: { from: 'id' }, ListPrice: { from: 'price', as: 'decimal' } },
    },
  },
  DASH_FILE: { settings: { format: 'json' } },
}
