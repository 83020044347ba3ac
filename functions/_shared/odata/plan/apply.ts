/**
 * Binding of `$apply`. What it yields is an entity type of its own, made for the one request: `$filter`, `$orderby` and
 * `$select` beside it mean the rows of the result. Everything in it is bound over the client's model, which does not hold
 * what the client may not see; so no sum or group can tell it.
 */
import type { ComputedType, EntityType, Model, Property } from '../model/model.ts'
import type { Aggregate, Apply } from '../syntax/apply.ts'
import type { RequestOptions } from '../syntax/ast.ts'
import { quote } from '../syntax/parse-error.ts'
import { bind, bindPredicate } from './binder.ts'
import type { Bound, Source } from './bound.ts'
import { inMilliseconds, isTime } from './milliseconds.ts'
import { type Notation, plainNotation } from './notation.ts'
import { bindOrder, type Term } from './order.ts'
import { type Place, refuse } from './refuse.ts'
import { type Scope, scopeOf } from './scope.ts'
import { bindSelection } from './selection.ts'
import { edmOf, isNumber, label, type ValueType } from './value-types.ts'

/** A column of the result. */
export interface Output {
  name: string
  column: string
  type: ValueType
  bound?: Bound
  /** The time of a record, for a client that is given it in milliseconds: equal ones are one group. */
  isCut?: boolean
  /** Absent for what the rows are grouped by. */
  method?: Aggregate['method']
}

export interface ApplyPlan {
  source: Source
  filters: Bound[]
  outputs: Output[]
  /** The result as a table, and what is wanted of it. */
  result: Source
  having?: Bound
  order: Term[]
  shown: Output[]
}

const most = 20

/** @throws QueryError */
export function planApply(
  model: Model,
  type: EntityType,
  { filters, grouping }: Apply & { grouping: NonNullable<Apply['grouping']> },
  options: RequestOptions,
  { stampsInMilliseconds }: Pick<Notation, 'stampsInMilliseconds'> = plainNotation,
): ApplyPlan {
  for (const name of ['expand', 'compute', 'search'] as const) {
    if (options[name] !== undefined) {
      refuse(
        { target: `$${name}`, position: 0 },
        `$${name} cannot be joined with a grouping`,
        'not_implemented',
      )
    }
  }
  let aliases = 0
  const alias = () => `t${aliases++}`
  const scope = scopeOf(model, type, '$apply', alias, options.parameters)
  const outputs = [
    ...grouping.by.map((item) => groupOf(item.expression, item.position, scope)),
    ...grouping.aggregates.map((aggregate) => aggregateOf(aggregate, scope)),
  ].map((output, index): Output => ({
    ...output,
    column: `c${index}`,
    isCut: stampsInMilliseconds && output.bound !== undefined && isTime(output.bound),
  }))
  if (outputs.length > most) refuse(start, `more than ${most} columns`, 'too_costly')
  const twice = outputs.find(({ name }, index) => outputs.findIndex((other) => other.name === name) < index)
  if (twice) refuse(start, `${quote(twice.name)} is named twice`)
  const result = scopeOf(model, resultType(type, outputs), '$filter', alias, options.parameters)
  const selection = bindSelection(options.select, result.source, '$select')
  return {
    source: scope.source,
    filters: filters.map((filter) => bindPredicate(filter, scope))
      .map((filter) => stampsInMilliseconds ? inMilliseconds(filter) : filter),
    outputs,
    result: result.source,
    having: options.filter && bindPredicate(options.filter, result),
    order: bindOrder(options.orderby, { ...result, target: '$orderby' }),
    shown: selection === 'all'
      ? outputs
      : selection.map(({ name }) => outputs.find((output) => output.name === name)!),
  }
}

const start: Place = { target: '$apply', position: 0 }

type Unplaced = Omit<Output, 'column' | 'isCut'>

function groupOf(expression: Apply['filters'][number], position: number, scope: Scope): Unplaced {
  const bound = bind(expression, scope)
  const place = { target: '$apply', position }
  if (bound.node === 'point') refuse(place, 'points cannot be grouped; group by City or another field')
  if (bound.node !== 'column') {
    refuse(place, 'groups are made of fields, not of what is computed', 'not_implemented')
  }
  const { path, property, type } = bound as Extract<Bound, { node: 'column' }>
  if (path.length > 0) {
    refuse(
      place,
      `group by fields of ${scope.source.type.name} itself, not of what it is linked to`,
      'not_implemented',
    )
  }
  return { name: property.name, type, bound }
}

function aggregateOf({ expression, method, name, position }: Aggregate, scope: Scope): Unplaced {
  if (!expression || method === 'count') return { name, method: 'count', type: 'integer' }
  const bound = bind(expression, scope)
  const place = { target: '$apply', position }
  const { type } = bound
  if (type === 'point' || type === 'geometry' || type === 'null') {
    refuse(place, `${label(type)} cannot be aggregated`)
  }
  if (method === 'countdistinct') return { name, method, type: 'integer', bound }
  if (method === 'sum' || method === 'average') {
    if (!isNumber(type)) refuse(place, `${method} needs numbers, not ${label(type)}`)
    return { name, method, bound, type: method === 'average' && type === 'integer' ? 'decimal' : type }
  }
  if (type === 'boolean') refuse(place, `${method} needs values in an order, not ${label(type)}`)
  return { name, method, bound, type }
}

/** The rows of the result as a type; nothing leads from them anywhere. */
function resultType(type: EntityType, outputs: Output[]): EntityType {
  const properties = outputs.map(({ name, column, type }): [string, Property] => [name, {
    name,
    column,
    computed: type as ComputedType, // points, shapes and null alone are refused before
    field: { name, type: 'STRING', gold: false },
    edm: edmOf(type),
    isSensitive: false,
    isRequired: false,
  }])
  return {
    ...type,
    properties: new Map(properties),
    navigations: new Map(),
    seesAllSensitive: true,
    rows: undefined,
  }
}
