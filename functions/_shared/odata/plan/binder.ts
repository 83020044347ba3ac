/**
 * The binder: from the parser's tree to typed expressions over one client's model. Unknown names, operands of the
 * wrong type and everything the hub does not offer are refused here, with their place.
 */
import { standardValueOf } from '../../reso/standard-values.ts'
import type { Binary, Case, Expr, Literal, Membership, MethodCall } from '../syntax/ast.ts'
import { callableNames } from '../syntax/functions.ts'
import type { Bound, Compare, Constant, In } from './bound.ts'
import { bindCast, bindIsOf } from './casts.ts'
import { bindExistence } from './existence.ts'
import { bindGeoCall } from './geo.ts'
import { constant, convert } from './literals.ts'
import { bindMember } from './members.ts'
import { methods } from './methods.ts'
import { translatePattern } from './pattern.ts'
import { type Place, refuse } from './refuse.ts'
import { at, countNode, type Scope } from './scope.ts'
import { isNumber, label, type ValueType, widest } from './value-types.ts'

/** Binds an expression that must be true or false. */
export function bindPredicate(expr: Expr, scope: Scope): Bound {
  const bound = bind(expr, scope)
  if (bound.type !== 'boolean') {
    refuse(at(expr, scope), `expected a condition such as Name eq value, not ${label(bound.type)}`)
  }
  return bound
}

export function bind(expr: Expr, scope: Scope): Bound {
  const place = at(expr, scope)
  countNode(place, scope)
  switch (expr.kind) {
    case 'literal':
      if (expr.type === 'geography' || expr.type === 'geometry') {
        return shape(expr, place)
      }
      return constant(expr, scope.target)
    case 'member':
      return bindMember(expr, scope)
    case 'and':
    case 'or': {
      const operands = expr.operands.map((operand) => bindPredicate(operand, scope))
      return { node: expr.kind, type: 'boolean', operands }
    }
    case 'not':
      return {
        node: 'not',
        type: 'boolean',
        operand: bindPredicate(expr.operand, scope),
      }
    case 'negate': {
      const operand = bind(expr.operand, scope)
      if (!isNumber(operand.type) && operand.type !== 'duration') {
        refuse(place, `'-' needs a number, not ${label(operand.type)}`)
      }
      return { node: 'negate', type: operand.type, operand }
    }
    case 'binary':
      return bindBinary(expr, scope)
    case 'in':
      return bindMembership(expr, scope)
    case 'call':
      return bindCall(expr, scope)
    case 'case':
      return bindCase(expr, scope)
    case 'cast':
      return bindCast(expr, scope)
    case 'isof':
      return bindIsOf(expr, scope)
    case 'array':
    case 'object':
      return refuse(place, 'a list or an object cannot be used here')
  }
}

function shape(expr: Extract<Literal, { type: 'geography' | 'geometry' }>, place: Place): Bound {
  if (expr.srid !== 4326 && expr.srid !== 0) {
    refuse(place, `SRID ${expr.srid} is not supported; use 4326`)
  }
  if (expr.shape.type !== 'Point') return { node: 'shape', type: 'geometry', shape: expr.shape }
  const [longitude, latitude] = expr.shape.coordinates as [number, number]
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
    refuse(
      place,
      `Point(${longitude} ${latitude}) is not on earth: longitude is -180 to 180, then latitude -90 to 90`,
    )
  }
  return { node: 'shape', type: 'point', shape: expr.shape }
}

// ----- operators -----------------------------------------------------------------------------------------

function bindBinary(expr: Binary, scope: Scope): Bound {
  const { operator } = expr
  if (operator === 'has') {
    return refuse(
      at(expr, scope),
      "'has' applies to enumeration types only, and here they are texts: use eq or any",
    )
  }
  const existence = bindExistence(expr, scope)
  if (existence) return existence
  const left = placeKnown(bind(expr.left, scope), expr.right)
  const right = placeKnown(bind(expr.right, scope), expr.left)
  switch (operator) {
    case 'eq':
    case 'ne':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return comparison(operator, left, right, at(expr.left, scope), at(expr.right, scope))
    default: {
      const type = arithmeticType(operator, left.type, right.type)
      if (!type) {
        refuse(at(expr, scope), `'${operator}' cannot join ${label(left.type)} and ${label(right.type)}`)
      }
      return { node: 'arithmetic', type, operator, left, right }
    }
  }
}

