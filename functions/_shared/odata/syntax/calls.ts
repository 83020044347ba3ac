/** Calls of the language itself: methods, cast and isof, case. */
import type { Case, Expr, MethodCall, TypeTest } from './ast.ts'
import { parseExpression } from './expression.ts'
import type { Method } from './functions.ts'
import { parseJson } from './json.ts'
import { namePattern } from './lexer.ts'
import type { TokenReader } from './token-reader.ts'

/** ABNF methodCallExpr, boolMethodCallExpr. */
export function parseMethodCall(c: TokenReader, method: Method): MethodCall {
  const { position } = c.advance()
  c.expect('(')
  const args: Expr[] = []
  if (!c.at(')')) {
    do {
      args.push(c.at('[') ? parseJson(c) : parseExpression(c))
    } while (c.take(','))
  }
  c.expect(')')
  if (args.length < method.least || args.length > method.most) {
    const wanted = method.least === method.most ? `${method.least}` : `${method.least} to ${method.most}`
    c.fail('WrongArgumentCount', `${method.name} takes ${wanted} arguments, not ${args.length}`, position)
  }
  return { kind: 'call', method: method.name, arguments: args, position }
}

/** A type name that fills the rest of the parentheses, so that it cannot be the operand. */
const typeAtEnd = new RegExp(
  `[ \\t]*(?:Collection\\(${namePattern.source}\\)|${namePattern.source})(?=[ \\t]*\\))`,
  'uy',
)

/** ABNF castExpr, isofExpr. */
export function parseTypeTest(c: TokenReader, kind: 'cast' | 'isof'): TypeTest {
  const { position } = c.advance()
  c.expect('(')
  let type = c.match(typeAtEnd)
  let operand: Expr | undefined
  if (!type) {
    operand = parseExpression(c)
    c.expect(',')
    type = c.match(typeAtEnd)
    if (!type) c.unexpected('the name of a type')
  }
  c.expect(')')
  return { kind, ...(operand && { operand }), type: type.text.trim(), position }
}

/** ABNF caseMethodCallExpr: the first condition that holds decides. */
export function parseCase(c: TokenReader): Case {
  const { position } = c.advance()
  c.expect('(')
  const branches: Case['branches'] = []
  do {
    const when = parseExpression(c)
    c.expect(':')
    branches.push({ when, then: parseExpression(c) })
  } while (c.take(','))
  c.expect(')')
  return { kind: 'case', branches, position }
}
