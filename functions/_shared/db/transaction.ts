import type { Pool, PoolClient } from 'pg'

export interface TransactionOptions {
  readOnly?: boolean
  /** Bounds each statement, in milliseconds; the setting ends with the transaction, as a pooler requires. */
  statementTimeoutMs?: number
}

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. A client whose rollback
 * fails is dropped from the pool, since nobody knows what state its connection is in.
 * Use unnamed statements only: a transaction pooler gives each transaction another connection.
 *
 * @throws what `work` throws, or the driver's error; the door maps them (see http/database-errors.ts)
 */
export async function withTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(opening(options))
    const result = await work(client)
    const { command } = await client.query('commit')
    if (command !== 'COMMIT') {
      throw new Error('The transaction was rolled back: a failed statement was ignored in it.')
    }
    return result
  } catch (error) {
    broken = await client.query('rollback').then(() => undefined, asError)
    throw error
  } finally {
    client.release(broken)
  }
}

function opening({ readOnly, statementTimeoutMs }: TransactionOptions): string {
  const begin = readOnly ? 'begin read only' : 'begin'
  if (statementTimeoutMs === undefined) return begin
  return `${begin}; set local statement_timeout = ${Math.max(1, Math.trunc(statementTimeoutMs))}`
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
