/** `$orderby`: terms in their stored form, where null is lowest, made total by the record's insertion number. */
import type { OrderByItem } from '../syntax/ast.ts'
import { bind, type Scope } from './binder.ts'
import type { Bound } from './bound.ts'
import { storedType } from '../sql/compare.ts'
import { type Compiler, pgTypes } from '../sql/compiler.ts'
import { refuse } from './refuse.ts'

export interface Term {
  bound: Bound
  isDescending: boolean
  /** Never null. */
  isRequired: boolean
}

/** A term in SQL. */
export interface SortKey {
  sql: string
  /** Postgres type in which its values come back in a cursor. */
  type: string
  isDescending: boolean
  isRequired: boolean
}

const maxTerms = 10

export function bindOrder(
  items: OrderByItem[] | undefined,
  scope: Scope,
): Term[] {
  const terms = (items ?? []).map(
    ({ expression, descending, position }): Term => {
      const bound = bind(expression, scope)
      if (bound.type === 'point' || bound.type === 'geometry') {
        refuse(
          { target: scope.target, position },
          'a point has no order; order by geo.distance(...)',
        )
      }
      const isRequired = bound.node === 'column' && bound.path.length === 0 &&
        bound.property.isRequired
      return { bound, isDescending: descending, isRequired }
    },
  )
  if (terms.length > maxTerms) {
    refuse(
      { target: scope.target, position: items![maxTerms]!.position },
      `more than ${maxTerms} terms`,
      'too_costly',
    )
  }
  // A constant orders nothing, and SQL would take a number for a column.
  return terms.filter(({ bound }) => bound.node !== 'constant')
}

/** The terms and the tie-break, whose direction is that of the last term: one index can then serve them all. */
export function sortKeys(
  terms: Term[],
  alias: string,
  compiler: Compiler,
): SortKey[] {
  const keys = terms.map(({ bound, isDescending, isRequired }): SortKey => ({
    sql: bound.node === 'column' ? compiler.stored(bound) : `(${compiler.value(bound)})`,
    type: bound.node === 'column' ? storedType(bound.property.field) : pgTypes[bound.type],
    isDescending,
    isRequired,
  }))
  const isDescending = terms.at(-1)?.isDescending ?? false
  return [...keys, {
    sql: `${alias}.seq`,
    type: 'bigint',
    isDescending,
    isRequired: true,
  }]
}

/** ORDER BY. A key that cannot be null says nothing of nulls, so that plain indexes fit. */
export function orderBy(keys: SortKey[]): string {
  return keys.map(({ sql, isDescending, isRequired }) => {
    if (isRequired) return isDescending ? `${sql} desc` : sql
    return isDescending ? `${sql} desc nulls last` : `${sql} nulls first`
  }).join(', ')
}
