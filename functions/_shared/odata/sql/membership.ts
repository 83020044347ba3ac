import type { Column, Constant, In } from '../plan/bound.ts'
import { isNumber, type ValueType } from '../plan/value-types.ts'
import { liveKey, roundedDown, storedType } from './compare.ts'
import { type Compiler, doubleText, pgTypes } from './compiler.ts'
import { once } from './statement.ts'

/** `left in (...)`: one array parameter, however long the list. */
export function compileMembership({ left, items }: In, compiler: Compiler): string {
  const values = items.filter((item) => item.type !== 'null')
  const hasNull = values.length < items.length
  if (left.node !== 'column') {
    return once([compiler.value(left)], (value) => {
      const found = inValue(value!, left.type, values, compiler)
      return hasNull ? `(${found} or ${value} is null)` : found
    })
  }
  const found = inColumn(left, values, compiler)
  return hasNull ? `(${found} or ${compiler.stored(left)} is null)` : found
}

function inColumn(column: Column, items: Constant[], compiler: Compiler): string {
  const values = items.flatMap((item) => {
    const rounded = roundedDown(column, item)
    if (rounded === 'whole') {
      return [
        column.property.field.type === 'DOUBLE'
          ? doubleText(item.value as string)
          : liveKey(column, item.value, compiler),
      ]
    }
    return rounded?.isExact ? [rounded.value] : []
  })
  if (values.length === 0) return 'false'
  const list = compiler.parameters.add(values, `${storedType(column.property.field)}[]`)
  return `${compiler.stored(column)} = any (${list})`
}

function inValue(value: string, left: ValueType, items: Constant[], compiler: Compiler): string {
  if (items.length === 0) return 'false'
  const isDouble = left === 'double' || items.some(({ value }) => /INF|NaN/.test(String(value)))
  const type = isNumber(left) && isDouble ? 'double precision' : pgTypes[left]
  const values = items.map(({ value }) => type === 'double precision' ? doubleText(value as string) : value)
  return `(${value})::${type} = any (${compiler.parameters.add(values, `${type}[]`)})`
}
