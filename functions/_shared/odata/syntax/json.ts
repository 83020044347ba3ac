/** ABNF section 5, arrayOrObject: JSON whose values may also be expressions. */
import type { ArrayExpr, Expr, NamedValue, ObjectExpr } from './ast.ts'
import { parseExpression } from './expression.ts'
import type { TokenReader } from './token-reader.ts'

export function parseJson(c: TokenReader): ArrayExpr | ObjectExpr {
  return c.nest(() => c.at('[') ? parseArray(c) : parseObject(c))
}

function parseArray(c: TokenReader): ArrayExpr {
  const { position } = c.expect('[')
  const items: Expr[] = []
  if (!c.at(']')) {
    do {
      c.listItem(items.push(parseValue(c)))
    } while (c.take(','))
  }
  c.expect(']')
  return { kind: 'array', items, position }
}

function parseObject(c: TokenReader): ObjectExpr {
  const { position } = c.expect('{')
  const members: NamedValue[] = []
  if (!c.at('}')) {
    do {
      if (c.peek.kind !== 'json') c.unexpected('a member name in double quotes')
      const name = c.advance()
      c.expect(':')
      c.listItem(members.push({ name: name.text, value: parseValue(c), position: name.position }))
    } while (c.take(','))
  }
  c.expect('}')
  return { kind: 'object', members, position }
}

/** ABNF valueInUrl. */
function parseValue(c: TokenReader): Expr {
  if (c.peek.kind !== 'json') return parseExpression(c)
  const { text, position } = c.advance()
  return { kind: 'literal', type: 'string', value: text, position }
}
