import type { JsonObject } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import { mostPerPage, type Parameters, type QobrixServer } from './server.ts'

/** Where a walk through a list stands. */
export interface WalkPlace {
  /** Everything before this time has been read. */
  since?: string
  page?: number
  /** Ids already read that have exactly that time. */
  edge?: string[]
  read?: number
  expected?: number
  /** Records without the time come last. */
  timeless?: true
}

export interface WalkStep {
  records: JsonObject[]
  next?: WalkPlace
  expected?: number
  /** Why the list is not whole, though every call succeeded. */
  hole?: string
}

interface WalkOptions {
  path: string
  /** The time by which the list is read. */
  by: string
  /** From which time on; everything where it is absent. */
  from?: string
  limit?: number
  parameters?: Parameters
}

/** A time of Qobrix as its search understands it: wall time of the server, to the second. */
export function wallTime(value: unknown): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/.exec(String(value ?? ''))
  return match ? `${match[1]} ${match[2]}` : undefined
}

/**
 * Reads the next page of a list in the order of a time. Page numbers alone are not safe: a row that is trashed while we
 * read moves all that follow, and one of them is never seen. So each page begins at the time where the last one ended,
 * and pages are counted only among rows of one and the same second.
 */
export async function walk(server: QobrixServer, place: WalkPlace, options: WalkOptions): Promise<WalkStep> {
  const { path, by, from, limit = mostPerPage, parameters = {} } = options
  const since = place.since ?? from
  const { page = 1, edge = [], read = 0 } = place
  const search = place.timeless ? `${by} == null` : since === undefined ? undefined : `${by} >= '${since}'`
  const answer = await server.list(path, {
    ...parameters,
    search,
    sort: place.timeless ? ['id'] : [by, 'id'],
    page,
    limit: Math.min(limit, mostPerPage),
  })
  const { records, hasNext } = answer
  const times = records.map((record) => wallTime(record[by]))
  if (!place.timeless) refuseDisorder(times, path)
  const known = new Set(edge)
  const fresh = records.filter(({ id }) => !known.has(String(id)))
  const expected = place.expected ?? (from === undefined ? answer.count : undefined)
  const last = times.at(-1)
  const total = read + fresh.length
  const shared = { read: total, ...(expected !== undefined && { expected }) }
  if (hasNext) {
    const advances = last !== undefined && (since === undefined || last > since)
    const next: WalkPlace = advances ? { ...shared, since: last, edge: idsAt(records, times, last) } : {
      ...shared,
      ...place,
      ...shared,
      page: page + 1,
      edge: [...edge, ...fresh.map(({ id }) => String(id))],
    }
    return { records: fresh, next, expected }
  }
  if (
    from === undefined && !place.timeless && expected !== undefined && total < expected && last !== undefined
  ) {
    return { records: fresh, next: { ...shared, timeless: true }, expected }
  }
  const hole = from === undefined && place.timeless && expected !== undefined && total < expected
    ? `${path} said that it has ${expected} records, and gave ${total}.`
    : undefined
  return { records: fresh, expected, ...(hole && { hole }) }
}

const idsAt = (records: JsonObject[], times: (string | undefined)[], time: string) =>
  records.filter((_, index) => times[index] === time).map(({ id }) => String(id))

/** Without an order nobody knows what was read. Rows without the time may stand first or last. */
function refuseDisorder(times: (string | undefined)[], path: string): void {
  const known = times.filter((time) => time !== undefined)
  if (known.every((time, index) => index === 0 || known[index - 1]! <= time)) return
  throw new SourceFailure('invalid_answer', 'retry', `${path} did not come in the order that was asked for.`)
}
