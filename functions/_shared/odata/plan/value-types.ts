import type { EdmType } from '../../reso/edm.ts'
import type { ComputedType } from '../model/model.ts'

/**
 * Types of expressions, coarser than EDM: what decides which operators fit and how SQL compares.
 * `integer` and `decimal` are exact and computed as numeric; `null` is the type of the literal alone.
 */
export type ValueType = ComputedType | 'point' | 'geometry' | 'null'

const labels: Record<ValueType, string> = {
  string: 'a text',
  integer: 'a number',
  decimal: 'a number',
  double: 'a number',
  boolean: 'a truth value',
  date: 'a date',
  timestamp: 'a date with time',
  time: 'a time of day',
  duration: 'a duration',
  point: 'a point',
  geometry: 'a shape',
  null: 'null',
}

/** The type as an error message names it. */
export function label(type: ValueType): string {
  return labels[type]
}

export function isNumber(type: ValueType): boolean {
  return type === 'integer' || type === 'decimal' || type === 'double'
}

/** The type of an arithmetic operation on two numbers: the less exact of both. */
export function widest(left: ValueType, right: ValueType): ValueType {
  if (left === 'double' || right === 'double') return 'double'
  return left === 'decimal' || right === 'decimal' ? 'decimal' : 'integer'
}

const edmNames: Record<ComputedType, EdmType['name']> = {
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

/** The type as an answer says it. */
export const edmOf = (type: ValueType): EdmType => ({
  name: edmNames[type as ComputedType] ?? 'Edm.String',
  isCollection: false,
})

/** Types that a value can be cast to, and the type in which they are computed. */
export const castTypes: Record<string, ValueType> = {
  'Edm.String': 'string',
  'Edm.Byte': 'integer',
  'Edm.SByte': 'integer',
  'Edm.Int16': 'integer',
  'Edm.Int32': 'integer',
  'Edm.Int64': 'integer',
  'Edm.Decimal': 'decimal',
  'Edm.Double': 'double',
  'Edm.Single': 'double',
  'Edm.Boolean': 'boolean',
  'Edm.Date': 'date',
  'Edm.DateTimeOffset': 'timestamp',
  'Edm.TimeOfDay': 'time',
  'Edm.Duration': 'duration',
}
