/** How a scenario is checked: the rows of the answer against the rows that plain TypeScript chooses or sorts. */
import { expect } from 'vitest'
import type { Answer, Row } from '../odata-client.ts'
import { fields, topCount, versionOf, type World } from './world.ts'

/** The answer is a success in the OData version that the endorsement asked for. */
export async function ask(world: World, path: string): Promise<Answer> {
  const answer = await world.get(path)
  expect([path, answer.status, answer.body?.error]).toEqual([path, 200, undefined])
  expect(answer.headers.get('OData-Version')).toBe(versionOf[world.endorsement])
  return answer
}

/** The answer is an error in OData's shape, and its message helps. */
export async function refused(world: World, path: string, status: number, message: RegExp): Promise<void> {
  const answer = await world.get(path)
  expect([path, answer.status]).toEqual([path, status])
  expect(answer.headers.get('OData-Version')).toBe(versionOf[world.endorsement])
  expect(answer.body.error.message).toMatch(message)
}

export interface Choice {
  filter: string
  keeps: (row: Row) => boolean
  /** The filter can hold for every row, as `ne now()`; otherwise it must keep some and drop some. */
  mayKeepAll?: true
}

/** The filter selects exactly the rows that the predicate selects, in the page that the suite asks for and in all. */
export async function checkFilter(world: World, field: string, choice: Choice): Promise<void> {
  const { client, listings } = world
  const kept = listings.filter(choice.keeps)
  expect(kept.length).toBeGreaterThan(0)
  if (!choice.mayKeepAll) expect(kept.length).toBeLessThan(listings.length)
  const names = [fields.key, field]
  const query = `/Property?$select=${names}&$filter=${encodeURIComponent(choice.filter)}`
  const { body } = await ask(world, `${query}&$top=${topCount}`)
  expect(body.value).toEqual(project(kept.slice(0, topCount), names))
  expect(await client.all(`${query}&$top=1000`)).toEqual(project(kept, names))
  expect(await client.count('Property', choice.filter)).toBe(kept.length)
}

/** Rows with some of their fields, as `$select` gives them. */
export function project(rows: Row[], names: readonly string[]): Row[] {
  return rows.map((row) => Object.fromEntries(['@odata.etag', ...names].map((name) => [name, row[name]])))
}

export type Comparable = string | number

/** Two values of a field between which, below which and above which there are rows. */
export function lowAndHigh<T extends Comparable>(rows: Row[], field: string): [low: T, high: T] {
  const values = [...new Set(rows.map((row) => row[field] as T | null).filter((value) => value !== null))]
  values.sort((a, b) => (a! < b! ? -1 : 1))
  const at = (part: number) => values[Math.floor(values.length * part)]!
  return [at(1 / 3), at(2 / 3)]
}

type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** OData's comparison of a value that may be null with one that is not: only `ne` holds for null. */
export function compares<T extends Comparable>(value: T | null, operator: Operator, literal: T): boolean {
  switch (operator) {
    case 'eq':
      return value === literal
    case 'ne':
      return value !== literal
    case 'gt':
      return value !== null && value > literal
    case 'ge':
      return value !== null && value >= literal
    case 'lt':
      return value !== null && value < literal
    case 'le':
      return value !== null && value <= literal
  }
}
