/** From parsed query options to a plan: what to read, in which order, how much of it, and what to expand. */
import type { ExpandItem, QueryOptions } from '../odata/ast.ts'
import { quote } from '../odata/errors.ts'
import { bindPredicate, type Scope, scopeOf } from './binder.ts'
import type { CollectionQuery } from './collection.ts'
import type { EntityType, Model, Navigation } from './model.ts'
import { bindOrder } from './order.ts'
import { type Place, refuse, refuseName } from './refuse.ts'
import { bindSearch } from './search.ts'
import { bindSelection } from './selection.ts'

export interface Plan extends CollectionQuery {
  withCount: boolean
  expansions: Expansion[]
}

export interface Expansion {
  navigation: Navigation
  /** Only the number of entities is wanted. */
  isCount: boolean
  /** Only the addresses of the entities are wanted. */
  isReference: boolean
  /** Entities wanted for each parent; undefined means all. */
  top?: number
  plan: Plan
}

const maxExpandDepth = 4
const maxExpansions = 20

/** Binds the options of a collection. `limit` is for the caller to set: it alone knows the page. */
export function planCollection(
  model: Model,
  type: EntityType,
  options: QueryOptions,
): Plan {
  let aliases = 0
  const alias = () => `t${aliases++}`
  return plan(model, type, options, alias, 0, options.parameters)
}

function plan(
  model: Model,
  type: EntityType,
  options: QueryOptions,
  alias: () => string,
  depth: number,
  parameters: QueryOptions['parameters'],
): Plan {
  if (options.compute) {
    refuse(
      { target: '$compute', position: 0 },
      '$compute is not supported',
      'not_implemented',
    )
  }
  const target = (option: string) => depth === 0 ? option : '$expand'
  const scope = scopeOf(model, type, target('$filter'), alias, parameters)
  const expansions = (options.expand ?? []).flatMap((item) => expansion(item, scope, depth))
  if (expansions.length > maxExpansions) {
    refuse(
      { target: '$expand', position: 0 },
      `more than ${maxExpansions} expansions`,
      'too_costly',
    )
  }
  return {
    source: scope.source,
    filter: options.filter && bindPredicate(options.filter, scope),
    search: options.search &&
      bindSearch(options.search, scope.source, target('$search')),
    order: bindOrder(options.orderby, { ...scope, target: target('$orderby') }),
    selection: bindSelection(options.select, type, target('$select')),
    follow: expansions.map(({ navigation }) => navigation),
    skip: options.skip ?? 0,
    limit: options.top ?? 0,
    withCount: options.count === true,
    expansions,
  }
}

function expansion(item: ExpandItem, scope: Scope, depth: number): Expansion[] {
  const { model, source: { type }, alias } = scope
  const place: Place = { target: '$expand', position: item.position }
  if (item.what === 'stream') refuse(place, 'there are no streams to expand', 'not_implemented')
  if (depth >= maxExpandDepth) {
    refuse(place, `more than ${maxExpandDepth} levels`, 'too_costly')
  }
  const [step, ...rest] = item.path
  if (rest.length > 0) {
    refuse(place, `expand inside: ${step!.name}($expand=${rest[0]!.name})`)
  }
  if (item.options.levels !== undefined && item.options.levels !== 1) {
    refuse(place, '$levels is not supported', 'not_implemented')
  }
  const navigations = step!.name === '*' ? [...type.navigations.values()] : [type.navigations.get(step!.name)]
  return navigations.map((navigation) => {
    if (!navigation) {
      const isField = type.properties.has(step!.name)
      if (isField) {
        refuse(place, `${quote(step!.name)} is a field: name it in $select`)
      }
      return refuseName(
        place,
        step!.name,
        'a navigation',
        type.name,
        type.navigations.keys(),
      )
    }
    const { options } = item
    const nested = plan(
      model,
      navigation.type,
      options,
      alias,
      depth + 1,
      options.parameters ?? scope.parameters as Map<string, never>,
    )
    const isReference = item.what === 'references'
    const { properties, key } = navigation.type
    return {
      navigation,
      isCount: item.what === 'count',
      isReference,
      top: options.top,
      plan: isReference ? { ...nested, selection: [properties.get(key)!] } : nested,
    }
  })
}
