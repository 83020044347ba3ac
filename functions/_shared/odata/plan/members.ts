/** Binding of paths: `City`, `$it/City`, `@p`, `ListAgent/MemberFullName`, `Media/any(...)`, `Media/$count`. */
import { decimalScale } from '../../reso/sql-types.ts'
import type { Field } from '../../reso/types.ts'
import type { EntityType, Navigation } from '../model/model.ts'
import type { Member, Segment } from '../syntax/ast.ts'
import { quote } from '../syntax/parse-error.ts'
import { bind, bindPredicate } from './binder.ts'
import type { Bound, Column, Source } from './bound.ts'
import { pointOf } from './geo.ts'
import { type Place, refuse, refuseName } from './refuse.ts'
import type { Scope, Variable } from './scope.ts'
import { bindSearch } from './search.ts'
import type { ValueType } from './value-types.ts'

interface Options {
  allowsCollection?: boolean
}

/** Alias values may name other aliases, but not for ever. */
const maxAliasDepth = 20

export function bindMember(expr: Member, scope: Scope, options: Options = {}): Bound {
  const place = { target: scope.target, position: expr.position }
  const { root } = expr
  if (root?.kind === 'parameter') return bindAlias(root.name, expr, scope)
  if (root?.kind === 'root') {
    return refuse(place, "'$root' is not supported", 'not_implemented')
  }
  if (root?.kind === 'this') {
    return refuse(place, "'$this' has no meaning here")
  }
  if (root?.kind === 'variable') {
    const variable = scope.variables.get(root.name)!
    if (variable.kind === 'entity') {
      return walk(variable.source, expr.path, scope, place, options)
    }
    if (expr.path.length > 0) {
      refuse(place, `${quote(root.name)} is a plain value and has no members`)
    }
    return { node: 'element', type: 'string', alias: variable.alias, lookup: variable.lookup }
  }
  return walk(scope.source, expr.path, scope, place, options)
}

function bindAlias(name: string, expr: Member, scope: Scope): Bound {
  const place = { target: scope.target, position: expr.position }
  const value = scope.parameters.get(name)
  if (!value) {
    return refuse(place, `@${name} has no value: add @${name}=... to the query`)
  }
  if (expr.path.length > 0) {
    return refuse(place, `@${name} cannot be followed by a path`)
  }
  const depth = scope.target.split('@').length
  if (depth > maxAliasDepth) {
    return refuse(place, 'aliases refer to each other in a circle')
  }
  return bind(value, {
    ...scope,
    target: `${scope.target.replace(/@.*/, '')}${'@'.repeat(depth)}${name}`,
  })
}

/** Follows a path from a row to a value. */
function walk(source: Source, segments: Segment[], scope: Scope, start: Place, options: Options): Bound {
  let type = source.type
  const path: Navigation[] = []
  for (const [index, segment] of segments.entries()) {
    const place = { target: scope.target, position: segment.position }
    if (segment.kind !== 'name' || segment.arguments) {
      return refuse(place, 'only fields and navigations can be named here')
    }
    const rest = segments.slice(index + 1)
    const point = pointOf(segment.name, source, path, type)
    if (point && rest.length === 0) return point
    const computation = path.length === 0 ? source.computed?.get(segment.name) : undefined
    if (computation) {
      if (rest.length > 0) refuse(place, `nothing may follow ${quote(segment.name)}`)
      return bind(computation.expression, { ...scope, source, variables: new Map() })
    }
    const property = type.properties.get(segment.name)
    if (property?.computed) {
      const { column, computed } = property
      if (rest.length > 0) refuse(place, `nothing may follow ${quote(segment.name)}`)
      return { node: 'computed', type: computed, alias: source.alias, column }
    }
    if (property && !point) {
      const column: Column = {
        node: 'column',
        type: valueType(property.field),
        source,
        path,
        property,
      }
      return finish(column, rest, scope, place, options)
    }
    const navigation = type.navigations.get(segment.name)
    if (!navigation) {
      const known = [...names(type), ...path.length === 0 ? source.computed?.keys() ?? [] : []]
      return refuseName(place, segment.name, 'a field', type.name, known)
    }
    if (navigation.isCollection) {
      if (path.length > 0) {
        refuse(place, `${quote(segment.name)} cannot be reached over another navigation`)
      }
      return overEntities(source, navigation, rest, scope, place)
    }
    path.push(navigation)
    type = navigation.type
  }
  return refuse(
    start,
    path.length
      ? `name a field of ${path.at(-1)!.name}, such as ${path.at(-1)!.name}/${type.key}`
      : 'expected a field',
  )
}

