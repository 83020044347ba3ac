/**
 * Paging by keyset: a page starts after the last row of the one before, found by its sort values and not by counting.
 * Cost is the same on every page (200,000 rows: 2 ms first and last, `offset 199000` 170-220 ms), and rows that come
 * and go in between neither repeat others nor hide them.
 */
import { orderBy, type SortKey } from './order.ts'
import type { Parameters } from './statement.ts'

/** The sort values of a row, as text; the last is its insertion number. */
export type Cursor = (string | null)[]

/** A piece of a page: pieces are read in turn until the page is full. */
export interface Stage {
  conditions: string[]
  orderBy: string
}

/**
 * The pieces of a page in order. An order by one nullable term is read as its nulls and its values apart, each by an
 * index; all else is one piece.
 */
export function stages(
  keys: SortKey[],
  cursor: Cursor | undefined,
  offset: number,
  parameters: Parameters,
): Stage[] {
  const [term, tie] = keys
  const isSplit = keys.length === 2 && !term!.isRequired && offset === 0
  if (!isSplit) {
    return [{ conditions: cursor ? [after(keys, cursor, parameters)] : [], orderBy: orderBy(keys) }]
  }
  const rest = { ...term!, isRequired: true }
  const nulls: Stage = { conditions: [`${term!.sql} is null`], orderBy: orderBy([tie!]) }
  const values: Stage = { conditions: [`${term!.sql} is not null`], orderBy: orderBy([rest, tie!]) }
  const inOrder = term!.isDescending ? [values, nulls] : [nulls, values]
  if (!cursor) return inOrder
  const isAmongNulls = cursor[0] === null
  if (isAmongNulls) nulls.conditions.push(after([tie!], cursor.slice(1), parameters))
  else values.conditions.push(after([rest, tie!], cursor, parameters))
  return inOrder.slice(inOrder.indexOf(isAmongNulls ? nulls : values))
}

/** The condition of the rows behind the cursor. */
function after(keys: SortKey[], cursor: Cursor, parameters: Parameters): string {
  const values = keys.map(({ type }, index) => {
    const value = cursor[index]
    return value === null || value === undefined ? null : parameters.add(value, type)
  })
  const isUniform = keys.every(({ isDescending, isRequired }) =>
    isRequired && isDescending === keys[0]!.isDescending
  )
  if (isUniform) {
    const operator = keys[0]!.isDescending ? '<' : '>'
    if (keys.length === 1) return `${keys[0]!.sql} ${operator} ${values[0]}`
    return `(${keys.map(({ sql }) => sql).join(', ')}) ${operator} (${values.join(', ')})`
  }
  const alternatives = keys.map((key, index) => {
    const equal = keys.slice(0, index).map(({ sql }, before) =>
      values[before] === null ? `${sql} is null` : `${sql} = ${values[before]}`
    )
    return `(${[...equal, behind(key, values[index]!)].join(' and ')})`
  })
  return [...bound(keys[0]!, values[0]!), `(${alternatives.join(' or ')})`].join(' and ')
}

function behind({ sql, isDescending, isRequired }: SortKey, value: string | null): string {
  if (value === null) return isDescending ? 'false' : `${sql} is not null`
  if (!isDescending) return `${sql} > ${value}`
  return isRequired ? `${sql} < ${value}` : `(${sql} < ${value} or ${sql} is null)`
}

/** What follows of the first key alone: it says nothing new, but an index can use it. */
function bound({ sql, isDescending, isRequired }: SortKey, value: string | null): string[] {
  if (value === null || (isDescending && !isRequired)) return []
  return [`${sql} ${isDescending ? '<=' : '>='} ${value}`]
}
