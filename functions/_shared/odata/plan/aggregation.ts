/** `$apply`: which rows count, what they are grouped by, and what is told of each group. */
import type { EntityType, Model, Property } from '../model/model.ts'
import { plainName } from '../syntax/apply.ts'
import type { AggregateItem, Member, OrderByItem, RequestOptions, Transformation } from '../syntax/ast.ts'
import { nearest } from '../syntax/nearest.ts'
import { quote } from '../syntax/parse-error.ts'
import { bind, bindPredicate } from './binder.ts'
import type { Bound, Column, Source } from './bound.ts'
import type { Link } from './collection-query.ts'
import { type Place, refuse, refuseName } from './refuse.ts'
import { type Scope, scopeOf } from './scope.ts'
import { isNumber, label, type ValueType } from './value-types.ts'

export const aggregateMethods = ['sum', 'average', 'min', 'max', 'countdistinct'] as const
export type AggregateMethod = typeof aggregateMethods[number] | 'count'

export interface Aggregation {
  source: Source
  filter?: Bound
  /** A field that must have this value: the way here from another entity. */
  link?: Link
  groups: Group[]
  aggregates: Aggregate[]
  /** Columns of the answer, by their place in groups and aggregates. */
  order: { column: number; isDescending: boolean }[]
}

export interface Group {
  name: string
  column: Column
}

export interface Aggregate {
  name: string
  method: AggregateMethod
  /** Absent where instances are counted. */
  operand?: Bound
  type: ValueType
}

const target = '$apply'
const maxColumns = 20

/** Options that are about entities, of which an answer to $apply holds none. */
const ofEntities = ['expand', 'select', 'search', 'compute'] as const

/** @throws QueryError for what the hub does not offer, unknown names, and methods that do not fit */
export function planAggregation(model: Model, type: EntityType, options: RequestOptions): Aggregation {
  for (const name of ofEntities) {
    if (options[name] !== undefined) {
      refuse({ target: `$${name}`, position: 0 }, `$${name} cannot be joined with $apply`)
    }
  }
  if (options.filter) {
    const message = 'put the condition into $apply, ahead of the groups: $apply=filter(...)/groupby(...)'
    refuse({ target: '$filter', position: options.filter.position }, message)
  }
  let aliases = 0
  const scope = scopeOf(model, type, target, () => `t${aliases++}`, options.parameters)
  const { filters, last } = stepsOf(options.apply!)
  const groups = last.kind === 'groupby' ? last.by.map((field) => group(field, scope)) : []
  const aggregates = last.items.map((item) => aggregate(item, scope))
  const names = [...groups, ...aggregates].map(({ name }) => name)
  const place = { target, position: last.position }
  if (names.length > maxColumns) refuse(place, `more than ${maxColumns} fields and aggregates`, 'too_costly')
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) refuse(place, `${quote(twice)} would stand in the answer twice: give it another name`)
  const conditions = filters.map(({ expression }) => bindPredicate(expression, scope))
  return {
    source: scope.source,
    filter: conditions.length > 1 ? { node: 'and', type: 'boolean', operands: conditions } : conditions[0],
    groups,
    aggregates,
    order: orderOf(options.orderby ?? [], names),
  }
}

type Filter = Extract<Transformation, { kind: 'filter' }>

/** Filters, and behind them one step that groups or aggregates. */
function stepsOf(steps: Transformation[]): {
  filters: Filter[]
  last: Exclude<Transformation, Filter>
} {
  const last = steps.at(-1)!
  if (last.kind === 'filter') {
    refuse(
      { target, position: last.position },
      'groupby(...) or aggregate(...) is missing behind filter(...)',
    )
  }
  const filters = steps.slice(0, -1).map((step) => {
    if (step.kind === 'filter') return step
    const message = `nothing can follow ${step.kind}(...): the hub knows one level of groups`
    return refuse({ target, position: step.position }, message, 'not_implemented')
  })
  return { filters, last: last as Exclude<Transformation, Filter> }
}

function group({ name, position }: { name: string; position: number }, scope: Scope): Group {
  const place: Place = { target, position }
  const { properties, name: owner } = scope.source.type
  const property = properties.get(name)
  if (!property) refuseName(place, name, 'a field', owner, properties.keys())
  if (isMany(property!)) {
    refuse(place, `${quote(name)} holds several values, or a place: no group can be made of it`)
  }
  const member: Member = { kind: 'member', path: [{ kind: 'name', name, position }], position }
  return { name, column: bind(member, scope) as Column }
}

const isMany = ({ edm, isPoint }: Property) => edm.isCollection || isPoint === true

function aggregate({ expression, method, name, position }: AggregateItem, scope: Scope): Aggregate {
  const place: Place = { target, position }
  if (!expression) return { name, method: 'count', type: 'integer' }
  const known = aggregateMethods.find((one) => one === method)
  if (!known) {
    const meant = nearest(method, aggregateMethods)
    refuse(
      place,
      `${quote(method)} is not a method of aggregation${
        meant ? `; did you mean ${meant}?` : `; there are ${aggregateMethods.join(', ')}`
      }`,
    )
  }
  const operand = bind(expression, scope)
  refuseUnfit(known!, operand, place)
  return { name, method: known!, operand, type: typeOf(known!, operand.type) }
}

function refuseUnfit(method: AggregateMethod, { node, type }: Bound, place: Place): void {
  if (type === 'point' || type === 'geometry' || type === 'null' || node === 'constant') {
    refuse(place, `${method} needs a field or what is computed of one, not ${label(type)}`)
  }
  const isSum = method === 'sum' || method === 'average'
  if (isSum && !isNumber(type)) refuse(place, `${method} needs a number, not ${label(type)}`)
  const hasOrder = type !== 'boolean'
  if ((method === 'min' || method === 'max') && !hasOrder) {
    refuse(place, `${method} needs something that has an order, not ${label(type)}`)
  }
}

function typeOf(method: AggregateMethod, operand: ValueType): ValueType {
  if (method === 'countdistinct') return 'integer'
  if (method === 'average' && operand === 'integer') return 'decimal'
  return operand
}

function orderOf(items: OrderByItem[], names: string[]): Aggregation['order'] {
  return items.map(({ expression, descending, position }) => {
    const name = expression.kind === 'member' && !expression.root ? plainName(expression.path) : undefined
    const column = name === undefined ? -1 : names.indexOf(name)
    if (column < 0) {
      const message = `the answer to $apply can be ordered by what it holds: ${names.join(', ')}`
      refuse({ target: '$orderby', position }, message)
    }
    return { column, isDescending: descending }
  })
}
