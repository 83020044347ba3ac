/** The query options that may also stand inside the parentheses of $expand, $select and /$count. */
import type { QueryOptions } from './ast.ts'
import { parseExpandItems } from './expand.ts'
import { parseExpression } from './expression.ts'
import { nearest } from './nearest.ts'
import { parseComputeItems, parseOrderByItems } from './orderby.ts'
import { quote } from './parse-error.ts'
import { parseSearchExpr } from './search.ts'
import { parseSelectItems } from './select.ts'
import type { TokenReader } from './token-reader.ts'

export type OptionName = Exclude<keyof QueryOptions, 'parameters'>
/** `@` stands for parameter aliases. */
export type NestedOption = OptionName | '@'

type Readers = {
  [Name in OptionName]: (c: TokenReader, isNested: boolean) => NonNullable<QueryOptions[Name]>
}

const readers: Readers = {
  filter: (c) => parseExpression(c),
  search: (c, isNested) => parseSearchExpr(c, isNested),
  orderby: (c) => parseOrderByItems(c),
  select: (c) => parseSelectItems(c),
  expand: (c) => parseExpandItems(c),
  compute: (c) => parseComputeItems(c),
  top: (c) => parseWholeNumber(c),
  skip: (c) => parseWholeNumber(c),
  count: (c) => parseBoolean(c),
  levels: (c) => parseLevels(c),
}

export const optionNames = Object.keys(readers) as OptionName[]

/** Reads the value of one option into `options` and returns it; the name has been taken. */
export function readOption<Name extends OptionName>(
  c: TokenReader,
  name: Name,
  options: QueryOptions,
  isNested: boolean,
): NonNullable<QueryOptions[Name]> {
  // The grammar allows a blank here to $search alone.
  if (name !== 'search') c.refuseBlank(`before the value of $${name}`)
  const value = readers[name](c, isNested)
  options[name] = value
  return value
}

/** `($filter=...;$top=5)`, with or without `$` and in any case. */
export function parseNestedOptions(c: TokenReader, allowed: NestedOption[]): QueryOptions {
  return c.nest(() => {
    const options: QueryOptions = {}
    c.expect('(')
    do {
      c.node()
      parseNestedOption(c, allowed, options)
    } while (c.take(';'))
    c.expect(')')
    return options
  })
}

function parseNestedOption(c: TokenReader, allowed: NestedOption[], options: QueryOptions): void {
  const { kind, text, position } = c.peek
  if (kind === 'at' && allowed.includes('@')) return parseAlias(c, options)
  if (kind !== 'system' && kind !== 'name') c.unexpected('a query option')
  const written = text.toLowerCase().replace('$', '')
  const name = allowed.find((option): option is OptionName => option === written)
  if (!name) {
    const meant = nearest(written, allowed)
    c.fail('UnknownOption', `${quote(text)} is not an option here${meant ? `; did you mean $${meant}?` : ''}`)
  }
  if (options[name] !== undefined) c.fail('Duplicate', `$${name} is given twice`, position)
  c.advance()
  takeEquals(c)
  readOption(c, name, options, true)
}

/** ABNF aliasAndValue. */
function parseAlias(c: TokenReader, options: QueryOptions): void {
  const { text, position } = c.advance()
  const name = text.slice(1)
  const parameters = options.parameters ??= new Map()
  if (parameters.has(name)) c.fail('Duplicate', `${quote(text)} is given twice`, position)
  takeEquals(c)
  c.refuseBlank(`before the value of ${text}`)
  parameters.set(name, parseExpression(c))
}

/** ABNF EQ: no blank before it. */
function takeEquals(c: TokenReader): void {
  if (!c.atTight('=')) c.unexpected("'='")
  c.advance()
}

/** ABNF top, skip: 1*DIGIT. */
export function parseWholeNumber(c: TokenReader): number {
  const { literal, text } = c.peek
  if (literal?.type !== 'integer' || !/^\d+$/.test(text)) {
    c.fail('InvalidOptionValue', 'expected a whole number')
  }
  if (!Number.isSafeInteger(Number(text))) c.fail('InvalidOptionValue', 'the number is too large')
  c.advance()
  return Number(text)
}

/** ABNF inlinecount. */
function parseBoolean(c: TokenReader): boolean {
  const { literal } = c.peek
  if (literal?.type !== 'boolean') c.fail('InvalidOptionValue', 'expected true or false')
  c.advance()
  return literal.value
}

/** ABNF levels: a positive number without leading zeros, or max. */
function parseLevels(c: TokenReader): number | 'max' {
  const { text } = c.peek
  if (text.toLowerCase() === 'max') return c.advance(), 'max'
  if (text.startsWith('0')) c.fail('InvalidOptionValue', "expected a positive number or 'max'")
  return parseWholeNumber(c)
}
