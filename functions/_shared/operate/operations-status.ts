import type { Pool } from 'pg'

/** Queues, sources, schedules, feeds and alerts as they are now (mls.operations_status). */
export async function operationsStatus(pool: Pool): Promise<Record<string, unknown>> {
  const { rows: [row] } = await pool.query<{ status: Record<string, unknown> }>(
    'select mls.operations_status() as status',
  )
  return row!.status
}
