/** ORDER BY: terms in their stored form, where null is lowest, made total by the record's insertion number. */
import type { Term } from '../plan/order.ts'
import { storedType } from './compare.ts'
import { type Compiler, pgTypes } from './compiler.ts'

/** A term in SQL. */
export interface SortKey {
  sql: string
  /** Postgres type in which its values come back in a cursor. */
  type: string
  isDescending: boolean
  isRequired: boolean
}

/** The terms and the tie-break, whose direction is that of the last term: one index can then serve them all. */
export function sortKeys(terms: Term[], alias: string, compiler: Compiler): SortKey[] {
  const keys = terms.map(({ bound, isDescending, isRequired }): SortKey => ({
    sql: bound.node === 'column' ? compiler.stored(bound) : `(${compiler.value(bound)})`,
    type: sortType(bound),
    isDescending,
    isRequired,
  }))
  const isDescending = terms.at(-1)?.isDescending ?? false
  return [...keys, {
    sql: `${alias}.seq`,
    type: 'bigint',
    isDescending,
    isRequired: true,
  }]
}

/** The Postgres types of the values of terms, as cursors hold them. */
export const sortTypes = (terms: Term[]): string[] => terms.map(({ bound }) => sortType(bound))

const sortType = (bound: Term['bound']) =>
  bound.node === 'column' ? storedType(bound.property.field) : pgTypes[bound.type]

/** ORDER BY. A key that cannot be null says nothing of nulls, so that plain indexes fit. */
export function orderBy(keys: SortKey[]): string {
  return keys.map(({ sql, isDescending, isRequired }) => {
    if (isRequired) return isDescending ? `${sql} desc` : sql
    return isDescending ? `${sql} desc nulls last` : `${sql} nulls first`
  }).join(', ')
}