function comparison(
  operator: Compare['operator'],
  left: Bound,
  right: Bound,
  leftPlace: Place,
  rightPlace: Place,
): Compare {
  if (right.node === 'constant') {
    right = meant(convert(right, left.type === 'null' ? right.type : left.type, rightPlace), left)
  } else if (left.node === 'constant') {
    left = meant(convert(left, right.type, leftPlace), right)
  }
  const comparable = left.type === 'null' || right.type === 'null' ||
    kind(left.type) === kind(right.type)
  if (!comparable || isPlace(left) || isPlace(right)) {
    refuse(rightPlace, `${label(left.type)} cannot be compared with ${label(right.type)}`)
  }
  return { node: 'compare', type: 'boolean', operator, left, right }
}

/** A place is null where its latitude is. */
function placeKnown(bound: Bound, beside: Expr): Bound {
  const isNull = beside.kind === 'literal' && beside.type === 'null'
  return bound.node === 'point' && isNull ? bound.latitude : bound
}

/** A text beside standard values of a lookup: the one that it means. */
function meant(constant: Constant, beside: Bound): Constant {
  const lookup = beside.node === 'column'
    ? beside.property.standardLookup
    : beside.node === 'element'
    ? beside.lookup
    : undefined
  return lookup === undefined || typeof constant.value !== 'string'
    ? constant
    : { ...constant, value: standardValueOf(lookup, constant.value) }
}

/** Points and shapes have no value to compare, not even with null: what has a place has a Latitude. */
function isPlace({ type }: Bound): boolean {
  return kind(type) === 'point'
}

/** Types of one kind can be compared with each other. */
function kind(type: ValueType): string {
  if (isNumber(type)) return 'number'
  if (type === 'geometry') return 'point'
  return type === 'date' ? 'timestamp' : type
}

function arithmeticType(operator: string, left: ValueType, right: ValueType): ValueType | undefined {
  if (left === 'null' && right === 'null') return 'integer'
  if (left === 'null' || right === 'null') {
    const other = left === 'null' ? right : left
    return isNumber(other) ? other : undefined
  }
  if (isNumber(left) && isNumber(right)) {
    return operator === 'divby' && left === 'integer' && right === 'integer' ? 'decimal' : widest(left, right)
  }
  const isMoment = (type: ValueType) => type === 'date' || type === 'timestamp'
  if (
    isMoment(left) && right === 'duration' &&
    (operator === 'add' || operator === 'sub')
  ) return 'timestamp'
  if (
    left === 'duration' && right === 'duration' &&
    (operator === 'add' || operator === 'sub')
  ) {
    return 'duration'
  }
  if (isMoment(left) && isMoment(right) && operator === 'sub') {
    return 'duration'
  }
  if (
    left === 'duration' && isNumber(right) &&
    ['mul', 'div', 'divby'].includes(operator)
  ) return 'duration'
  return undefined
}

function bindMembership(expr: Membership, scope: Scope): In | Bound {
  if ('collection' in expr) {
    const left = bind(expr.left, scope)
    const alias = scope.alias()
    const collection = expr.collection.kind === 'member'
      ? bindMember(expr.collection, scope, { allowsCollection: true })
      : undefined
    if (collection?.node !== 'column' || !collection.property.edm.isCollection) {
      return refuse(
        at(expr.collection, scope),
        "after 'in' stands a list in parentheses or a multi-valued field",
      )
    }
    const element: Bound = {
      node: 'element',
      type: 'string',
      alias,
      lookup: collection.property.standardLookup,
    }
    const predicate = comparison('eq', element, left, at(expr.left, scope), at(expr.left, scope))
    return {
      node: 'any-element',
      type: 'boolean',
      quantifier: 'any',
      collection,
      alias,
      predicate,
    }
  }
  const left = bind(expr.left, scope)
  if (isPlace(left)) refuse(at(expr.left, scope), `${label(left.type)} cannot be in a list`)
  const items = expr.items.map((item) =>
    meant(
      convert(constant(item, scope.target), left.type, {
        target: scope.target,
        position: item.position,
      }),
      left,
    )
  )
  return { node: 'in', type: 'boolean', left, items }
}

