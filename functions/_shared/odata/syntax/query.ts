/** ABNF queryOptions: splits a raw query string, decodes it, and sends each value to its parser. */
import type { RequestOptions } from './ast.ts'
import { decodeText } from './decode.ts'
import { parseExpression } from './expression.ts'
import type { ParseOptions } from './limits.ts'
import { nearest } from './nearest.ts'
import { type OptionName, optionNames, readOption } from './options.ts'
import { ParseError, quote } from './parse-error.ts'
import { checkText, TokenReader } from './token-reader.ts'

const textOptions = ['format', 'skiptoken', 'deltatoken', 'schemaversion', 'id', 'apply'] as const
type TextOption = typeof textOptions[number]

/** Only inside $expand. */
const parsedOptions = optionNames.filter((name) => name !== 'levels')
const knownNames: string[] = [...parsedOptions, ...textOptions, 'index']
/** Tokens are made by us and belong to us; without the dollar sign they are someone else's custom option. */
const dollarOnly: string[] = ['skiptoken', 'deltatoken']

/** `query` as it stands in the URL, with or without the question mark. */
export function parseQueryOptions(query: string, options: ParseOptions = {}): RequestOptions {
  checkText(query, 'query', options)
  const start = query.startsWith('?') ? 1 : 0
  const hash = query.indexOf('#')
  if (hash >= 0) throw new ParseError('InvalidEncoding', "'#' must be written %23", hash, 'query')

  const result: RequestOptions = { custom: [] }
  const seen = new Set<string>()
  let position = start
  for (const part of query.slice(start).split('&')) {
    if (part !== '') readPart(part, position, result, seen, options)
    position += part.length + 1
  }
  return result
}

function readPart(
  part: string,
  position: number,
  result: RequestOptions,
  seen: Set<string>,
  options: ParseOptions,
): void {
  const equals = part.indexOf('=')
  const written = decode(equals < 0 ? part : part.slice(0, equals), position)
  const raw = equals < 0 ? '' : part.slice(equals + 1)
  const name = systemName(written, position)
  if (name === undefined && !written.startsWith('@')) {
    result.custom.push({ name: written, value: decode(raw, position) })
    return
  }

  const target = name === undefined ? written : `$${name}`
  if (seen.has(target)) throw new ParseError('Duplicate', `${target} is given twice`, position, target)
  seen.add(target)
  if (raw === '') throw new ParseError('InvalidOptionValue', `${target} has no value`, 0, target)
  const value = decode(raw, position)

  if (name === undefined) readAlias(target, value, result, options)
  else if (isTextOption(name)) result[name] = value
  else if (name === 'index') result.index = parseIndex(value)
  else readParsed(name as OptionName, value, raw, result, options)
}

/** The option's name in lower case without `$`, nothing for aliases and custom options. */
function systemName(written: string, position: number): string | undefined {
  const hasDollar = written.startsWith('$')
  const name = written.slice(hasDollar ? 1 : 0).toLowerCase()
  if (knownNames.includes(name) && (hasDollar || !dollarOnly.includes(name))) return name
  if (!hasDollar && written !== '' && !/\s/.test(written)) return undefined
  const meant = nearest(name, knownNames)
  const hint = meant ? `; did you mean $${meant}?` : ''
  throw new ParseError('UnknownOption', `${quote(written)} is not a query option${hint}`, position, 'query')
}

function isTextOption(name: string): name is TextOption {
  return (textOptions as readonly string[]).includes(name)
}

function readAlias(target: string, value: string, result: RequestOptions, options: ParseOptions): void {
  if (!/^@[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}$/u.test(target)) {
    throw new ParseError('UnknownOption', `${quote(target)} is not the name of an alias`, 0, 'query')
  }
  const parameters = result.parameters ??= new Map()
  const expression = TokenReader.parse(value, target, options, (c) => {
    c.refuseBlank('before the value')
    return parseExpression(c)
  })
  parameters.set(target.slice(1), expression)
}

function readParsed(
  name: OptionName,
  value: string,
  raw: string,
  result: RequestOptions,
  options: ParseOptions,
): void {
  const target = `$${name}`
  // In a search word a semicolon must be encoded, which cannot be seen any more once it is decoded.
  if (name === 'search' && /^[^"']*;/.test(raw)) {
    throw new ParseError('UnexpectedToken', "';' must be written %3B", raw.indexOf(';'), target)
  }
  TokenReader.parse(value, target, options, (c) => readOption(c, name, result, false))
}

/** ABNF index: a whole number that may be negative, counting from the end. */
function parseIndex(value: string): number {
  const index = Number(value)
  if (/^-?\d+$/.test(value) && Number.isSafeInteger(index)) return index
  throw new ParseError('InvalidOptionValue', 'expected a whole number', 0, '$index')
}

/**
 * A plus sign that cannot be a blank: the offset of a timestamp and the sign of an exponent. All others are
 * blanks, as every HTTP library and HTML form writes them (they write a real plus as %2B).
 */
const plus = /(T\d\d(?::|%3A)\d\d(?:[\d.:]|%3A)*(?=\+\d\d(?::|%3A)\d\d)|\de(?=\+\d))?\+/gi

function decode(raw: string, position: number): string {
  return decodeText(raw.replace(plus, (_, before?: string) => before ? `${before}+` : ' '), position, 'query')
}
