/** The rows behind a cursor, in SQL. */
import type { Cursor, Piece } from '../plan/keyset.ts'
import { orderBy, type SortKey } from './order.ts'
import type { Parameters } from './statement.ts'

/** What selects and orders the rows of a piece. */
export function pieceOf(
  piece: Piece,
  keys: SortKey[],
  cursor: Cursor | undefined,
  parameters: Parameters,
): { conditions: string[]; orderBy: string } {
  const [term, tie] = keys as [SortKey, SortKey]
  const isWithin = cursor !== undefined &&
    (piece === 'whole' || (piece === 'nulls') === (cursor[0] === null))
  const behindCursor = (sought: SortKey[], values: Cursor = []) =>
    isWithin ? [after(sought, values, parameters)] : []
  // With nulls and values apart, the same plain index serves both: `is null` is a range of it, ordered by the tie-break.
  const plain = [{ ...term, isRequired: true }, tie]
  switch (piece) {
    case 'whole':
      return { conditions: behindCursor(keys, cursor), orderBy: orderBy(keys) }
    case 'nulls':
      return {
        conditions: [`${term.sql} is null`, ...behindCursor([tie], cursor?.slice(1))],
        orderBy: orderBy(plain),
      }
    case 'values':
      return {
        conditions: [`${term.sql} is not null`, ...behindCursor(plain, cursor)],
        orderBy: orderBy(plain),
      }
  }
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
  return [...bound(keys[0]!, values[0]!), `(${alternatives.join(' or ')})`]
    .join(' and ')
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
