/** ABNF firstMemberExpr, rootExpr, functionExpr and the path rules behind them. */
import { parseArguments } from './arguments.ts'
import type { Expr, Member, Root, Segment } from './ast.ts'
import { parseExpression } from './expression.ts'
import { parseNestedOptions } from './options.ts'
import type { TokenReader } from './token-reader.ts'

/** Nothing can follow these: a number and a truth value have no members. */
const isLast = (segment: Segment) => segment.kind === 'count' || segment.kind === 'lambda'

export function parseMember(c: TokenReader): Member {
  const { position } = c.peek
  const root = parseRoot(c)
  const path: Segment[] = []
  if (!root) path.push(parseSegment(c, true))
  else if (root.kind === 'root' && !c.atTight('/')) c.unexpected("'/'")

  for (;;) {
    const last = path.at(-1)
    if (last && hasHadParentheses(last) && c.atTight('(')) {
      const { position } = c.peek
      path.push({ kind: 'key', arguments: parseArguments(c, parseExpression), position })
    } else if (c.atTight('/') && !(last && isLast(last))) {
      c.advance()
      c.refuseBlank('in a path')
      path.push(parseSegment(c, false))
    } else break
  }

  const only = path.length === 1 && !root ? path[0]! : undefined
  if (only?.kind === 'name' && !only.arguments && only.name.includes('.')) {
    c.unexpected("'/' or '(' after a qualified name")
  }
  return { kind: 'member', ...(root && { root }), path, position }
}

function hasHadParentheses(segment: Segment): boolean {
  return segment.kind === 'filter' || (segment.kind === 'name' && segment.arguments !== undefined)
}

/** ABNF implicitVariableExpr, parameterAlias, lambdaVariableExpr; annotations are no root but a first segment. */
function parseRoot(c: TokenReader): Root | undefined {
  const { kind, text, end } = c.peek
  if (kind === 'system') {
    if (text !== '$it' && text !== '$this' && text !== '$root') c.unexpected('an operand')
    c.advance()
    return { kind: text.slice(1) as 'it' | 'this' | 'root' }
  }
  if (kind === 'at' && !/[.#]/.test(text)) {
    c.advance()
    return { kind: 'parameter', name: text.slice(1) }
  }
  if (kind === 'name' && c.variables.includes(text) && c.text[end] !== '(') {
    c.advance()
    return { kind: 'variable', name: text }
  }
  return undefined
}

function parseSegment(c: TokenReader, isFirst: boolean): Segment {
  c.node()
  const { kind, text, position } = c.peek
  if (kind === 'name') return parseNamed(c, isFirst)
  if (kind === 'at') {
    c.advance()
    return { kind: 'annotation', name: text.slice(1), position }
  }
  if (kind === 'system' && text === '$count' && !isFirst) {
    c.advance()
    const options = c.atTight('(') ? parseNestedOptions(c, ['filter', 'search']) : {}
    return { kind: 'count', options, position }
  }
  if (kind === 'system' && text === '$filter' && !isFirst) {
    c.advance()
    c.expect('(')
    const predicate = parseExpression(c)
    c.expect(')')
    return { kind: 'filter', predicate, position }
  }
  return c.unexpected('a name')
}

function parseNamed(c: TokenReader, isFirst: boolean): Segment {
  const { text, position } = c.advance()
  if (!c.atTight('(')) return { kind: 'name', name: text, position }
  const word = text.toLowerCase()
  if (!isFirst && (word === 'any' || word === 'all')) return parseLambda(c, word, position)
  return { kind: 'name', name: text, arguments: parseArguments(c, parseExpression, text), position }
}

/** ABNF anyExpr, allExpr; only `any` may be empty. */
function parseLambda(c: TokenReader, quantifier: 'any' | 'all', position: number): Segment {
  c.expect('(')
  if (quantifier === 'any' && c.take(')')) return { kind: 'lambda', quantifier, position }
  const variable = c.identifier('a variable name').text
  c.expect(':')
  c.variables.push(variable)
  const predicate: Expr = parseExpression(c)
  c.variables.pop()
  c.expect(')')
  return { kind: 'lambda', quantifier, variable, predicate, position }
}
