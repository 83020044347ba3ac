import type { EntityType, Model } from '../model/model.ts'
import type { Expr } from '../syntax/ast.ts'
import type { Source } from './bound.ts'
import type { Place } from './refuse.ts'

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
  }
}

/** Where an expression stands, for messages. */
export function at(expr: Expr, scope: Scope): Place {
  return { target: scope.target, position: expr.position }
}
