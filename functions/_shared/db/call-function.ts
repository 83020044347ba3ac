import type { Pool } from 'pg'
import { withTransaction } from './transaction.ts'

/** A hosted function is cut off after 150 s without an answer; the database must give up, and roll back, before. */
const statementTimeoutMs = 100_000

/**
 * Calls a function that does all of its work itself, in a transaction of its own, and answers what it returns.
 *
 * @example
 * await callFunction<Receipt>(servicePool(), 'mls.ingest_batch($1, $2::jsonb, $3::jsonb)', values)
 */
export async function callFunction<Result>(pool: Pool, call: string, values: unknown[]): Promise<Result> {
  return await withTransaction(pool, async (client) => {
    const { rows: [row] } = await client.query<{ result: Result }>(`select ${call} as result`, values)
    return row!.result
  }, { statementTimeoutMs })
}
