import { queryOptions } from '@tanstack/react-query'
import { door } from '../../lib/hub.ts'

/** `GET admin/status`: how the hub is, of one's own market or of all. */
export interface HubStatus {
  now: string
  portals: {
    market: string
    portal: string
    channel: string
    phase: string
    active: boolean
    due: number
    leased: number
    oldest_due: string | null
    errors: Record<string, number>
    circuit: unknown
    listings: Record<string, number>
  }[]
  feeds: {
    portal_id: string
    objects: number
    cut: number
    built_at: string | null
    checked_at: string | null
    refused?: unknown
  }[]
  schedules: {
    job: string
    cron: string
    enabled: boolean
    missed: boolean
    last_status: string | null
    last_run_at: string | null
    next_run_at: string | null
    running_since: string | null
    last_result: unknown
  }[]
  quarantine: number
}

export const statusQuery = queryOptions({
  queryKey: ['admin', 'status'],
  refetchInterval: 15_000,
  queryFn: () => door<HubStatus>('admin/status'),
})
