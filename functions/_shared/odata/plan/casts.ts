/** `cast` between primitive types, and what `isof` takes for a value's type. */
import { namespace } from '../model/annotations.ts'
import type { TypeTest } from '../syntax/ast.ts'
import { bind } from './binder.ts'
import type { Bound } from './bound.ts'
import { refuse, refuseName } from './refuse.ts'
import { at, type Scope } from './scope.ts'
import { castTypes, label, type ValueType } from './value-types.ts'

/** Types of values that have no field to say it. */
const computed: Partial<Record<ValueType, string>> = {
  string: 'Edm.String',
  integer: 'Edm.Int64',
  decimal: 'Edm.Decimal',
  double: 'Edm.Double',
  boolean: 'Edm.Boolean',
  date: 'Edm.Date',
  timestamp: 'Edm.DateTimeOffset',
  time: 'Edm.TimeOfDay',
  duration: 'Edm.Duration',
}

export function bindCast(expr: TypeTest, scope: Scope): Bound {
  const place = at(expr, scope)
  if (!expr.operand) return refuse(place, 'write cast(value,Edm.String); entities are not cast')
  const type = castTypes[expr.type]
  if (!type) {
    return refuseName(
      place,
      expr.type,
      'one',
      'the types that values are cast to',
      Object.keys(castTypes),
      'invalid_query',
    )
  }
  const operand = bind(expr.operand, scope)
  if (operand.type === 'null') return { node: 'constant', type: 'null', value: null }
  if (isShape(operand)) return refuse(at(expr.operand, scope), `${label(operand.type)} cannot be cast`)
  if (type === operand.type && (type !== 'integer' || expr.type === 'Edm.Int64')) return operand
  return { node: 'cast', type, target: expr.type, operand }
}

/** True for values of the very type; there are no derived types, and null is of none. */
export function bindIsOf(expr: TypeTest, scope: Scope): Bound {
  const isEntity = expr.type === `${namespace}.${scope.source.type.name}`
  if (!expr.operand) return { node: 'constant', type: 'boolean', value: isEntity }
  const operand = bind(expr.operand, scope)
  if (isShape(operand)) return refuse(at(expr.operand, scope), `${label(operand.type)} cannot be tested`)
  const own = operand.node === 'column' ? operand.property.edm.name : computed[operand.type]
  if (own !== expr.type && expr.type !== 'Edm.PrimitiveType') {
    return { node: 'constant', type: 'boolean', value: false }
  }
  const nothing: Bound = { node: 'constant', type: 'null', value: null }
  return { node: 'compare', type: 'boolean', operator: 'ne', left: operand, right: nothing }
}

const isShape = ({ type }: Bound) => type === 'point' || type === 'geometry'
