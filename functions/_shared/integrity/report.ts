import type { Pool } from '../db/pool.ts'

/** Something that is wrong (error) or that somebody should look at (warning). */
export interface Finding {
  severity: 'error' | 'warning'
  /** count, keys, field, mapping, lost, corrupted, served · left_out, unmapped, dangling, quarantine, stale */
  check: string
  office_key: string
  resource: string
  message: string
  [detail: string]: unknown
}

export interface IntegrityReport {
  /** No finding is an error. */
  ok: boolean
  checked_at: string
  counts: { office_key: string; resource: string; records: number }[]
  findings: Finding[]
}

export interface IntegrityRequest {
  /** One market office, by key or alias; all by default. */
  office_key?: string
  /** Only offices of this market. */
  tenant_id?: string
  /** Hours after which a source that finished no run counts as quiet; 26 by default. */
  max_age_hours?: number
}

/**
 * Asks the database whether the hub holds what gold sent and serves what it holds (mls.integrity_report). It reads
 * everything: seconds on a market of 20,000 listings.
 */
export async function integrityReport(pool: Pool, request: IntegrityRequest = {}): Promise<IntegrityReport> {
  const { rows } = await pool.query<{ report: IntegrityReport }>(
    'select mls.integrity_report($1::jsonb) as report',
    [JSON.stringify(request)],
  )
  return rows[0]!.report
}
