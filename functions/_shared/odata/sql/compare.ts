import { decimalScale, isStampColumn } from '../../reso/sql-types.ts'
import type { Field } from '../../reso/types.ts'
import type { Bound, Column, Compare, Constant } from '../plan/bound.ts'
import { isNumber } from '../plan/value-types.ts'
import { type Comparison, mirrored } from '../syntax/ast.ts'
import { type Compiler, doubleText } from './compiler.ts'
import {
  comparisonWithRounded,
  roundDateDown,
  type RoundedDown,
  roundNumberDown,
  roundStampDown,
  roundTimestampDown,
} from './rounded-literal.ts'

const operators = { gt: '>', ge: '>=', lt: '<', le: '<=' } as const

/** A comparison that is true, false or, where a side is null, possibly unknown instead of false. */
export function compileComparison({ operator, left, right }: Compare, compiler: Compiler): string {
  if (right.type === 'null') return againstNull(operator, left, compiler)
  if (left.type === 'null') {
    return againstNull(mirrored[operator], right, compiler)
  }
  if (left.node === 'column' && right.node === 'constant') {
    return columnAgainst(operator, left, right, compiler)
  }
  if (right.node === 'column' && left.node === 'constant') {
    return columnAgainst(mirrored[operator], right, left, compiler)
  }
  return valuesCompared(operator, left, right, compiler)
}

function againstNull(operator: Comparison, operand: Bound, compiler: Compiler): string {
  if (operator !== 'eq' && operator !== 'ne') return 'false'
  if (operand.type === 'null') return operator === 'eq' ? 'true' : 'false'
  const value = operand.node === 'column' ? compiler.stored(operand) : compiler.value(operand)
  return `${value} is ${operator === 'eq' ? '' : 'not '}null`
}

/**
 * A stored column against a literal in the column's own type: leakproof operators on the bare column, which is what
 * an index needs behind row level security (City and price range at 200,000 rows: numeric 60 ms, bigint 0.5 ms).
 */
function columnAgainst(operator: Comparison, column: Column, literal: Constant, compiler: Compiler): string {
  const stored = compiler.stored(column)
  const rounded = roundedDown(column, literal)
  if (rounded === 'whole') {
    const value = storedConstant(column, literal, compiler)
    return compared(operator, stored, value)
  }
  const chosen = comparisonWithRounded(operator, rounded)
  if (chosen === 'true' || chosen === 'false') {
    // `lt` with a literal below everything is settled by the clamp; here only `eq`, `ne` and NaN arrive.
    return chosen
  }
  const value = compiler.parameters.add(rounded!.value, storedType(column.property.field))
  return chosen === '<>' ? `${stored} is distinct from ${value}` : `${stored} ${chosen} ${value}`
}

function compared(operator: Comparison, left: string, right: string): string {
  if (operator === 'eq') return `${left} = ${right}`
  if (operator === 'ne') return `${left} is distinct from ${right}`
  return `${left} ${operators[operator]} ${right}`
}

/** The literal cut to the unit of the column, or `whole` where no cutting is needed. */
export function roundedDown(
  { property: { field } }: Column,
  literal: Constant,
): RoundedDown | undefined | 'whole' {
  const text = String(literal.value)
  const scale = decimalScale(field.type)
  if (scale !== undefined || field.type === 'INT' || field.type === 'BIGINT') {
    return roundNumberDown(text, scale ?? 0)
  }
  if (field.type === 'DATE') return roundDateDown(text)
  if (field.type === 'TIMESTAMP') {
    return isStampColumn(field) ? roundStampDown(text) : roundTimestampDown(text)
  }
  if (field.type === 'DOUBLE' && text === 'NaN') return undefined
  return 'whole'
}

/** The Postgres type of a stored column in comparisons; bigint serves all whole numbers. */
export function storedType(field: Field): string {
  if (isStampColumn(field)) return 'bigint'
  const types: Record<string, string> = {
    STRING: 'text',
    BOOLEAN: 'boolean',
    DOUBLE: 'double precision',
    DATE: 'date',
    TIMESTAMP: 'timestamptz',
  }
  return types[field.type] ?? 'bigint'
}

function storedConstant(column: Column, literal: Constant, compiler: Compiler): string {
  const { field } = column.property
  const value = field.type === 'DOUBLE' ? doubleText(literal.value as string) : literal.value
  return compiler.parameters.add(liveKey(column, value, compiler), storedType(field))
}

/**
 * Consumers still filter by keys that offices had before (CSIR). The key of today stands in the statement: of what a
 * function answered the planner would know nothing, and read all offices where this is one of few.
 */
export function liveKey<Value>({ property }: Column, value: Value, { reader }: Compiler): Value | string {
  const { aliases } = reader
  const isOld = property.name === 'OriginatingSystemOfficeKey' && aliases &&
    Object.hasOwn(aliases, String(value))
  return isOld ? aliases[String(value)]! : value
}

function valuesCompared(operator: Comparison, left: Bound, right: Bound, compiler: Compiler): string {
  const isDouble = left.type === 'double' || right.type === 'double'
  const isMoment = left.type === 'timestamp' || right.type === 'timestamp'
  const operand = (bound: Bound) => {
    const value = compiler.value(bound)
    if (isNumber(bound.type)) {
      return isDouble ? `${value}::double precision` : value
    }
    if (isMoment && bound.type === 'date') return `${value}::timestamptz`
    return bound.type === 'boolean' ? `(${value})` : value
  }
  const [a, b] = [operand(left), operand(right)]
  if (operator === 'eq') return `${a} is not distinct from ${b}`
  return compared(operator, a, b)
}
