/** `$orderby`: its terms, those left out that order nothing. */
import type { OrderByItem } from '../syntax/ast.ts'
import { bind } from './binder.ts'
import type { Bound } from './bound.ts'
import { refuse } from './refuse.ts'
import type { Scope } from './scope.ts'

export interface Term {
  bound: Bound
  isDescending: boolean
  /** Never null. */
  isRequired: boolean
}

const maxTerms = 10

export function bindOrder(items: OrderByItem[] | undefined, scope: Scope): Term[] {
  const terms = (items ?? []).map(
    ({ expression, descending, position }): Term => {
      const bound = bind(expression, scope)
      if (bound.type === 'point' || bound.type === 'geometry') {
        refuse({ target: scope.target, position }, 'a point has no order; order by geo.distance(...)')
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
