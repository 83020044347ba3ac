/**
 * Reads of whole records by a key go through a function of the database that keeps their plans (mls.served_by). Row
 * level security holds within it; the restriction that only helps the planner elsewhere (readable-rows.ts) is left out.
 */
import { resources } from '../../reso/dictionary.ts'
import { linkFields } from '../../reso/names.ts'
import type { Source } from '../plan/bound.ts'
import type { CollectionQuery } from '../plan/collection-query.ts'
import { literal, type Parameters } from './statement.ts'

/** What mls.served_by() can find records by. */
const fields = new Set(
  resources.flatMap((resource) => linkFields(resource).map((field) => `${resource.name}.${field}`)),
)

/** The function holds its rows in memory; beyond so many keys planning is a trifle anyway. */
const mostKeys = 100

/** Whether nothing but the whole documents of the records linked by `field` is asked for. */
export function asksWholeRecords(
  { selection, computed, filter, search, order, follow }: CollectionQuery,
  field: string,
): boolean {
  return selection === 'all' && computed.length === 0 && !filter && !search && order.length === 0 &&
    follow.every(({ from }) => from === field)
}

/**
 * What to read the records of `source` from whose `field` is one of these; undefined when they cannot be found so. Of
 * their fields there is only the one sought, as `link`. Keys may be SQL that makes an array of them, and with it its parameters.
 */
export function recordsByKey(
  { alias, type }: Source,
  field: string,
  keys: string[] | (() => string),
  parameters: Parameters,
): string | undefined {
  const name = `${type.name}.${field}`
  if (!fields.has(name) || (Array.isArray(keys) && keys.length > mostKeys)) return undefined
  const sought = Array.isArray(keys) ? parameters.add(keys, 'text[]') : keys()
  return `mls.served_by(${literal(name)}, ${sought}) ${alias}`
}
