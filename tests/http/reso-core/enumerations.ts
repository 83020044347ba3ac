/**
 * RESO Data Dictionary 2.0 has string enumerations: lookups are texts, and the resource Lookup lists their values. `has`
 * belongs to enumeration types alone, so here it must be refused; eq, ne, any and all do its work.
 */
import { expect } from 'vitest'
import type { Row } from '../odata-client.ts'
import { checkFilter, refused } from './check.ts'
import { readMetadata } from './metadata.ts'
import type { TagsOf } from './suite.ts'
import { fields, type Scenario, type World } from './world.ts'

const { single, multiple } = fields

/** The value of a single-valued lookup that most rows have. */
function common(values: unknown[]): string {
  const counts = new Map<string, number>()
  for (const value of values) {
    if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]![0]
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const valuesOf = (row: Row) => row[multiple] as string[]

async function typeOf(world: World, field: string): Promise<string | undefined> {
  const { type } = await readMetadata(world)
  return type('Property').properties.get(field)?.Type
}

const has = (field: string, write: (literal: string) => string): Scenario => async (world) => {
  expect(['Edm.String', 'Collection(Edm.String)']).toContain(await typeOf(world, field))
  for (const literal of ["'Active'", "RESO.OData.Values'Active'", "org.reso.metadata.enums.Values'Active'"]) {
    const filter = encodeURIComponent(write(literal))
    await refused(
      world,
      `/Property?$filter=${filter}`,
      400,
      /'has' applies to enumeration types only.+eq or any/,
    )
  }
}

/** A multi-valued lookup is a collection in profile dd2, and the text of the source in profile gold. */
const collection = (operator: 'any' | 'all'): Scenario => async (world) => {
  if (world.profile === 'gold') {
    expect(await typeOf(world, multiple)).toBe('Edm.String')
    const filter = `${multiple}/${operator}(enum:enum eq 'x')`
    await refused(world, `/Property?$filter=${filter}`, 400, /'View' is not multi-valued/)
    const value = common(world.listings.map((row) => row[multiple]))
    return checkFilter(world, multiple, {
      filter: `contains(${multiple},${quoted(value)})`,
      keeps: (row) => (row[multiple] as string | null)?.includes(value) ?? false,
    })
  }
  expect(await typeOf(world, multiple)).toBe('Collection(Edm.String)')
  const value = common(world.listings.flatMap(valuesOf))
  expect(world.listings.some((row) => valuesOf(row).includes(value) && valuesOf(row).length > 1)).toBe(true)
  await checkFilter(world, multiple, {
    filter: `${multiple}/${operator}(enum:enum eq ${quoted(value)})`,
    keeps: (row) =>
      operator === 'any' ? valuesOf(row).includes(value) : valuesOf(row).every((one) => one === value),
  })
}

const comparison = (operator: 'eq' | 'ne'): Scenario => (world) => {
  const value = common(world.listings.map((row) => row[single]))
  return checkFilter(world, single, {
    filter: `${single} ${operator} ${quoted(value)}`,
    keeps: (row) => (row[single] === value) === (operator === 'eq'),
  })
}

export const enumerations: Record<TagsOf<'filter-enum-' | 'filter-coll-'>, Scenario> = {
  'filter-enum-single-has': has(single, (literal) => `${single} has ${literal}`),
  'filter-enum-single-eq': comparison('eq'),
  'filter-enum-ne': comparison('ne'),
  'filter-enum-multi-has': has(multiple, (literal) => `${multiple} has ${literal}`),
  'filter-enum-multi-has-and': has(
    multiple,
    (literal) => `${multiple} has ${literal} and ${multiple} has ${literal}`,
  ),
  'filter-coll-enum-any': collection('any'),
  'filter-coll-enum-all': collection('all'),
}
