import type { EntityType, Model } from '../model/model.ts'
import type { Expr } from '../syntax/ast.ts'
import type { Source } from './bound.ts'
import { type Place, refuse } from './refuse.ts'

export type Variable = { kind: 'element'; alias: string; lookup?: string } | {
  kind: 'entity'
  source: Source
}

/** What the names of an expression may refer to. */
export interface Scope {
  model: Model
  /** The query option that is bound, for messages. */
  target: string
  /** The current instance. */
  source: Source
  variables: ReadonlyMap<string, Variable>
  /** Values of `@name` aliases, still unbound. */
  parameters: ReadonlyMap<string, Expr>
  /** A fresh alias for a table. */
  alias: () => string
  /** How many operands and operators were bound; shared by all that belongs to one collection. */
  bound: { nodes: number }
}

/**
 * An alias or a computed name stands for its expression wherever it is used, also in that of another alias, so a short
 * address could say a tree of any size: twenty aliases that name the next one twice are a million nodes.
 */
const mostNodes = 20_000

/** Notes that one more node is bound. @throws QueryError too_costly */
export function countNode(place: Place, { bound }: Scope): void {
  if (++bound.nodes > mostNodes) {
    refuse(place, `aliases and computed names make more than ${mostNodes} operands of it`, 'too_costly')
  }
}

/** A scope for the options of a query over `type`. */
export function scopeOf(
  model: Model,
  type: EntityType,
  target: string,
  alias: () => string,
  parameters: ReadonlyMap<string, Expr> = new Map(),
): Scope {
  return {
    model,
    target,
    source: { alias: alias(), type },
    variables: new Map(),
    parameters,
    alias,
    bound: { nodes: 0 },
  }
}

/** Where an expression stands, for messages. */
export function at(expr: Expr, scope: Scope): Place {
  return { target: scope.target, position: expr.position }
}
