/**
 * `$compute`: values that a request names for itself. $select, $filter and $orderby of the same query may use the name,
 * which then stands for its expression. Everything in it is bound over the client's model, which does not hold what the
 * client may not see.
 */
import type { ComputeItem, SelectItem } from '../syntax/ast.ts'
import { quote } from '../syntax/parse-error.ts'
import { bind } from './binder.ts'
import type { Computation, Computations } from './bound.ts'
import { refuse } from './refuse.ts'
import type { Scope } from './scope.ts'
import { label } from './value-types.ts'

const most = 20

/** @throws QueryError */
export function bindComputations(items: ComputeItem[] = [], scope: Scope): Computations {
  const { target, source: { type } } = scope
  if (items.length > most) {
    refuse({ target, position: items[most]!.position }, `more than ${most} values`, 'too_costly')
  }
  const computations = new Map<string, Computation>()
  for (const { name, expression, position } of items) {
    const place = { target, position }
    if (type.properties.has(name) || type.navigations.has(name)) {
      refuse(place, `${quote(name)} is a name of ${type.name} already; take another`)
    }
    if (computations.has(name)) refuse(place, `${quote(name)} is computed twice; take another name`)
    const bound = bind(expression, scope)
    if (bound.type === 'point' || bound.type === 'geometry' || bound.type === 'null') {
      refuse(place, `${label(bound.type)} is no value to compute`)
    }
    computations.set(name, { name, expression, bound })
  }
  return computations
}

/** Those that an answer holds: all of them, unless $select names what it wants. */
export function shownComputations(
  computations: Computations,
  items: SelectItem[] | undefined,
): Computation[] {
  const names = items?.map((item) => item.kind === 'path' ? item.path[0]!.name : '*')
  return [...computations.values()].filter(({ name }) =>
    !names || names.includes('*') || names.includes(name)
  )
}
