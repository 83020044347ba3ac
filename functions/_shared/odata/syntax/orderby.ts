import type { ComputeItem, OrderByItem } from './ast.ts'
import { parseExpression } from './expression.ts'
import type { TokenReader } from './token-reader.ts'

/** ABNF orderby. */
export function parseOrderByItems(c: TokenReader): OrderByItem[] {
  const items: OrderByItem[] = []
  do {
    c.node()
    const { position } = c.peek
    const expression = parseExpression(c)
    const direction = c.peek.kind === 'name' && c.peek.spaced ? c.peek.text.toLowerCase() : ''
    const isDirection = direction === 'asc' || direction === 'desc'
    if (isDirection) c.advance()
    items.push({ expression, descending: direction === 'desc', position })
  } while (c.take(','))
  return items
}

/** ABNF compute. */
export function parseComputeItems(c: TokenReader): ComputeItem[] {
  const items: ComputeItem[] = []
  do {
    c.node()
    const { position } = c.peek
    const expression = parseExpression(c)
    const isAs = c.peek.kind === 'name' && c.peek.spaced && c.peek.text.toLowerCase() === 'as'
    if (!isAs) c.unexpected("'as' and a name")
    c.advance()
    items.push({ expression, name: c.identifier('a name').text, position })
  } while (c.take(','))
  return items
}
