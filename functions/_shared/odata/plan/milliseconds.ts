/**
 * The world of a client whose dates hold milliseconds (setting `stamps: milliseconds`). It is given times that are cut,
 * so what it compares with them means them too: `gt` the time of a record is not met by that record, nor by those that
 * bear the same. So that it loses none of these, pages in the order of times end where another millisecond begins, and
 * no two transactions share one (mls.take_stamps).
 */
import { type Comparison, mirrored } from '../syntax/ast.ts'
import type { Bound, Column, Compare, Constant, In } from './bound.ts'
import type { Term } from './order.ts'
import { isStamp } from './selection.ts'

/** A filter as such a client means it. */
export function inMilliseconds(bound: Bound): Bound {
  switch (bound.node) {
    case 'and':
    case 'or':
      return { ...bound, operands: bound.operands.map(inMilliseconds) }
    case 'not':
      return { ...bound, operand: inMilliseconds(bound.operand) }
    case 'any-entity':
      return { ...bound, predicate: bound.predicate && inMilliseconds(bound.predicate) }
    case 'compare':
      return comparedInMilliseconds(bound)
    case 'in':
      return isTime(bound.left) ? oneOf(bound.left, bound) : bound
    default:
      return bound
  }
}

function comparedInMilliseconds(compare: Compare): Bound {
  const [column, operator, literal] = oriented(compare)
  if (!column || literal.value === null) return compare
  const { time, isWhole } = cut(String(literal.value))
  const next = time + 1
  if (next > lastTime) return compare
  const against = (operator: Comparison, time: number): Compare => ({
    node: 'compare',
    type: 'boolean',
    operator,
    left: column,
    right: { node: 'constant', type: 'timestamp', value: new Date(time).toISOString() },
  })
  switch (operator) {
    case 'gt':
      return against('ge', next)
    case 'ge':
      return against('ge', isWhole ? time : next)
    case 'lt':
      return against('lt', isWhole ? time : next)
    case 'le':
      return against('lt', next)
    // a time with more digits is none that it was given here: it means just that one
    case 'eq':
      return isWhole ? within(against('ge', time), against('lt', next)) : compare
    case 'ne':
      return isWhole
        ? { node: 'not', type: 'boolean', operand: within(against('ge', time), against('lt', next)) }
        : compare
  }
}

/** The comparison as one of the time of a record with a literal, if it is one. */
function oriented(
  { operator, left, right }: Compare,
): [Column, Comparison, Constant] | [undefined, Comparison, Constant] {
  if (isTime(left) && right.node === 'constant') return [left, operator, right]
  if (isTime(right) && left.node === 'constant') return [right, mirrored[operator], left]
  return [undefined, operator, none]
}

const none: Constant = { node: 'constant', type: 'null', value: null }

function within(from: Compare, to: Compare): Bound {
  return { node: 'and', type: 'boolean', operands: [from, to] }
}

function oneOf(column: Column, { items }: In): Bound {
  const operands = items.map((item): Bound =>
    comparedInMilliseconds({ node: 'compare', type: 'boolean', operator: 'eq', left: column, right: item })
  )
  return { node: 'or', type: 'boolean', operands }
}

/** Whether this is the time of a record, which such a client is given cut. */
export const isTime = (bound: Bound): bound is Column => bound.node === 'column' && isStamp(bound.property)

const lastTime = Date.parse('9999-12-31T23:59:59.999Z')

/** The millisecond of a literal, and whether it says no more than that. A date is its midnight. */
function cut(text: string): { time: number; isWhole: boolean } {
  const [, head, digits = '', zone = 'T00:00:00Z'] = /^([^.]+?)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)?$/.exec(text)!
  return {
    time: Date.parse(`${head}${digits && `.${digits.slice(0, 3)}`}${zone}`),
    isWhole: !/[1-9]/.test(digits.slice(3)),
  }
}

/**
 * Where a page in the order of times ends: behind all records of a millisecond, since who goes on with `gt` asks for
 * those of later ones. Who reads the last millisecond again, with `ge`, needs one more on each page to get on.
 */
export type PageEnd = 'a millisecond' | 'two milliseconds'

/** Undefined where it may end anywhere, since it does not follow times. The filter is the one that was sent. */
export function pageEnd(filter: Bound | undefined, [term]: Term[]): PageEnd | undefined {
  if (!term || !isTime(term.bound) || term.bound.path.length > 0) return undefined
  return filter && readsAgain(filter, term.isDescending ? 'le' : 'ge') ? 'two milliseconds' : 'a millisecond'
}

function readsAgain(filter: Bound, operator: Comparison): boolean {
  if (filter.node === 'and') return filter.operands.some((operand) => readsAgain(operand, operator))
  return filter.node === 'compare' && oriented(filter)[0] !== undefined && oriented(filter)[1] === operator
}

/** The most rows that a page needs beyond its size: stamps are microseconds, each given once. */
export const mostBeyond: Record<PageEnd, number> = { 'a millisecond': 1_000, 'two milliseconds': 2_000 }

/** How many of the rows with these stamps make a page of `limit` or more; undefined where it may go on behind them. */
export function lengthOfPage(stamps: string[], limit: number, end: PageEnd): number | undefined {
  if (stamps.length <= limit) return stamps.length
  const milliseconds = stamps.map((stamp) => stamp.slice(0, -3))
  for (let length = limit; length < stamps.length; length++) {
    const last = milliseconds[length - 1]
    const isWhole = milliseconds[length] !== last
    if (isWhole && (end === 'a millisecond' || last !== milliseconds[0])) return length
  }
  return undefined
}
