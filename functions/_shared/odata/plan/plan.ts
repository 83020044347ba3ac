/** From parsed query options to a plan: what to read, in which order, how much of it, and what to expand. */
import type { EntityType, Model, Navigation } from '../model/model.ts'
import type { ExpandItem, QueryOptions } from '../syntax/ast.ts'
import { quote } from '../syntax/parse-error.ts'
import { bindPredicate } from './binder.ts'
import type { CollectionQuery } from './collection-query.ts'
import { bindComputations, shownComputations } from './compute.ts'
import { inMilliseconds, type PageEnd, pageEnd } from './milliseconds.ts'
import { isWrittenAnew, type Notation, plainNotation } from './notation.ts'
import { bindOrder } from './order.ts'
import { type Place, refuse, refuseName } from './refuse.ts'
import { type Scope, scopeOf } from './scope.ts'
import { bindSearch } from './search.ts'
import { bindSelection, namesIn, type Selection } from './selection.ts'

export interface Plan extends CollectionQuery {
  withCount: boolean
  /** Where a page has to end, for clients whose dates hold milliseconds. */
  end?: PageEnd
  /** Names in $select, none for all: fields, and navigations, of which an answer holds nothing. */
  chosen: string[]
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
  notation: Notation = plainNotation,
): Plan {
  let aliases = 0
  const alias = () => `t${aliases++}`
  return plan(model, type, options, alias, 0, notation, options.parameters)
}

function plan(
  model: Model,
  type: EntityType,
  options: QueryOptions,
  alias: () => string,
  depth: number,
  notation: Notation,
  parameters: QueryOptions['parameters'],
): Plan {
  const target = (option: string) => depth === 0 ? option : '$expand'
  const plain = scopeOf(model, type, target('$filter'), alias, parameters)
  const computations = bindComputations(options.compute, { ...plain, target: target('$compute') })
  const scope: Scope = computations.size === 0
    ? plain
    : { ...plain, source: { ...plain.source, computed: computations } }
  const expansions = expansionsOf(options.expand ?? [], scope, depth, notation)
  if (expansions.length > maxExpansions) {
    refuse({ target: '$expand', position: 0 }, `more than ${maxExpansions} expansions`, 'too_costly')
  }
  const filter = options.filter && bindPredicate(options.filter, scope)
  const order = bindOrder(options.orderby, { ...scope, target: target('$orderby') })
  const { stampsInMilliseconds } = notation
  return {
    source: scope.source,
    filter: filter && stampsInMilliseconds ? inMilliseconds(filter) : filter,
    search: options.search &&
      bindSearch(options.search, scope.source, target('$search')),
    order,
    end: stampsInMilliseconds && !options.skip ? pageEnd(filter, order) : undefined,
    selection: written(bindSelection(options.select, scope.source, target('$select')), type, notation),
    computed: shownComputations(computations, options.select),
    notation,
    chosen: namesIn(options.select),
    follow: expansions.map(({ navigation }) => navigation),
    skip: options.skip ?? 0,
    limit: options.top ?? 0,
    withCount: options.count === true,
    expansions,
  }
}

/** Of whole entities the fields, where their documents do not say it in this notation. */
function written(
  selection: Selection,
  { properties }: EntityType,
  notation: Notation,
): Selection {
  return selection === 'all' && isWrittenAnew(notation) ? [...properties.values()] : selection
}

/** Each navigation once (URL Conventions 5.1.3): a star stands for those that are not named beside it. */
function expansionsOf(
  items: ExpandItem[],
  scope: Scope,
  depth: number,
  notation: Notation,
): Expansion[] {
  const { type } = scope.source
  const named = new Set<string>()
  for (const { path: [step], position } of items) {
    if (!step) continue
    if (named.has(step.name)) {
      refuse({ target: '$expand', position }, `${quote(step.name)} is expanded twice; join its options`)
    }
    named.add(step.name)
  }
  return items.flatMap((item) => {
    const name = stepOf(item, depth)
    const names = name === '*' ? [...type.navigations.keys()].filter((each) => !named.has(each)) : [name]
    return names.map((each) => expansion(item, navigationOf(each, item, type), scope, depth, notation))
  })
}

/** The one step of an item: a navigation or `*`. */
function stepOf({ path, what, options, position }: ExpandItem, depth: number): string {
  const place: Place = { target: '$expand', position }
  if (what === 'stream') refuse(place, 'there are no streams to expand', 'not_implemented')
  if (depth >= maxExpandDepth) {
    refuse(place, `more than ${maxExpandDepth} levels`, 'too_costly')
  }
  const [step, ...rest] = path
  if (rest.length > 0) {
    refuse(place, `expand inside: ${step!.name}($expand=${rest[0]!.name})`)
  }
  if (options.levels !== undefined && options.levels !== 1) {
    refuse(place, '$levels is not supported', 'not_implemented')
  }
  return step!.name
}

function navigationOf(name: string, { position }: ExpandItem, type: EntityType): Navigation {
  const place: Place = { target: '$expand', position }
  const navigation = type.navigations.get(name)
  if (navigation) return navigation
  if (type.properties.has(name)) refuse(place, `${quote(name)} is a field: name it in $select`)
  return refuseName(place, name, 'a navigation', type.name, type.navigations.keys())
}

function expansion(
  { options, what }: ExpandItem,
  navigation: Navigation,
  { model, alias, parameters }: Scope,
  depth: number,
  notation: Notation,
): Expansion {
  const nested = plan(
    model,
    navigation.type,
    options,
    alias,
    depth + 1,
    what === 'references' ? plainNotation : notation,
    options.parameters ?? parameters as Map<string, never>,
  )
  const isReference = what === 'references'
  const { properties, key } = navigation.type
  return {
    navigation,
    isCount: what === 'count',
    isReference,
    top: options.top,
    plan: isReference ? { ...nested, selection: [properties.get(key)!], computed: [] } : nested,
  }
}
