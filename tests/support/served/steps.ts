import fc from 'fast-check'
import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Operation, operation } from './operations.ts'

/** What one connection does between begin and its end; `undone` operations go back to a savepoint. */
export interface Work {
  operations: { operation: Operation; undone: boolean }[]
  ends: 'commit' | 'rollback'
}

/** One transaction, or two that overlap on two connections. */
export interface Step {
  first: Work
  second?: Work
}

/**
 * A consumer sees one change per record and transaction, so ingest, which refreshes at once, comes last in its
 * transaction. This also leaves no way for two of them to wait for each other.
 */
function ingestLast(operations: Work['operations']): Work['operations'] {
  const ingest = operations.filter((one) => one.operation.takesStampLock)
  const others = operations.filter((one) => !one.operation.takesStampLock)
  return [...others, ...ingest.slice(0, 1)]
}

const work: fc.Arbitrary<Work> = fc.record({
  operations: fc.array(
    fc.record({ operation, undone: fc.nat({ max: 5 }).map((n) => n === 0) }),
    { minLength: 1, maxLength: 4 },
  ).map(ingestLast),
  ends: fc.nat({ max: 7 }).map((n) => n === 0 ? 'rollback' as const : 'commit' as const),
})

const single: fc.Arbitrary<Work> = operation.map((one) => ({
  operations: [{ operation: one, undone: false }],
  ends: 'commit',
}))

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ first: single }) },
  { weight: 2, arbitrary: fc.record({ first: work }) },
  { weight: 2, arbitrary: fc.record({ first: work, second: work }) },
)

export const operationsIn = ({ first, second }: Step) =>
  first.operations.length + (second?.operations.length ?? 0)

export function describeStep({ first, second }: Step): string {
  const say = ({ operations, ends }: Work) =>
    operations.map(({ operation, undone }) => `${undone ? '(undone) ' : ''}${operation.name}`).join('; ') +
    ` -> ${ends}`
  return second ? `${say(first)} || ${say(second)}` : say(first)
}

/** Two connections on one database that carry out steps. `committed` is called after each commit, before the next. */
export class Stage {
  /** Operations that the database refused, by its own rules. */
  refused = 0
  readonly #clients: [pg.Client, pg.Client]
  readonly #observer: pg.Client

  constructor(url: string) {
    this.#clients = [new pg.Client(url), new pg.Client(url)]
    this.#observer = new pg.Client(url)
  }

  async open() {
    await Promise.all([...this.#clients, this.#observer].map((client) => client.connect()))
  }

  async close() {
    await Promise.all([...this.#clients, this.#observer].map((client) => client.end()))
  }

  async run({ first, second }: Step, committed: () => Promise<void>): Promise<void> {
    const [one, two] = this.#clients
    const finish = async (client: pg.Client, ends: Work['ends']) => {
      await client.query(ends)
      await committed()
    }
    const firstEnds = await this.#begin(one, first)
    if (!second) return await finish(one, firstEnds)

    let secondEnds: Work['ends'] | undefined
    const running = this.#begin(two, second).then((ends) => secondEnds = ends)
    while (!secondEnds && !await this.#isWaiting(two)) await sleep(2)
    // whoever holds the stamp lock must end first: the other's commit waits for it
    const lockHeld = second.operations.some(({ operation }) => operation.takesStampLock)
    if (secondEnds && lockHeld) {
      await finish(two, secondEnds)
      await finish(one, firstEnds)
    } else {
      await finish(one, firstEnds)
      await finish(two, await running)
    }
  }

  /** Carries the operations out up to the end of the transaction, and says how it must end. */
  async #begin(client: pg.Client, { operations, ends }: Work): Promise<Work['ends']> {
    await client.query('begin')
    try {
      for (const { operation: { sql, values }, undone } of operations) {
        if (undone) await client.query('savepoint undone')
        await client.query(sql, values)
        if (undone) await client.query('rollback to savepoint undone')
      }
      return ends
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error
      if (error.code === '40P01') throw error
      this.refused++
      return 'rollback'
    }
  }

  async #isWaiting(client: pg.Client): Promise<boolean> {
    const { rows } = await this.#observer.query(
      `select wait_event_type = 'Lock' as waiting from pg_stat_activity where pid = $1`,
      [(client as pg.Client & { processID: number }).processID],
    )
    return rows[0]?.waiting ?? false
  }
}
