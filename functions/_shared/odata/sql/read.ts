/** Reading under the reader's claims, in one transaction of the restricted role. */
import { runPipeline, type Statement, type TextRow } from '../../db/pipeline.ts'
import { gatePool, type Pool, type PoolClient } from '../../db/pool.ts'
import {
  caughtUp,
  hasStandby,
  isOfQuery,
  leastOf,
  shown,
  stampStatement,
  standbyAnswered,
  StandbyBehind,
  standbyFailed,
  standbyFor,
} from '../../db/standby.ts'
import type { Horizon, Reader } from '../model/reader.ts'
import { QueryError } from '../plan/query-error.ts'

/** Longer queries are refused as too costly; 10 s leave room within the 150 s of a hosted function for retries. */
const statementTimeoutMs = 10_000

/** Statements that are run in the same turn go to the database together. */
export type Run = (statement: Statement) => Promise<TextRow[]>

interface Options {
  /** All statements are run in the first turn. Then opening, statements and end are one message: one round trip. */
  atOnce?: boolean
}

interface Where extends Options {
  /** Of a standby: what does not show what was seen is no answer. The primary shows all there is. */
  mayBeLate?: boolean
}

/**
 * Runs `work` as `mls_api_read` with the reader's signed claims, on one snapshot: page and count agree. The opening goes
 * ahead of the first statements in the same message; if it fails, none of them runs, with whatever rights.
 *
 * A reader with a horizon is answered by the standby, if there is one and it has come so far; else by the primary. `work`
 * is run once more then, so it keeps nothing of a run that failed.
 *
 * @throws QueryError `too_costly` or `invalid_query`, or the driver's error
 */
export async function read<Result>(
  reader: Pick<Reader, 'claims' | 'horizon'>,
  work: (run: Run) => Promise<Result>,
  options: Options = {},
): Promise<Result> {
  const horizon = hasStandby() ? reader.horizon : undefined
  try {
    const pool = horizon && standbyFor(horizon.atLeast)
    if (pool) {
      try {
        const result = await fromStandby(
          pool,
          horizon,
          () => transact(pool, { ...reader, horizon }, work, { ...options, mayBeLate: true }),
        )
        standbyAnswered()
        return result
      } catch (error) {
        if (error instanceof QueryError || isOfQuery(error)) throw error
        standbyFailed(error)
      }
    }
    return await transact(gatePool(), { ...reader, horizon }, work, options)
  } catch (error) {
    throw toRefusal(error)
  }
}

async function fromStandby<Result>(
  pool: Pool,
  { atLeast }: Horizon,
  once: () => Promise<Result>,
): Promise<Result> {
  try {
    return await once()
  } catch (error) {
    if (!(error instanceof StandbyBehind) || !await caughtUp(pool, leastOf(atLeast))) throw error
  }
  return await once()
}

async function transact<Result>(
  pool: Pool,
  { claims, horizon }: Pick<Reader, 'claims' | 'horizon'>,
  work: (run: Run) => Promise<Result>,
  { atOnce = false, mayBeLate = false }: Where,
): Promise<Result> {
  const connection = await pool.connect()
  const transaction = new ReadTransaction(connection, claims, atOnce, horizon, mayBeLate)
  try {
    return await work(transaction.run)
  } finally {
    transaction.end()
    connection.release()
  }
}

/** The rows of one statement. */
export function readRows(
  reader: Pick<Reader, 'claims' | 'horizon'>,
  statement: Statement,
): Promise<TextRow[]> {
  return read(reader, (run) => run(statement), { atOnce: true })
}

interface Waiting {
  statement: Statement
  resolve: (rows: TextRow[]) => void
  reject: (error: unknown) => void
}

class ReadTransaction {
  private waiting: Waiting[] = []
  private isOpen = false

  constructor(
    private readonly connection: PoolClient,
    private readonly claims: string,
    private readonly atOnce: boolean,
    private readonly horizon: Horizon | undefined,
    private readonly mayBeLate: boolean,
  ) {}

  readonly run: Run = (statement) =>
    new Promise((resolve, reject) => {
      if (this.waiting.push({ statement, resolve, reject }) === 1) queueMicrotask(() => this.send())
    })

  /** The end of the transaction is not awaited: whoever gets the connection next queues behind it. */
  end(): void {
    if (this.isOpen && !this.atOnce) runPipeline(this.connection, [commit]).catch(() => undefined)
  }

  private async send(): Promise<void> {
    const sent = this.waiting
    this.waiting = []
    try {
      // Behind the only message there is no role and there are no claims any more.
      if (this.isOpen && this.atOnce) throw new Error('All statements were to be run at once.')
      const isFirst = !this.isOpen
      const opening = isFirst ? openingOf(this.claims, this.atOnce, sent.length, this.horizon) : []
      this.isOpen = true
      const answers = await runPipeline(this.connection, [
        ...opening,
        ...sent.map(({ statement }) => statement),
      ])
      if (isFirst && this.horizon) advance(this.horizon, answers[opening.length - 1]![0]![0]!, this.mayBeLate)
      sent.forEach(({ resolve }, index) => resolve(answers[opening.length + index]!))
    } catch (error) {
      sent.forEach(({ reject }) => reject(error))
    }
  }
}

/** The snapshot shows this stamp, which is the least from now on. A reader may have named a time at which nothing changed. */
function advance(horizon: Horizon, text: string, mayBeLate: boolean): void {
  const stamp = BigInt(text)
  if (mayBeLate && stamp < leastOf(horizon.atLeast)) {
    throw new StandbyBehind('The standby does not show yet what was seen.')
  }
  horizon.atLeast = stamp
  shown(stamp)
}

const commit = { text: 'commit', values: [] }

/**
 * One message is a transaction already, which only has to be told its kind; for several it must begin. One statement is
 * one snapshot in any kind: not to set it saves a tenth of a read by key.
 */
function openingOf(claims: string, atOnce: boolean, statements: number, horizon?: Horizon): Statement[] {
  const begin = atOnce ? 'set transaction' : 'begin'
  const kind = { text: `${begin} isolation level repeatable read read only`, values: [] }
  const assume = { text: assumeClaims, values: [claims] }
  if (horizon) return [kind, assume, stampStatement]
  return atOnce && statements === 1 ? [assume] : [kind, assume]
}

/** Parallel workers would take the cores from other requests: a count of 100,000 rows gains nothing at 8 callers. */
const fixedSettings = {
  role: 'mls_api_read',
  transaction_read_only: 'on',
  TimeZone: 'UTC',
  IntervalStyle: 'iso_8601',
  statement_timeout: String(statementTimeoutMs),
  max_parallel_workers_per_gather: '0',
}

const assumeClaims = `select set_config('mls.claims', $1, true), ${
  Object.entries(fixedSettings).map(([name, value]) => `set_config('${name}', '${value}', true)`).join(', ')
}`

function toRefusal(error: unknown): unknown {
  const { code } = error as { code?: unknown }
  if (code === '57014') {
    const message = 'The query took too long: narrow its $filter, or order by an indexed field.'
    return new QueryError('too_costly', message, { cause: error })
  }
  // Class 22: a value that no check before could foresee, such as a product beyond all bounds.
  if (typeof code === 'string' && code.startsWith('22')) {
    return new QueryError('invalid_query', 'A value that the query computes is out of range.', {
      cause: error,
    })
  }
  return error
}
