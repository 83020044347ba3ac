/**
 * `$search`: words in the texts that a buyer would read, whatever their case and accents. A word finds those that begin
 * with it, a phrase words side by side. PostgreSQL takes query and texts apart alike (migrations/*_search_text.sql).
 */
import type { SearchExpr } from '../syntax/ast.ts'
import { searchedFields } from '../../reso/searched.ts'
import { storedName } from '../sql/tables.ts'
import type { Source } from './bound.ts'
import { refuse } from './refuse.ts'
import { identifier, literal, type Parameters } from '../sql/statement.ts'

/** A checked search of the texts of `source`. */
export interface Search {
  source: Source
  expr: SearchExpr
}

const maxTermLength = 200

/** @throws HubError for a resource without texts, and for terms that no text can hold */
export function bindSearch(expr: SearchExpr, source: Source, target: string): Search {
  if (!searchedFields[source.type.name]) {
    refuse({ target, position: 0 }, `${source.type.name} has no texts to search`, 'not_implemented')
  }
  checkTerms(expr, target)
  return { source, expr }
}

function checkTerms(expr: SearchExpr, target: string): void {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.operands.forEach((operand) => checkTerms(operand, target))
    case 'not':
      return checkTerms(expr.operand, target)
    default: {
      const place = { target, position: expr.position }
      if (expr.text.length > maxTermLength) refuse(place, 'the term is too long', 'too_costly')
      if (!/[\p{L}\p{N}]/u.test(expr.text)) refuse(place, 'a term needs a letter or a digit')
    }
  }
}

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
  const texts = searchedFields[type.name]!.map((name) => `${alias}.${identifier(name)}`)
  // The same letter stands between the texts in the index (mls.searched_text).
  return `mls.search_words(concat_ws(' ǀ ', ${texts.join(', ')})) @@ (${query(expr, parameters)})`
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
