/** ABNF commonExpr with the operators' precedence from URL Conventions 5.1.1: one loop instead of a rule each. */
import type { Arithmetic, Binary, Comparison, Expr, Literal, Logical, Membership } from './ast.ts'
import { parseCase, parseMethodCall, parseTypeTest } from './calls.ts'
import { findMethod } from './functions.ts'
import { parseJson } from './json.ts'
import { parseMember } from './member.ts'
import type { TokenReader } from './token-reader.ts'

type Operator = Comparison | Arithmetic | 'has' | 'in' | 'and' | 'or'

const precedence = new Map<string, number>(
  ['or', 'and', 'eq ne', 'gt ge lt le', 'has in', 'add sub', 'mul div divby mod']
    .flatMap((names, level) => names.split(' ').map((name) => [name, level] as const)),
)
const membership = precedence.get('in')!

export function parseExpression(c: TokenReader, weakest = 0): Expr {
  return c.nest(() => {
    let left = parseUnary(c)
    for (;;) {
      const operator = operatorAhead(c)
      if (!operator || precedence.get(operator)! < weakest) return left
      left = parseOperation(c, operator, left)
      c.growLeft()
    }
  })
}

/** The operator that follows, if one does; RWS is demanded on either side of it. */
function operatorAhead(c: TokenReader): Operator | undefined {
  if (c.peek.kind !== 'name') return undefined
  const word = c.peek.text.toLowerCase()
  if (!precedence.has(word)) return undefined
  if (!c.peek.spaced) c.unexpected('a blank before the operator')
  return word as Operator
}

function parseOperation(c: TokenReader, operator: Operator, left: Expr): Expr {
  c.node()
  if (operator === 'and' || operator === 'or') return parseLogical(c, operator, left)
  takeOperator(c)
  if (operator === 'in') return parseMembership(c, left)
  if (operator === 'has') return parseHas(c, left)
  const right = parseExpression(c, precedence.get(operator)! + 1)
  return { kind: 'binary', operator, left, right, position: left.position }
}

function takeOperator(c: TokenReader): void {
  c.advance()
  if (!c.peek.spaced && c.peek.kind !== 'end') c.unexpected('a blank after the operator')
}

/** ABNF andExpr, orExpr. */
function parseLogical(c: TokenReader, kind: 'and' | 'or', left: Expr): Logical {
  const operands = [left]
  while (operatorAhead(c) === kind) {
    takeOperator(c)
    operands.push(parseExpression(c, precedence.get(kind)! + 1))
  }
  return { kind, operands, position: left.position }
}

/** ABNF hasExpr: the right side is an enumeration value, qualified or as a plain string. */
function parseHas(c: TokenReader, left: Expr): Binary {
  const literal = c.peek.literal
  if (literal?.type !== 'enum' && literal?.type !== 'string') {
    c.unexpected("an enumeration value such as Type'Member'")
  }
  c.advance()
  return { kind: 'binary', operator: 'has', left, right: literal, position: left.position }
}

/** ABNF inExpr: `in (1,2)`, or any collection. `in (Name)` is an expression in parentheses, not a list. */
function parseMembership(c: TokenReader, left: Expr): Membership {
  const { position } = left
  if (!c.take('(')) return { kind: 'in', left, collection: parseExpression(c, membership + 1), position }
  if (c.take(')')) return { kind: 'in', left, items: [], position }
  const first = parseExpression(c)
  if (first.kind !== 'literal') {
    if (c.at(',')) c.fail('UnexpectedToken', 'a list may hold literals only', first.position)
    c.expect(')')
    return { kind: 'in', left, collection: first, position }
  }
  const items: Literal[] = [first]
  while (c.take(',')) {
    const { literal } = c.peek
    if (!literal) c.unexpected('a literal')
    c.listItem(items.push(literal))
    c.advance()
  }
  c.expect(')')
  return { kind: 'in', left, items, position }
}

/**
 * ABNF notExpr, negateExpr. `not` holds `in` and `has` together (`not City in ('A','B')` can mean nothing
 * else) but binds tighter than comparisons, as the standard has it. `not(...)` without a blank is accepted.
 */
function parseUnary(c: TokenReader): Expr {
  const { kind, text, end, position } = c.peek
  if (kind === 'symbol' && text === '-') {
    c.advance()
    c.node()
    return { kind: 'negate', operand: c.nest(() => parseUnary(c)), position }
  }
  if (kind === 'name' && text.toLowerCase() === 'not' && ' \t('.includes(c.text[end] ?? '?')) {
    c.advance()
    c.node()
    return { kind: 'not', operand: parseExpression(c, membership), position }
  }
  return parsePrimary(c)
}

function parsePrimary(c: TokenReader): Expr {
  c.node()
  const { kind, text, end, literal } = c.peek
  switch (kind) {
    case 'literal':
      c.advance()
      return literal!
    case 'name':
      return c.text[end] === '(' ? parseCall(c) : parseMember(c)
    case 'system':
    case 'at':
      return parseMember(c)
    case 'symbol':
      if (text === '(') return parseParentheses(c)
      if (text === '[' || text === '{') return parseJson(c)
      return c.unexpected('an operand')
    case 'json':
      return c.unexpected('an operand', '; strings stand in single quotes')
    case 'end':
      return c.unexpected('an operand')
  }
}

/** ABNF parenExpr. */
function parseParentheses(c: TokenReader): Expr {
  c.expect('(')
  const inner = parseExpression(c)
  c.expect(')')
  return inner
}

/** ABNF methodCallExpr, castExpr, isofExpr, caseMethodCallExpr; else a key or function of the model. */
function parseCall(c: TokenReader): Expr {
  const name = c.peek.text.toLowerCase()
  const method = findMethod(name)
  if (method) return parseMethodCall(c, method)
  if (name === 'cast' || name === 'isof') return parseTypeTest(c, name)
  if (name === 'case') return parseCase(c)
  if (name === 'any' || name === 'all') {
    c.fail('UnexpectedToken', `'${name}' needs a collection before it: Media/${name}(...)`)
  }
  return parseMember(c)
}
