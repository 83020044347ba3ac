import type { Pool } from 'pg'
import { callFunction } from '../db/call-function.ts'
import { answerOf, type DatabaseRefusal } from '../http/database-answer.ts'
import type { Call, Result } from './job.ts'

/** A row of mls_delivery_history, as operators see it. */
export interface PastDelivery {
  id: number
  market: string
  portal: string
  listing_key: string
  listing_id: string
  outcome: Result['outcome'] | 'lost'
  /** HTTP status of the last answer; null where none came or nobody was called. */
  status: number | null
  /** So many failures alike, from `first_at` to `last_at`. */
  attempts: number
  first_at: string
  last_at: string
  version: number | null
  calls: Call[]
  error_code: string | null
  error: string | null
  external_id: string | null
  payload_hash: string | null
  media_hash: string | null
  /** Against what the portal was told before: {member: [before, after]}. */
  changes: Record<string, [unknown, unknown]> | null
}

export interface HistoryFilter {
  /** Id, ListingKey or reference. */
  listing?: string
  /** Code or id. */
  portal?: string
  outcome?: string
  /** Only rows older than this one. */
  before?: string
  limit: number
}

/**
 * What portals were told, newest first, of all markets or of one.
 *
 * @throws HubError not_found where there is no such listing or portal
 */
export async function deliveryHistory(
  pool: Pool,
  filter: HistoryFilter,
  tenantId?: string,
): Promise<PastDelivery[]> {
  const call = 'mls.delivery_history($1::jsonb, $2::jsonb)'
  const values = [JSON.stringify(filter), JSON.stringify({ tenant_id: tenantId })]
  const result = await callFunction<{ answer: { deliveries: PastDelivery[] } } | DatabaseRefusal>(
    pool,
    call,
    values,
  )
  return answerOf(call, result).answer.deliveries
}
