/**
 * One token at a time, on demand: $search has words of its own, so the parser must be able to stop in between.
 * OData has no infix minus (it is `sub`), hence `-5` and `2026-01-31` are always literals.
 */
import type { Literal } from './ast.ts'
import { matchBareLiteral, prefixedLiteral, wordLiteral } from './literals.ts'
import { ParseError, type ParseErrorCode, quote } from './parse-error.ts'

export interface Token {
  /**
   * name: `City`, `geo.distance`, `RESO.OData.Media` · system: `$it`, `$count` · at: `@p`, `@Core.Term#Q`
   * json: a double-quoted string, `text` being its value · symbol: one character of punctuation
   */
  kind: 'name' | 'literal' | 'system' | 'at' | 'json' | 'symbol' | 'end'
  text: string
  position: number
  end: number
  /** Whether blanks stand before it: the grammar demands them around operators and forbids them in paths. */
  spaced: boolean
  literal?: Literal
}

/** ABNF odataIdentifier, in the full set of letters that its note allows. */
const identifier = '[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Nd}\\p{Mn}\\p{Mc}\\p{Pc}\\p{Cf}]*'
const qualified = `${identifier}(?:\\.${identifier})*`

export const namePattern = new RegExp(qualified, 'uy')
const systemPattern = /\$[A-Za-z]+/y
const atPattern = new RegExp(`@${qualified}(?:#${identifier})?`, 'uy')
const blanks = /[ \t]*/y
const wordAhead = /[^\s()',;/=]*/y

/** `2026-01-31T10:00:00` is a moment only with a zone. */
const withoutZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/i

/** What people write who come from other languages. */
const hints: Record<string, string> = {
  '<': "; write 'lt' or 'le'",
  '>': "; write 'gt' or 'ge'",
  '!': "; write 'not' or 'ne'",
  '+': "; write 'add', and %2B for the sign of a number",
  '&': "; write 'and'",
  '|': "; write 'or'",
  '%': '; it is encoded twice, or not as %25',
}

export function readToken(text: string, from: number, target: string): Token {
  const position = matchAt(blanks, text, from)!.length + from
  const spaced = position > from
  const token = (kind: Token['kind'], end: number, value = text.slice(position, end)): Token => ({
    kind,
    text: value,
    position,
    end,
    spaced,
  })
  const fail = (code: ParseErrorCode, message: string): never => {
    throw new ParseError(code, message, position, target)
  }
  const literal = (value: Literal | string, end: number): Token =>
    typeof value === 'string'
      ? fail('InvalidLiteral', `${quote(text.slice(position, end))} is not a valid literal: ${value}`)
      : { ...token('literal', end), literal: value }

  const first = text[position]
  if (first === undefined) return token('end', position)

  if (first === "'") {
    const { value, end } = quoted(text, position, fail)
    return literal({ kind: 'literal', type: 'string', value, position }, end)
  }
  if (first === '"') {
    const { value, end } = jsonString(text, position, fail)
    return token('json', end, value)
  }

  const bare = matchBareLiteral(text, position)
  if (bare) return literal(bare.literal, bare.end)

  const name = matchAt(namePattern, text, position)
  if (name !== undefined) {
    const end = position + name.length
    if (text[end] === "'") {
      const body = quoted(text, end, fail)
      return literal(prefixedLiteral(name, body.value, position), body.end)
    }
    if (name.split('.').some((part) => part.length > 128)) {
      fail('InvalidLiteral', 'a name has at most 128 characters')
    }
    const word = wordLiteral(name, position)
    return word ? literal(word, end) : token('name', end)
  }

  const special = matchAt(systemPattern, text, position) ?? matchAt(atPattern, text, position)
  if (special !== undefined) return token(first === '$' ? 'system' : 'at', position + special.length)

  if (/^[-+]?\p{Nd}/u.test(text.slice(position, position + 3))) {
    const word = matchAt(wordAhead, text, position)!
    const hint = withoutZone.test(word)
      ? "; a time needs its zone: write 'Z' behind it, or an offset as %2B02:00"
      : ''
    fail('InvalidLiteral', `${quote(word)} is not a number, date, time or GUID${hint}`)
  }
  if ('(),/:;=*{}[]-.'.includes(first)) return token('symbol', position + 1)
  return fail(
    'InvalidCharacter',
    `unexpected ${quote(String.fromCodePoint(text.codePointAt(position)!))}${hints[first] ?? ''}`,
  )
}

type Fail = (code: ParseErrorCode, message: string) => never

/** ABNF stringLiteral: two single quotes stand for one. */
function quoted(text: string, open: number, fail: Fail): { value: string; end: number } {
  let close = text.indexOf("'", open + 1)
  while (close >= 0 && text[close + 1] === "'") close = text.indexOf("'", close + 2)
  if (close < 0) fail('UnexpectedEnd', 'the string has no closing quote; a quote inside it is written twice')
  return { value: text.slice(open + 1, close).replaceAll("''", "'"), end: close + 1 }
}

/** ABNF stringInUrl: a JSON string, as it stands in arrays and objects. */
function jsonString(text: string, open: number, fail: Fail): { value: string; end: number } {
  let close = open + 1
  while (close < text.length && text[close] !== '"') close += text[close] === '\\' ? 2 : 1
  if (close >= text.length) fail('UnexpectedEnd', 'the string has no closing double quote')
  try {
    const value: string = JSON.parse(text.slice(open, close + 1))
    if (isCleanText(value)) return { value, end: close + 1 }
  } catch {
    // Refused below: JSON's own message would speak of positions of its own.
  }
  return fail('InvalidLiteral', 'this is not a valid JSON string')
}

/** NUL cannot be stored by PostgreSQL and half a surrogate pair is not a character: neither gets past the parser. */
export function isCleanText(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text)
}

export function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position
  return pattern.exec(text)?.[0]
}
