/**
 * `$search` in SQL. A word finds those that begin with it, a phrase words side by side. PostgreSQL takes query and texts
 * apart alike (mls.search_words).
 */
import type { Search } from '../plan/bound.ts'
import type { SearchExpr } from '../syntax/ast.ts'
import { identifier, literal, type Parameters } from './statement.ts'
import { storedName } from './tables.ts'

/**
 * The rows of a whole collection that match. The index answers with their insertion numbers: `@@` is not leakproof, so
 * behind row level security it would be tried on every row (50,000 listings: 9.5 s instead of 7 to 20 ms).
 */
export function foundByIndex({ source: { alias, type }, expr }: Search, parameters: Parameters): string {
  const found = `mls.find_words(${literal(storedName(type))}, ${query(expr, parameters)})`
  return `${alias}.seq = any ((select ${found})::bigint[])`
}

/** Whether one row matches: for few rows, which something else has chosen. */
export function matchesRow({ source: { alias, type }, expr }: Search, parameters: Parameters): string {
  const texts = (type.resource.searched ?? []).map((name) => `${alias}.${identifier(name)}`)
  // The same letter stands between the texts in the index (mls.searched_text).
  return `mls.search_words(concat_ws(' ǀ ', ${texts.join(', ')})) @@ (${query(expr, parameters)})`
}

/** Whether the words of a row, kept in a column beside it, match. */
export function matchesColumn(column: string, expr: SearchExpr, parameters: Parameters): string {
  return `${column} @@ ${query(expr, parameters)}`
}

const kinds = { word: 'word', phrase: 'phrase', incomplete: 'typed' } as const

function query(expr: SearchExpr, parameters: Parameters): string {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const operator = expr.kind === 'and' ? ' && ' : ' || '
      return `(${expr.operands.map((operand) => query(operand, parameters)).join(operator)})`
    }
    case 'not':
      return `(!! ${query(expr.operand, parameters)})`
    default:
      return `(select mls.search_term('${kinds[expr.kind]}', ${parameters.add(expr.text, 'text')}))`
  }
}
