import type { Column, Constant, In } from './bound.ts'
import { compileComparison, floorFor, isOfficeKey, storedType } from './compare.ts'
import { type Compiler, doubleText, pgTypes } from './compiler.ts'
import { isNumber } from './types.ts'

/** `left in (...)`: one array parameter, however long the list. */
export function compileMembership(
  { left, items }: In,
  compiler: Compiler,
): string {
  const values = items.filter((item) => item.type !== 'null')
  const hasNull = values.length < items.length
  const found = left.node === 'column' ? inColumn(left, values, compiler) : inValue(left, values, compiler)
  if (!hasNull) return found
  const isNull = compileComparison(
    {
      node: 'compare',
      type: 'boolean',
      operator: 'eq',
      left,
      right: { node: 'constant', type: 'null', value: null },
    },
    compiler,
  )
  return `(${found} or ${isNull})`
}

function inColumn(
  column: Column,
  items: Constant[],
  compiler: Compiler,
): string {
  const values = items.flatMap((item) => {
    const floor = floorFor(column, item)
    if (floor === 'whole') {
      return [
        column.property.field.type === 'DOUBLE' ? doubleText(item.value as string) : item.value,
      ]
    }
    return floor?.isExact ? [floor.value] : []
  })
  if (values.length === 0) return 'false'
  const list = compiler.parameters.add(values, `${storedType(column.property.field)}[]`)
  return `${compiler.stored(column)} = any (${
    isOfficeKey(column) ? `(select mls.live_office_keys(${list}))::text[]` : list
  })`
}

function inValue(
  left: In['left'],
  items: Constant[],
  compiler: Compiler,
): string {
  if (items.length === 0) return 'false'
  const isDouble = left.type === 'double' ||
    items.some(({ value }) => /INF|NaN/.test(String(value)))
  const type = isNumber(left.type) && isDouble ? 'double precision' : pgTypes[left.type]
  const values = items.map(({ value }) => type === 'double precision' ? doubleText(value as string) : value)
  return `(${compiler.value(left)})::${type} = any (${compiler.parameters.add(values, `${type}[]`)})`
}
