/** `$search`: words in the texts that a buyer would read, whatever their case and accents. */
import type { SearchExpr } from '../syntax/ast.ts'
import type { Search, Source } from './bound.ts'
import { refuse } from './refuse.ts'

const maxTermLength = 200

/** @throws QueryError for a resource without texts, and for terms that no text can hold */
export function bindSearch(expr: SearchExpr, source: Source, target: string): Search {
  if (!source.type.resource.searched) {
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
