import { expect } from 'vitest'
import type { Row } from '../odata-client.ts'
import { ask, compares, lowAndHigh, project } from './check.ts'
import type { TagsOf } from './suite.ts'
import { fields, type Scenario, sortCount } from './world.ts'

/** Null is the lowest value; rows that are equal keep the order of the collection, which desc turns round too. */
function sorted(rows: Row[], direction: 'asc' | 'desc'): Row[] {
  const moment = (row: Row) => (row[fields.timestamp] as string | null) ?? ''
  const ascending = [...rows].sort((a, b) => moment(a) < moment(b) ? -1 : moment(a) > moment(b) ? 1 : 0)
  return direction === 'asc' ? ascending : ascending.reverse()
}

const order = (direction: 'asc' | 'desc', isFiltered = false): Scenario => async (world) => {
  const { client, listings } = world
  const [low] = lowAndHigh<number>(listings, fields.integer)
  const kept = isFiltered
    ? listings.filter((row) => compares(row[fields.integer] as number | null, 'gt', low))
    : listings
  const expected = sorted(kept, direction)
  const isNull = (row: Row) => row[fields.timestamp] === null
  expect([kept.some(isNull), kept.every(isNull)]).toEqual([true, false])

  const names = [fields.key, fields.integer, fields.timestamp]
  const query = `/Property?$select=${names}&$orderby=${fields.timestamp} ${direction}` +
    (isFiltered ? `&$filter=${fields.integer} gt ${low}` : '')
  const { body } = await ask(world, `${query}&$top=${sortCount}`)
  expect(body.value).toEqual(project(expected.slice(0, sortCount), names))
  for (const size of [1000, 37]) {
    expect(await client.all(`${query}&$top=${size}`)).toEqual(project(expected, names))
  }
}

export const orders: Record<TagsOf<'orderby-'>, Scenario> = {
  'orderby-timestamp-asc': order('asc'),
  'orderby-timestamp-desc': order('desc'),
  'orderby-timestamp-asc-filter-int-gt': order('asc', true),
  'orderby-timestamp-desc-filter-int-gt': order('desc', true),
}
