import { type CompactRow, readTable } from './compact.ts'
import { type KeyRange, queryOf } from './dmql.ts'
import { failureOf, type RetsSession } from './session.ts'
import type { RetsSettings } from './settings.ts'

type PropertySettings = RetsSettings['property']

/** What was found out about a server; it is remembered through a run. */
export interface ServerHabits {
  /** Whether it gives a second page where Offset asks for one. */
  offsets?: boolean
  /** Whether ranges of keys can be asked for. */
  ranges?: boolean
}

export interface RangeListing {
  /** Keys and times. */
  rows: CompactRow[]
  isWhole: boolean
  /** What the server says it has. */
  count: number | undefined
  /** Whether it refused the range itself. */
  isRefused: boolean
}

/** A part with more keys is cut, so that what waits to be fetched stays small. */
const mostKeys = 5_000
/** Codes with which servers say that a range of keys is not for them. */
const rangeTrouble = [20200, 20203, 20206]

export function searchOf(
  { resource }: PropertySettings,
  name: string,
  query: string,
): Record<string, string | number> {
  return {
    SearchType: resource,
    Class: name,
    QueryType: 'DMQL2',
    Query: query,
    Format: 'COMPACT-DECODED',
    StandardNames: 0,
  }
}

/** Keys and times of a part of a class: all of them, or what there was before the server stopped giving. */
export async function listRange(
  session: RetsSession,
  property: PropertySettings,
  habits: ServerHabits,
  { name, range, since }: { name: string; range: KeyRange; since: string | undefined },
): Promise<RangeListing> {
  const { key_field: key, time_field, photo_time_field } = property
  const times = [time_field, photo_time_field].filter((field) => field !== undefined)
  const listing: RangeListing = { rows: [], isWhole: true, count: undefined, isRefused: false }
  // pictures have a time of their own: what changed is asked for by each
  for (const time of since === undefined ? [undefined] : times) {
    const query = queryOf(range, { key, time, since, base: property.query })
    const one = await listQuery(
      session,
      habits,
      { ...searchOf(property, name, query), Select: [key, ...times].join(',') },
      key,
      range,
    )
    listing.rows.push(...one.rows)
    listing.count ??= one.count
    if (!one.isWhole) return { ...listing, isWhole: false, isRefused: one.isRefused }
  }
  return listing
}

/**
 * The pages of one query. MAXROWS may stand on an exact last page, so the count decides where there is one. Without a count
 * some servers cap their rows and do not say so: the next page is asked for, as far as there are pages. Offset is
 * refused by some servers, and ignored without a word by others: then the second page begins with the key of the first.
 */
async function listQuery(
  session: RetsSession,
  habits: ServerHabits,
  search: Record<string, string | number>,
  key: string,
  range: KeyRange,
): Promise<RangeListing> {
  const rows: CompactRow[] = []
  const seen = new Set<string | null | undefined>()
  let count: number | undefined
  /** Nothing in the last answer tells of more. */
  let isSaidWhole = false
  const end = (isWhole: boolean, isRefused = false): RangeListing => ({ rows, isWhole, count, isRefused })
  for (;;) {
    const offset = rows.length > 0 && { Offset: rows.length + 1 }
    const reply = await session.ask('search', { ...search, Limit: 'NONE', Count: 1, ...offset })
    if (reply.code === 20201) return end(true)
    if (reply.code !== 0) {
      if (rows.length > 0) {
        habits.offsets = false
        return end(isSaidWhole)
      }
      const isRange = range.from !== undefined || range.to !== undefined
      if (isRange && rangeTrouble.includes(reply.code)) return end(false, true)
      throw failureOf(reply, 'Search')
    }
    const table = readTable(reply.body)
    count ??= table.count
    const fresh = table.rows.filter((row) => !seen.has(row[key]))
    if (rows.length > 0 && fresh.length < table.rows.length) {
      // the first page again
      habits.offsets = false
      return end(isSaidWhole && fresh.length === 0)
    }
    for (const row of fresh) seen.add(row[key])
    rows.push(...fresh)
    isSaidWhole = table.count !== undefined ? rows.length >= table.count : !table.isCapped
    const isSure = table.count !== undefined || table.rows.length === 0 || habits.offsets === false
    if (isSaidWhole && isSure) return end(true)
    if (table.rows.length === 0) return end(false)
    const isTooMuch = (table.count ?? 0) > mostKeys && habits.ranges !== false
    if (habits.offsets === false || isTooMuch) return end(false)
  }
}
