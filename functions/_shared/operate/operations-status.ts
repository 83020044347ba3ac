import type { Pool } from 'pg'

/** Queues, sources, schedules, feeds and alerts as they are now (mls.operations_status), of all markets or of one. */
export async function operationsStatus(pool: Pool, tenantId?: string): Promise<Record<string, unknown>> {
  const { rows: [row] } = await pool.query<{ status: Record<string, unknown> }>(
    'select mls.operations_status($1) as status',
    [tenantId ?? null],
  )
  return row!.status
}
