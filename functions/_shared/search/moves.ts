/**
 * Walks keep the order that they began with: what got another price or place since comes where it stood then
 * (mls.search_moves). So no listing comes twice, and none that stayed is passed over.
 */
import type { TextRow } from '../db/pipeline.ts'
import type { Run } from '../odata/sql/read.ts'
import type { Parameters, Statement } from '../odata/sql/statement.ts'
import type { Collection } from './collection.ts'

/** What the first page of a walk saw, as pg_current_snapshot() says it. */
export type Since = string

/** @returns what this transaction sees, for the pages behind it */
export async function beginWalk(run: Run): Promise<Since> {
  const [row] = await run({ text: 'select pg_current_snapshot()::text', values: [] })
  return row![0]!
}

type Moved = Pick<Collection, 'hasPhotos'>

/**
 * Of moves `m`, those that the walk has not seen when it began. A dump brings moves of another server, whose transactions
 * have numbers that none here has reached: they are nobody's.
 */
function unseen({ hasPhotos }: Moved, since: Since, parameters: Parameters): string {
  const snapshot = parameters.add(since, 'pg_snapshot')
  return `m.office_key is ${hasPhotos ? '' : 'not '}null
    and m.made_by >= pg_snapshot_xmin(${snapshot}) and m.made_by < pg_snapshot_xmax(pg_current_snapshot())
    and not pg_visible_in_snapshot(m.made_by, ${snapshot})`
}

/** Mostly there are none, and a page costs what the first did. */
export function movesStatement(collection: Moved, since: Since, parameters: Parameters): Statement {
  return {
    text: `select from mls.search_moves m where ${unseen(collection, since, parameters)} limit 1`,
    values: parameters.values,
  }
}

/** Holds for rows that are where they were. A subquery, for an anti-join would not be walked in the order of an index. */
export function isUnmoved(alias: string, collection: Moved, since: Since, parameters: Parameters): string {
  return `(select true from mls.search_moves m
    where m.record_id = ${alias}.record_id and ${unseen(collection, since, parameters)} limit 1) is null`
}

/** Joins to the rows where they were: `moved`, with price, latitude and longitude. */
export function joinMoved(alias: string, collection: Moved, since: Since, parameters: Parameters): string {
  return ` join (select distinct on (m.record_id) m.record_id, m.price, m.latitude, m.longitude from mls.search_moves m
    where ${
    unseen(collection, since, parameters)
  } order by m.record_id, m.id) moved on moved.record_id = ${alias}.record_id`
}

/** Rows of two statements in one order: by the value in column 2, where it is given, then by the number in column 1. */
export function inOneOrder(rows: TextRow[], isDescending: boolean): TextRow[] {
  const direction = isDescending ? -1 : 1
  return rows.toSorted((a, b) => direction * (difference(a[2]!, b[2]!) || difference(a[1]!, b[1]!)))
}

/** Integers beyond what a double holds are rounded alike, and are then told apart by their number. */
const difference = (a: string | null, b: string | null) =>
  a === null || b === null ? 0 : Number(a) - Number(b)
