/** What a resource path means: a collection, its count, one entity, or a value of one. */
import { HubError } from '../_shared/http/errors.ts'
import type { EntityType, Navigation } from '../_shared/odata/model/model.ts'
import type { Link } from '../_shared/odata/plan/collection-query.ts'
import { refuse, refuseName } from '../_shared/odata/plan/refuse.ts'
import { roundNumberDown } from '../_shared/odata/sql/rounded-literal.ts'
import type { Arguments, LiteralType, PathSegment } from '../_shared/odata/syntax/ast.ts'
import { nearest } from '../_shared/odata/syntax/nearest.ts'
import { quote } from '../_shared/odata/syntax/parse-error.ts'
import type { Call } from './call.ts'
import type { EntityTarget, Target } from './target.ts'

/** Steps of a path; each is a subquery of its statement. */
const mostSteps = 10

/** @throws HubError unknown_resource; QueryError not_found, invalid_query, not_implemented, too_costly */
export function resolve(segments: PathSegment[], call: Call): Target {
  const [first, ...rest] = segments
  if (rest.length > mostSteps) {
    const place = { target: 'path', position: rest[mostSteps]!.position }
    refuse(place, `more than ${mostSteps} steps behind the resource`, 'too_costly')
  }
  let target: Target | undefined
  if (first?.kind === 'name') {
    const type = entitySet(first.name, call)
    target = first.arguments ? entity(type, first.arguments, first.position) : { kind: 'collection', type }
  }
  for (const segment of rest) {
    target = target && step(target, segment)
  }
  return target ?? unknownPath(segments)
}

function entitySet(name: string, { model }: Call): EntityType {
  const type = model.entityTypes.get(name)
  if (type) return type
  const names = [...model.entityTypes.keys()]
  const meant = nearest(name, names)
  const hint = meant ? `did you mean ${meant}?` : `there are ${names.join(', ')}.`
  throw new HubError('unknown_resource', `There is no resource ${quote(name)}; ${hint}`, { target: 'path' })
}

function entity(type: EntityType, key: Arguments, position: number): EntityTarget & { link: Link } {
  const place = { target: 'path', position }
  const named = key.form === 'named' ? key.values : undefined
  if (named && (named.length !== 1 || named[0]!.name !== type.key)) {
    refuse(place, `the key of ${type.name} is ${type.key}: write ${type.name}('...')`)
  }
  const value = key.form === 'single' ? key.value : named![0]!.value
  const wanted = type.properties.get(type.key)!.field.type === 'BIGINT' ? 'integer' : 'string'
  if (value.kind !== 'literal' || typeof value.value !== 'string' || !isKeyOf(wanted, value.type)) {
    const hint = wanted === 'string'
      ? `texts and stand in single quotes: ${type.name}('...')`
      : `numbers: ${type.name}(1)`
    return refuse(place, `keys of ${type.name} are ${hint}`)
  }
  if (wanted === 'integer' && roundNumberDown(value.value, 0)?.isExact !== true) {
    refuse(place, 'the number is too large')
  }
  return { kind: 'entity', type, link: { field: type.key, value: value.value } }
}

/** A key that looks like a GUID may come without quotes. */
function isKeyOf(wanted: 'integer' | 'string', type: LiteralType): boolean {
  return type === wanted || (wanted === 'string' && type === 'guid')
}

function step(target: Target, segment: PathSegment): Target | undefined {
  const { type } = target
  if (segment.kind === 'ref' && (target.kind === 'collection' || target.kind === 'entity')) {
    return { ...target, isReference: true }
  }
  if (target.kind === 'collection') {
    if (segment.kind === 'count') return { ...target, kind: 'count' }
    const isKey = segment.kind === 'key' && !target.link
    return isKey ? entity(type, segment.arguments, segment.position) : unsupported(segment)
  }
  if (target.kind === 'property' && segment.kind === 'value') {
    return { ...target, isRaw: true }
  }
  if (target.kind !== 'entity') return undefined
  if (segment.kind !== 'name') return unsupported(segment)
  const property = type.properties.get(segment.name)
  if (property && !segment.arguments) {
    return { kind: 'property', type, link: target.link, isRelated: target.isRelated, property, isRaw: false }
  }
  const navigation = type.navigations.get(segment.name)
  if (!navigation) {
    return refuseName(
      { target: 'path', position: segment.position },
      segment.name,
      'a field or navigation',
      type.name,
      [...type.properties.keys(), ...type.navigations.keys()],
      'not_found',
    )
  }
  const key = segment.arguments
  if (!navigation.isCollection) {
    if (key) return unsupported(segment)
    return {
      kind: 'entity',
      type: navigation.type,
      link: follow(target, navigation),
      isRelated: true,
    }
  }
  const link = follow(target, navigation)
  if (!key) return { kind: 'collection', type: navigation.type, link }
  const chosen = entity(navigation.type, key, segment.position)
  return { ...chosen, link: { ...chosen.link, within: link } }
}

/** The way over a navigation from an entity. */
const follow = ({ type, link }: Pick<EntityTarget, 'type' | 'link'>, { from, to }: Navigation): Link => ({
  field: to,
  value: { type, link, field: from },
})

function unsupported(segment: PathSegment): never {
  const place = { target: 'path', position: segment.position }
  if (segment.kind === 'name' || segment.kind === 'text' || segment.kind === 'key') {
    return refuse(place, 'nothing is at this path; a key stands in parentheses', 'not_found')
  }
  return refuse(place, `$${segment.kind} is not supported here`, 'not_implemented')
}

function unknownPath(segments: PathSegment[]): never {
  return refuse(
    { target: 'path', position: segments.at(-1)?.position ?? 0 },
    'nothing is at this path',
    'not_found',
  )
}
