/** Reading under the client's claims, in one transaction of the restricted role. */
import { gatePool, type PoolClient } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import type { ClientContext } from '../oauth/client-context.ts'
import type { Statement } from './statement.ts'

/** Longer queries are refused as too costly; 10 s leave room within the 150 s of a hosted function for retries. */
const statementTimeoutMs = 10_000

export type Run = (statement: Statement) => Promise<unknown[][]>

/**
 * Runs `work` as `mls_api_read` with the client's signed claims, on one snapshot: page and count agree. The opening
 * message is sent ahead of the first query and nobody waits for the commit, so that a plain read is one round trip
 * (key look-up at 8 callers: 4,000/s, five round trips 3,200).
 *
 * A failure in the opening aborts the transaction, and with it every query behind: none can run with other rights.
 *
 * @throws HubError `too_costly` or `invalid_query` (400), or the driver's error
 */
export async function read<Result>(
  { claims }: Pick<ClientContext, 'claims'>,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  const client = await gatePool().connect()
  const opened = settled(client.query(opening(claims)))
  const run: Run = async ({ text, values }) => {
    const query = {
      text,
      values,
      rowMode: 'array' as const,
      queryMode: 'extended',
    }
    const { rows } = await client.query(query).catch(async (error) => {
      throw (await opened) ?? error
    })
    return rows as unknown[][]
  }
  try {
    return await work(run)
  } catch (error) {
    throw toRefusal(error)
  } finally {
    release(client)
  }
}

/** What the database makes is base64url and hex; anything else must not come near a statement. */
const claimsForm = /^[A-Za-z0-9_-]+\.[0-9a-f]{64}$/

function opening(claims: string): string {
  if (!claimsForm.test(claims)) {
    throw new Error('The claims of the client are malformed.')
  }
  const settings = { 'mls.claims': claims, ...fixedSettings }
  const set = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`)
  return `begin isolation level repeatable read read only; set local role mls_api_read; select ${
    set.join(', ')
  }`
}

/** Parallel workers would take the cores from other requests: a count of 100,000 rows gains nothing at 8 callers. */
const fixedSettings = {
  TimeZone: 'UTC',
  statement_timeout: String(statementTimeoutMs),
  max_parallel_workers_per_gather: '0',
}

/** The error of the opening, if it had one: those of the queries behind only say that it failed. */
function settled(opening: Promise<unknown>): Promise<Error | undefined> {
  return opening.then(() => undefined, (error) => error as Error)
}

/** The end of the transaction is sent, not awaited: whoever gets the connection next queues behind it. */
function release(client: PoolClient): void {
  client.query('commit').catch(() => undefined)
  client.release()
}

function toRefusal(error: unknown): unknown {
  const { code } = error as { code?: unknown }
  if (code === '57014') {
    return new HubError(
      'too_costly',
      'The query took too long: narrow its $filter, or order by an indexed field.',
      {
        cause: error,
      },
    )
  }
  // Class 22: a value that no check before could foresee, such as a product beyond all bounds.
  if (typeof code === 'string' && code.startsWith('22')) {
    return new HubError(
      'invalid_query',
      'A value that the query computes is out of range.',
      { cause: error },
    )
  }
  return error
}
