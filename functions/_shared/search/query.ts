/** A search as its conditions in SQL: page, count, facets and clusters are all of the same rows. */
import type { QueryOptions } from '../odata/syntax/ast.ts'
import type { Bound, Search, Source } from '../odata/plan/bound.ts'
import type { Term } from '../odata/plan/order.ts'
import type { Selection } from '../odata/plan/selection.ts'
import { planCollection } from '../odata/plan/plan.ts'
import { inCells } from '../odata/sql/cells.ts'
import { Compiler } from '../odata/sql/compiler.ts'
import { Parameters } from '../odata/sql/statement.ts'
import type { Collection } from './collection.ts'
import { shownOnce } from './shown-once.ts'
import { boxesOf, conditionOf, distanceTo, parsedOptions } from './expressions.ts'
import type { SearchInput } from './input.ts'

export interface SearchQuery {
  collection: Collection
  source: Source
  selection: Selection
  input: SearchInput
  /** Distance to `near`, where it is given. */
  distance?: Term
  /** Keys of the offices whose sources were named. */
  offices?: string[]
  /** Keys of the listings among which is searched. */
  keys?: string[]
  filter?: Bound
  search?: Search
}

/** @throws QueryError or ParseError where the filter or a name is wrong */
export function planSearch(
  collection: Collection,
  input: SearchInput,
  { offices, keys }: Pick<SearchQuery, 'offices' | 'keys'> = {},
): SearchQuery {
  const { type, model } = collection
  const names = input.select?.length
    ? input.select
    : collection.hasPhotos
    ? [...type.properties.keys()]
    : undefined
  const options: QueryOptions = {
    filter: conditionOf(input),
    search: input.q === undefined ? undefined : { kind: 'incomplete', text: input.q, position: 0 },
    select: names && parsedOptions('select', names.join(',')).select,
    orderby: input.near && parsedOptions('orderby', distanceTo(input.near)).orderby,
  }
  const { source, filter, search, order, selection } = planCollection(model, type, options)
  return { collection, source, selection, input, distance: order[0], offices, keys, filter, search }
}

/** A statement under construction over the rows of a search. */
export interface Building {
  parameters: Parameters
  compiler: Compiler
  alias: string
  /** `from ... where ...`, to which `and ...` may be added. */
  rows: string
}

/** `joined`: what is joined to the rows, in SQL. */
export function build(
  { collection, source, input, offices, keys, filter, search }: SearchQuery,
  joined: (parameters: Parameters) => string = () => '',
): Building {
  const parameters = new Parameters()
  const join = joined(parameters)
  const compiler = new Compiler(parameters, collection.reader)
  const { alias } = source
  const conditions = [
    collection.readable(source, parameters),
    // boxes first: they are what an index is asked for
    ...(input.bbox ? [inCells(alias, boxesOf(input.bbox))] : []),
    ...(search ? [collection.matches(search, parameters)] : []),
    ...(filter ? [compiler.condition(filter)] : []),
    ...(keys ? [`${alias}."ListingKey" = any (${parameters.add(keys, 'text[]')})`] : []),
    ...(offices ? [`${alias}.office_key = any (${parameters.add(offices, 'text[]')})`] : []),
  ].join(' and ')
  const from = `from ${collection.table} ${alias}`
  const once = input.dedupe ? ` and ${shownOnce(alias, from, conditions)}` : ''
  return { parameters, compiler, alias, rows: `${from}${join} where ${conditions}${once}` }
}