// ----- functions -----------------------------------------------------------------------------------------

function bindCall(expr: MethodCall, scope: Scope): Bound {
  if (expr.method.startsWith('geo.')) return bindGeoCall(expr, scope)
  const method = Object.hasOwn(methods, expr.method) ? methods[expr.method] : undefined
  if (!method) {
    return refuse(
      at(expr, scope),
      `'${expr.method}' is not supported; there are ${
        callableNames.filter((name) => name in methods).join(', ')
      }`,
      'not_implemented',
    )
  }
  if (expr.method === 'now' && scope.target === '$orderby') {
    refuse(
      at(expr, scope),
      'now() is another time on each page; order by the field itself',
      'not_implemented',
    )
  }
  const operands = expr.arguments.map((argument, index) => {
    const wanted = method.takes[index]!
    const bound = bind(argument, scope)
    if (fits(bound.type, wanted)) return bound
    const place = at(argument, scope)
    if (bound.node === 'constant' && wanted !== 'number' && wanted !== 'integer') {
      return convert(bound, wanted === 'moment' ? 'timestamp' : wanted, place)
    }
    const expected = label(wanted === 'moment' ? 'timestamp' : wanted === 'number' ? 'decimal' : wanted)
    return refuse(place, `${expr.method} expects ${expected}, not ${label(bound.type)}`)
  })
  if (localMethods.has(expr.method)) refuseOffset(operands[0]!, at(expr.arguments[0]!, scope))
  if (expr.method === 'matchesPattern') operands[1] = patternOf(operands[1]!, at(expr.arguments[1]!, scope))
  const type = method.gives === 'as operand' ? operands[0]!.type : method.gives
  return { node: 'call', type, method: expr.method, arguments: operands }
}

/** What these answer depends on the zone in which a time is written. */
const localMethods = new Set(['year', 'month', 'day', 'hour', 'minute', 'date', 'time', 'totaloffsetminutes'])

/** The hub keeps times in UTC, and so cannot answer for another zone (URL Conventions 5.1.1.6). */
function refuseOffset(moment: Bound, place: Place): void {
  if (moment.node !== 'constant' || moment.type !== 'timestamp') return
  const [, offset] = /([-+]\d\d:\d\d)$/.exec(String(moment.value)) ?? []
  if (offset === undefined || /^[-+]00:00$/.test(offset)) return
  refuse(place, `times are those of UTC here: write this one without its offset ${offset}, ending with Z`)
}

function patternOf(pattern: Bound, place: Place): Bound {
  if (pattern.node !== 'constant' || typeof pattern.value !== 'string') {
    return refuse(place, 'the pattern must be a text in single quotes')
  }
  return { ...pattern, value: translatePattern(pattern.value, place) }
}

function fits(type: ValueType, wanted: ValueType | 'number' | 'moment'): boolean {
  if (type === 'null' || type === wanted) return true
  if (wanted === 'number') return isNumber(type)
  if (wanted === 'moment') return type === 'date' || type === 'timestamp'
  return false
}

function bindCase(expr: Case, scope: Scope): Bound {
  const branches = expr.branches.map(({ when, then }) => ({
    when: bindPredicate(when, scope),
    then: bind(then, scope),
  }))
  const types = branches.map(({ then }) => then.type).filter((type) => type !== 'null')
  const type = types.reduce<ValueType>(
    (left, right) => isNumber(left) && isNumber(right) ? widest(left, right) : left,
    types[0] ?? 'string',
  )
  const odd = branches.findIndex(({ then }) =>
    isPlace(then) || (then.type !== 'null' && kind(then.type) !== kind(type))
  )
  if (odd >= 0) {
    refuse(at(expr.branches[odd]!.then, scope), "the results of 'case' differ in type")
  }
  return { node: 'case', type, branches }
}
