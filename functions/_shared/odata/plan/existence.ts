/** `ListAgent ne null`: whether a single-valued navigation leads to an entity that the client may read. */
import type { Binary, Expr, Member, Segment } from '../syntax/ast.ts'
import type { AnyEntity, Bound, Source } from './bound.ts'
import type { Scope } from './scope.ts'

/** The condition behind a comparison of a navigation with null; undefined for every other one. */
export function bindExistence({ operator, left, right }: Binary, scope: Scope): Bound | undefined {
  const path = isNull(right) ? left : isNull(left) ? right : undefined
  if (path?.kind !== 'member' || (operator !== 'eq' && operator !== 'ne')) return undefined
  const origin = originOf(path, scope)
  const exists = origin && existence(origin, path.path, scope)
  if (!exists || operator === 'ne') return exists
  return { node: 'not', type: 'boolean', operand: exists }
}

function isNull(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.type === 'null'
}

/** The row at which a path begins. */
function originOf({ root }: Member, { source, variables }: Scope): Source | undefined {
  if (!root || root.kind === 'it') return source
  const variable = root.kind === 'variable' ? variables.get(root.name) : undefined
  return variable?.kind === 'entity' ? variable.source : undefined
}

function existence(origin: Source, [step, ...rest]: Segment[], scope: Scope): AnyEntity | undefined {
  const navigation = step?.kind === 'name' && !step.arguments && origin.type.navigations.get(step.name)
  if (!navigation || navigation.isCollection) return undefined
  const inner = { alias: scope.alias(), type: navigation.type }
  const predicate = rest.length > 0 ? existence(inner, rest, scope) : undefined
  if (rest.length > 0 && !predicate) return undefined
  return { node: 'any-entity', type: 'boolean', quantifier: 'any', origin, navigation, inner, predicate }
}