function names(type: EntityType): string[] {
  return [...type.properties.keys(), ...type.navigations.keys()]
}

/** What follows a field: nothing, or a lambda over its values or their number. */
function finish(column: Column, rest: Segment[], scope: Scope, place: Place, options: Options): Bound {
  const { name, edm } = column.property
  const [next] = rest
  if (!next) {
    if (edm.isCollection && !options.allowsCollection) {
      refuse(place, `${quote(name)} is multi-valued: write ${name}/any(v: v eq '...')`)
    }
    return column
  }
  const nextPlace = { target: scope.target, position: next.position }
  if ((next.kind !== 'lambda' && next.kind !== 'count') || rest.length > 1) {
    refuse(nextPlace, `nothing but any(...), all(...) or $count may follow ${quote(name)}`)
  }
  if (!edm.isCollection) {
    const what = next.kind === 'count' ? '$count' : next.quantifier
    refuse(nextPlace, `${quote(name)} is not multi-valued: '${what}' does not apply`)
  }
  if (next.kind === 'count') {
    if (next.options.filter || next.options.search) {
      refuse(nextPlace, `the values of ${quote(name)} are counted as they are: $count takes no options here`)
    }
    return { node: 'count-elements', type: 'integer', collection: column }
  }
  const alias = scope.alias()
  const lookup = column.property.standardLookup
  const predicate = lambdaPredicate(next, { kind: 'element', alias, lookup }, scope)
  return {
    node: 'any-element',
    type: 'boolean',
    quantifier: next.quantifier,
    collection: column,
    alias,
    predicate,
  }
}

type Lambda = Extract<Segment, { kind: 'lambda' }>

function lambdaPredicate(lambda: Lambda, variable: Variable, scope: Scope): Bound | undefined {
  if (!lambda.predicate) return undefined
  const variables = new Map(scope.variables).set(lambda.variable!, variable)
  return bindPredicate(lambda.predicate, { ...scope, variables })
}

/** `Media/any(m: ...)` and `Media/$count`. */
function overEntities(
  source: Source,
  navigation: Navigation,
  rest: Segment[],
  scope: Scope,
  place: Place,
): Bound {
  const [next] = rest
  const inner: Source = { alias: scope.alias(), type: navigation.type }
  const isLast = rest.length === 1
  if (next?.kind === 'lambda' && isLast) {
    const predicate = lambdaPredicate(next, { kind: 'entity', source: inner }, scope)
    return {
      node: 'any-entity',
      type: 'boolean',
      quantifier: next.quantifier,
      origin: source,
      navigation,
      inner,
      predicate,
    }
  }
  if (next?.kind === 'count' && isLast) {
    const { filter, search } = next.options
    return {
      node: 'count',
      type: 'integer',
      origin: source,
      navigation,
      inner,
      filter: filter && bindPredicate(filter, { ...scope, source: inner }),
      search: search && bindSearch(search, inner, scope.target),
    }
  }
  return refuse(
    place,
    `${
      quote(navigation.name)
    } is a collection: write ${navigation.name}/any(x: x/${navigation.type.key} ne null)`,
  )
}

function valueType(field: Field): ValueType {
  if (decimalScale(field.type) !== undefined) return 'decimal'
  const types: Record<string, ValueType> = {
    STRING: 'string',
    INT: 'integer',
    BIGINT: 'integer',
    DOUBLE: 'double',
    BOOLEAN: 'boolean',
    DATE: 'date',
    TIMESTAMP: 'timestamp',
  }
  return types[field.type]!
}
