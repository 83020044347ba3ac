/**
 * A read replica: a physical standby that follows the primary, in MLS_GATE_READ_URL. It is a copy that may be late, and
 * it may be gone: whoever asks it says how far it must have come, and has the primary behind it.
 *
 * Its circuit is of this isolate and not in the database as those of portals and sources are: it says whether this
 * isolate reaches the standby, and a reader must not ask the primary first whether to ask the standby.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { fromDatabaseError } from '../http/database-errors.ts'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { describeError, log } from '../http/log.ts'
import { type Count, count } from '../http/metrics.ts'
import { runPipeline, type Statement, type TextRow } from './pipeline.ts'
import { gatePool, type Pool, servicePool, standbyPool } from './pool.ts'

/** A standby is late by a millisecond as a rule; longer than this a reader does not wait for it. */
const patienceMs = 250
/** Found late once, it is not waited for again in this time. */
const impatientMs = 1_000
/** No answer is older than twice this: after it the standby has to show what the primary showed. */
const freshnessMs = 5_000
const restMs = 5_000
const longestRestMs = 60_000

/** The last stamp that a database shows; the statement of both. */
export const stampStatement = { text: 'select mls.visible_stamp()::text', values: [] }

/** The greatest stamp that an answer of this isolate has shown, or should. Nothing older is answered any more. */
let floor = 0n
let notedPrimary = 0n
let notedAt = -Infinity

let failures = 0
let restsUntil = -Infinity
let known = { stamp: 0n, until: -Infinity }

/** The standby does not show yet what the reader has seen. */
export class StandbyBehind extends Error {}

export const hasStandby = () => env('MLS_GATE_READ_URL') !== undefined

/** The pool to read from if what stands at `atLeast` must be visible; undefined: the primary's turn. */
export function standbyFor(atLeast: bigint): Pool | undefined {
  if (!hasStandby()) return undefined
  const now = performance.now()
  if (now < restsUntil) return declined('resting')
  // One reader tries whether it is back; the others stay with the primary until it knows.
  if (failures > 0) restsUntil = now + restMs
  void noteFreshness(now)
  if (now < known.until && known.stamp < leastOf(atLeast)) return declined('behind')
  return standbyPool()
}

/** What an answer must show: what its reader has seen, and what this isolate has answered before. */
export function leastOf(atLeast: bigint): bigint {
  return atLeast > floor ? atLeast : floor
}

/** An answer shows this stamp: no later one of this isolate shows less. */
export function shown(stamp: bigint): void {
  if (stamp > floor) floor = stamp
}

/** The standby has answered. */
export function standbyAnswered(): void {
  if (failures > 0) log('info', 'standby_back', {})
  failures = 0
  restsUntil = -Infinity
  count('mls_standby_reads', { outcome: 'standby' })
}

/** Why the standby did not answer. What is wrong with its connection makes it rest, longer each time. */
export function standbyFailed(error: unknown): void {
  if (error instanceof StandbyBehind) {
    count('mls_standby_reads', { outcome: 'behind' })
    return
  }
  count('mls_standby_reads', { outcome: 'failed' })
  const code = fromDatabaseError(error)?.code
  const isLost = code === 'database_unavailable' || code === 'query_timeout' || code === undefined
  if (isLost) {
    restsUntil = performance.now() + Math.min(longestRestMs, restMs * 2 ** Math.min(failures, 10))
    failures++
  }
  log('warn', 'standby_failed', { code, failures, cause: describeError(error) })
}

/** Faults that every database would find in the query: it takes too long, or computes what no type holds. */
export function isOfQuery(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return error instanceof HubError || code === '57014' || (typeof code === 'string' && code.startsWith('22'))
}

/** Waits, but not long, until the standby shows `atLeast`. */
export async function caughtUp(pool: Pool, atLeast: bigint): Promise<boolean> {
  const until = performance.now() + patienceMs
  for (let pause = 2; performance.now() + pause < until; pause = Math.min(32, pause * 2)) {
    await sleep(pause)
    const stamp = await stampOf(pool)
    if (stamp >= atLeast) return true
    known = { stamp, until: performance.now() + impatientMs }
  }
  return false
}

/** Samples for the door `metrics`: whether the standby answers, and how much of the primary's time it lacks. */
export async function standbySamples(): Promise<Count[]> {
  if (!hasStandby()) return []
  const primary = servicePool().query<{ stamp: string }>('select mls.visible_stamp()::text as stamp')
    .then(({ rows }) => BigInt(rows[0]!.stamp))
  const standby = stampOf(standbyPool()).catch(() => undefined)
  const [first, second] = await Promise.all([primary, standby])
  const up = { name: 'mls_standby_up', labels: {}, value: second === undefined ? 0 : 1 }
  if (second === undefined) return [up]
  const behind = first > second ? Number(first - second) / 1e6 : 0
  return [up, { name: 'mls_standby_lag_seconds', labels: {}, value: behind }]
}

function declined(outcome: string): undefined {
  count('mls_standby_reads', { outcome })
}

/** Of the primary, in the background: what it showed at the question before this one, the standby has to show now. */
async function noteFreshness(now: number): Promise<void> {
  if (now - notedAt < freshnessMs) return
  notedAt = now
  try {
    const stamp = await stampOf(gatePool())
    shown(notedPrimary)
    notedPrimary = stamp
  } catch { /* without its primary a hub has other troubles, and the standby may answer on */ }
}

async function stampOf(pool: Pool): Promise<bigint> {
  const rows = await askAsReader(pool, stampStatement)
  return BigInt(rows[0]![0]!)
}

/** The rows of one statement, asked by the role that may read and nothing else. */
export async function askAsReader(pool: Pool, statement: Statement): Promise<TextRow[]> {
  const connection = await pool.connect()
  try {
    const role = { text: `select set_config('role', 'mls_api_read', true)`, values: [] }
    const [, rows] = await runPipeline(connection, [role, statement])
    return rows!
  } finally {
    connection.release()
  }
}
