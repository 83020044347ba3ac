/** What stands in parentheses behind a name of the model: a key, or a function's parameters. */
import type { Arguments, Expr, LiteralType, NamedValue } from './ast.ts'
import { callableNames } from './functions.ts'
import { nearest } from './nearest.ts'
import { quote } from './parse-error.ts'
import type { TokenReader } from './token-reader.ts'

/** ABNF keyPropertyValue leaves these out. */
const neverKeys: LiteralType[] = ['null', 'double', 'binary', 'geography', 'geometry']

/**
 * ABNF simpleKey, compoundKey, functionExprParameters, functionParameters. `value` reads a named value: any
 * expression in a filter, a literal or alias in a path. `callee` is the name before, where it may be mistyped.
 */
export function parseArguments(c: TokenReader, value: (c: TokenReader) => Expr, callee?: string): Arguments {
  c.expect('(')
  if (c.peek.literal === undefined && c.peek.kind !== 'at') {
    const values = parseNamedValues(c, value, callee)
    c.expect(')')
    return { form: 'named', values }
  }
  if (c.peek.spaced) c.unexpected('a key without blanks')
  const key = parseKeyValue(c)
  // No key has two values: this is a call, if there is a function that could be meant.
  if (callee && c.at(',') && intended(callee)) c.fail('UnknownFunction', unknown(callee))
  c.refuseBlank('behind a key')
  c.expect(')')
  return { form: 'single', value: key }
}

function parseNamedValues(c: TokenReader, value: (c: TokenReader) => Expr, callee?: string): NamedValue[] {
  const values: NamedValue[] = []
  if (c.at(')')) return values
  do {
    const isNamed = c.peek.kind === 'name' && c.text[c.peek.end] === '='
    if (!isNamed && callee && c.peek.kind !== 'end') c.fail('UnknownFunction', unknown(callee))
    if (!isNamed) c.unexpected('a literal or name=value')
    const name = c.identifier('a name')
    c.expect('=')
    if (values.some((other) => other.name === name.text)) {
      c.fail('Duplicate', `${quote(name.text)} is given twice`, name.position)
    }
    c.refuseBlank('before a value')
    c.listItem(values.push({ name: name.text, value: value(c), position: name.position }))
  } while (c.take(','))
  return values
}

function unknown(callee: string): string {
  const meant = intended(callee)
  return `${quote(callee)} is not a function of OData${meant ? `; ${meant}` : ''}`
}

function intended(callee: string): string | undefined {
  if (callee.toLowerCase() === 'substringof') return "version 4 has contains(City,'a'), the field first"
  const meant = nearest(callee, callableNames)
  return meant && `did you mean ${meant}?`
}

/** ABNF parameterAlias / keyPropertyValue. */
function parseKeyValue(c: TokenReader): Expr {
  const { literal, position } = c.peek
  if (literal && neverKeys.includes(literal.type)) {
    c.fail('InvalidLiteral', `a ${literal.type} value is never a key`)
  }
  return literal?.type === undefined ? parseAlias(c, position) : (c.advance(), literal)
}

/** ABNF functionParameter in a resource path: parameterAlias / primitiveLiteral. */
export function parseLiteralOrAlias(c: TokenReader): Expr {
  const { literal, position } = c.peek
  return literal ? (c.advance(), literal) : parseAlias(c, position)
}

function parseAlias(c: TokenReader, position: number): Expr {
  if (c.peek.kind !== 'at' || /[.#]/.test(c.peek.text)) c.unexpected('a literal or an @alias')
  return { kind: 'member', root: { kind: 'parameter', name: c.advance().text.slice(1) }, path: [], position }
}
