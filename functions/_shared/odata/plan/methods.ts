/**
 * The canonical functions that filters and orders may call: operand types and result type. Their SQL is in
 * sql/methods.ts. A null operand gives null (URL Conventions 5.1.1.4).
 */
import type { ValueType } from './value-types.ts'

export interface Method {
  /** Operand types; `number` and `moment` stand for any of their kind. */
  takes: (ValueType | 'number' | 'moment')[]
  gives: ValueType | 'as operand'
}

const method = (takes: Method['takes'], gives: Method['gives']): Method => ({ takes, gives })

const signatures = {
  contains: method(['string', 'string'], 'boolean'),
  startswith: method(['string', 'string'], 'boolean'),
  endswith: method(['string', 'string'], 'boolean'),
  matchesPattern: method(['string', 'string'], 'boolean'),
  length: method(['string'], 'integer'),
  indexof: method(['string', 'string'], 'integer'),
  /** The count may be left out. */
  substring: method(['string', 'integer', 'integer'], 'string'),
  tolower: method(['string'], 'string'),
  toupper: method(['string'], 'string'),
  trim: method(['string'], 'string'),
  concat: method(['string', 'string'], 'string'),

  year: method(['moment'], 'integer'),
  month: method(['moment'], 'integer'),
  day: method(['moment'], 'integer'),
  hour: method(['timestamp'], 'integer'),
  minute: method(['timestamp'], 'integer'),
  second: method(['timestamp'], 'integer'),
  fractionalseconds: method(['timestamp'], 'decimal'),
  date: method(['moment'], 'date'),
  time: method(['timestamp'], 'time'),
  totaloffsetminutes: method(['timestamp'], 'integer'),
  totalseconds: method(['duration'], 'decimal'),
  now: method([], 'timestamp'),
  mindatetime: method([], 'timestamp'),
  maxdatetime: method([], 'timestamp'),

  round: method(['number'], 'decimal'),
  floor: method(['number'], 'as operand'),
  ceiling: method(['number'], 'as operand'),
}

export type MethodName = keyof typeof signatures

export const methods: Readonly<Record<string, Method>> = signatures
