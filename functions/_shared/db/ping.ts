import type { Pool } from 'pg'

/**
 * Asks the database for a sign of life and answers the milliseconds it took. Bounded as a whole: waiting for a
 * connection, connecting and asking together take `timeoutMs` at most.
 *
 * @throws the driver's error, or `Query read timeout` when the time is up
 */
export async function pingDatabase(pool: Pool, timeoutMs: number): Promise<number> {
  const started = performance.now()
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Query read timeout')), timeoutMs)
  })
  try {
    await Promise.race([ask(pool, timeoutMs), deadline])
    return performance.now() - started
  } finally {
    clearTimeout(timer)
  }
}

/** A client that does not answer is dropped, so that a hung connection cannot fail the next question too. */
async function ask(pool: Pool, timeoutMs: number): Promise<void> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query({ text: 'select 1', query_timeout: timeoutMs } as { text: string })
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
}
