/**
 * Reads of whole records by a key go through a function of the database that keeps their plans (migrations/*_serving_by_key.sql). Row
 * level security holds within it; the restriction that only helps the planner elsewhere (access.ts) is left out.
 */
import type { Source } from '../plan/bound.ts'
import type { CollectionQuery } from './collection.ts'
import { literal, type Parameters } from './statement.ts'

/** What mls.served_by() can find records by. */
const fields = new Set([
  'Property.ListingKey',
  'Media.ResourceRecordKey',
  'Media.MediaKey',
  'Member.MemberKey',
  'Office.OfficeKey',
])

/** The function holds its rows in memory; beyond so many keys planning is a trifle anyway. */
const mostKeys = 100

/** Whether nothing but the whole documents of the records linked by `field` is asked for. */
export function isPlain(
  { selection, filter, search, order, follow }: CollectionQuery,
  field: string,
): boolean {
  return selection === 'all' && !filter && !search && order.length === 0 &&
    follow.every(({ from }) => from === field)
}

/**
 * What to read the records of `source` from whose `field` is one of these; undefined when they cannot be looked up so. Of
 * their fields there is only the one sought, as `link`.
 */
export function lookUp(
  { alias, type }: Source,
  field: string,
  keys: string[],
  parameters: Parameters,
): string | undefined {
  const name = `${type.name}.${field}`
  if (!fields.has(name) || keys.length > mostKeys) return undefined
  return `mls.served_by(${literal(name)}, ${parameters.add(keys, 'text[]')}) ${alias}`
}
