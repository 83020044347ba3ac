import type { Pool } from 'pg'

interface Slice {
  records: number
  /** Whether records are left. */
  more: boolean
}

/** A run a minute, and room for the other jobs. */
const budgetMs = 40_000

/**
 * Renders records anew that a change of the dictionary asked for (mls.rerenders), slice by slice: each is a transaction,
 * and writers of the day go in between.
 */
export async function rerender(pool: Pool): Promise<Slice> {
  const started = Date.now()
  let records = 0
  for (;;) {
    const { rows } = await pool.query<{ slice: Slice }>('select mls.rerender_slice() as slice')
    const { slice } = rows[0]!
    records += slice.records
    if (!slice.more || Date.now() - started > budgetMs) return { records, more: slice.more }
  }
}
