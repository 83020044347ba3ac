/**
 * `$apply` (OData Data Aggregation 4.0) as far as grids and market pages send it: `filter(...)` any number of times, then
 * one `groupby(...)` or `aggregate(...)`.
 */
import type { Expr } from './ast.ts'
import { parseExpression } from './expression.ts'
import type { ParseOptions } from './limits.ts'
import { quote } from './parse-error.ts'
import { checkText, TokenReader } from './token-reader.ts'

export const aggregateMethods = ['sum', 'average', 'min', 'max', 'countdistinct'] as const
export type AggregateMethod = typeof aggregateMethods[number]

export interface Aggregate {
  /** Absent for `$count`. */
  expression?: Expr
  method: AggregateMethod | 'count'
  name: string
  position: number
}

export interface GroupItem {
  expression: Expr
  position: number
}

export interface Apply {
  filters: Expr[]
  /** Absent where $apply only filters. */
  grouping?: { by: GroupItem[]; aggregates: Aggregate[] }
}

const target = '$apply'
const transformations = ['filter', 'groupby', 'aggregate']

/** @throws ParseError, for transformations beyond those with the code UnknownOption */
export function parseApply(text: string, options: ParseOptions = {}): Apply {
  checkText(text, target, options)
  return TokenReader.parse(text, target, options, (c) => {
    const apply: Apply = { filters: [] }
    do {
      c.node()
      const { text: written, position } = c.identifier('filter, groupby or aggregate')
      const name = written.toLowerCase()
      if (!transformations.includes(name)) {
        c.fail(
          'UnknownOption',
          `${quote(written)} is not supported; there are filter, groupby and aggregate`,
          position,
        )
      }
      if (apply.grouping) {
        c.fail(
          'UnknownOption',
          `nothing may follow the grouping; use $filter, $orderby, $top and $skip`,
          position,
        )
      }
      c.expect('(')
      if (name === 'filter') apply.filters.push(parseExpression(c))
      else if (name === 'groupby') apply.grouping = parseGroupBy(c)
      else apply.grouping = { by: [], aggregates: parseAggregates(c) }
      c.expect(')')
    } while (c.take('/'))
    return apply
  })
}

/** `(City,StandardStatus),aggregate(...)`. */
function parseGroupBy(c: TokenReader): NonNullable<Apply['grouping']> {
  const by: GroupItem[] = []
  c.expect('(')
  do {
    c.node()
    const { position } = c.peek
    by.push({ expression: parseExpression(c), position })
  } while (c.take(','))
  c.expect(')')
  if (!c.take(',')) return { by, aggregates: [] }
  const { text, position } = c.identifier('aggregate')
  if (text.toLowerCase() !== 'aggregate') {
    c.fail('UnknownOption', `inside groupby only aggregate(...) is supported, not ${quote(text)}`, position)
  }
  c.expect('(')
  const aggregates = parseAggregates(c)
  c.expect(')')
  return { by, aggregates }
}

/** `ListPrice with average as Price,$count as Count`. */
function parseAggregates(c: TokenReader): Aggregate[] {
  const aggregates: Aggregate[] = []
  do {
    c.node()
    aggregates.push(parseAggregate(c))
  } while (c.take(','))
  return aggregates
}

function parseAggregate(c: TokenReader): Aggregate {
  const { kind, text, position } = c.peek
  if (kind === 'system' && text.toLowerCase() === '$count') {
    c.advance()
    return { method: 'count', name: parseName(c), position }
  }
  const expression = parseExpression(c)
  takeWord(c, 'with')
  const written = c.identifier('sum, average, min, max or countdistinct')
  const method = aggregateMethods.find((name) => name === written.text.toLowerCase())
  if (!method) {
    c.fail(
      'UnknownOption',
      `${quote(written.text)} is not a way to aggregate; there are ${aggregateMethods.join(', ')} and $count`,
      written.position,
    )
  }
  return { expression, method, name: parseName(c), position }
}

function parseName(c: TokenReader): string {
  takeWord(c, 'as')
  return c.identifier('a name').text
}

function takeWord(c: TokenReader, word: string): void {
  if (c.peek.kind !== 'name' || c.peek.text.toLowerCase() !== word) c.unexpected(`'${word}'`)
  c.advance()
}
