/** ABNF resourcePath and its neighbours, from the raw path: a slash inside a key must arrive as %2F. */
import { parseArguments, parseLiteralOrAlias } from './arguments.ts'
import type { Arguments, PathSegment, ResourcePath, Step } from './ast.ts'
import { decodeText } from './decode.ts'
import { parseExpression } from './expression.ts'
import { defaultLimits, type ParseOptions } from './limits.ts'
import { ParseError, quote } from './parse-error.ts'
import { checkText, TokenReader } from './token-reader.ts'

const target = 'path'
const nameAhead = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}.]*(?:\(|$)/u

/** Dollar-prefixed segments are case-sensitive. */
const wholePaths = { '$metadata': 'metadata', '$batch': 'batch', '$entity': 'entity', '$all': 'all' } as const
const crossjoin = '$crossjoin'
const suffixes = { '$count': 'count', '$value': 'value', '$ref': 'ref', '$query': 'query' } as const

const isIn = <T extends object>(key: string, table: T): key is keyof T & string => Object.hasOwn(table, key)

/** `path` relative to the service root, with or without the slash before it; positions count in the decoded path. */
export function parsePath(path: string, options: ParseOptions = {}): ResourcePath {
  checkText(path, target, options)
  const parts = path.replace(/^\//, '').split('/')
  const maxParts = options.limits?.maxNodes ?? defaultLimits.maxNodes
  if (parts.length > maxParts) {
    throw new ParseError('LimitExceeded', `more than ${maxParts} segments`, 0, target)
  }

  let decoded = path.startsWith('/') ? '/' : ''
  const segments: PathSegment[] = []
  for (const part of parts) {
    const start = decoded.length
    decoded += decodeText(part, start, target)
    if (parts.length === 1) {
      const whole = parseWholePath(decoded, start, options)
      if (whole) return whole
    }
    const previous = segments.at(-1)?.kind ?? ''
    if (isIn(`$${previous}`, suffixes)) {
      throw new ParseError('InvalidPath', `nothing may follow $${previous}`, start, target)
    }
    segments.push(...parseSegments(decoded, start, options))
    decoded += '/'
  }
  return { kind: 'resource', segments }
}

/** Paths that are not a resource; ABNF odataRelativeUri, crossjoin. */
function parseWholePath(path: string, start: number, options: ParseOptions): ResourcePath | undefined {
  const text = path.slice(start)
  if (text === '') return { kind: 'service' }
  if (isIn(text, wholePaths)) return { kind: wholePaths[text] }
  if (!text.startsWith(crossjoin)) return undefined
  return TokenReader.parse(path, target, options, parseCrossjoin, start + crossjoin.length)
}

/** The piece of the path from `start` on, up to the next slash; `F(a=1)('k')` makes two segments of it. */
function parseSegments(path: string, start: number, options: ParseOptions): PathSegment[] {
  const text = path.slice(start)
  const isFirst = start <= 1
  if (!isFirst) {
    if (isIn(text, suffixes)) return [{ kind: suffixes[text], position: start }]
    if (text === '$each') return [{ kind: 'each', position: start }]
    if (text.startsWith('$filter(')) {
      return [
        TokenReader.parse(
          path,
          target,
          options,
          (c) => parseFilterSegment(c, start),
          start + '$filter'.length,
        ),
      ]
    }
    // A key written as a segment may look like anything.
    if (text !== '' && !text.startsWith('$') && !nameAhead.test(text)) {
      return [{ kind: 'text', text, position: start }]
    }
  }
  if (!nameAhead.test(text)) {
    throw new ParseError('InvalidPath', `${quote(text)} cannot be a path segment here`, start, target)
  }
  return TokenReader.parse(path, target, options, (c) => parseNamed(c, isFirst), start)
}

function parseNamed(c: TokenReader, isFirst: boolean): PathSegment[] {
  const { kind, position } = c.peek
  // Such as `true` or a GUID.
  if (kind === 'literal' && !isFirst) return [{ kind: 'text', text: c.advance().text, position }]
  const name = isFirst ? c.identifier('an entity set').text : c.advance().text
  if (!c.atTight('(')) return [{ kind: 'name', name, position }]
  const segments: PathSegment[] = [{ kind: 'name', name, arguments: parsePathArguments(c), position }]
  while (c.atTight('(')) {
    c.node()
    segments.push({ kind: 'key', position: c.peek.position, arguments: parsePathArguments(c) })
  }
  return segments
}

/** ABNF keyPredicate, functionParameters. */
function parsePathArguments(c: TokenReader): Arguments {
  return parseArguments(c, parseLiteralOrAlias)
}

/** ABNF filterInPath. */
function parseFilterSegment(c: TokenReader, position: number): PathSegment {
  c.expect('(')
  const predicate = parseExpression(c)
  c.expect(')')
  return { kind: 'filter', predicate, position }
}

/** ABNF crossjoin. */
function parseCrossjoin(c: TokenReader): ResourcePath {
  const names: Step[] = []
  c.expect('(')
  do {
    const { text, position } = c.identifier('an entity set')
    names.push({ name: text, position })
  } while (c.take(','))
  c.expect(')')
  return { kind: 'crossjoin', names }
}
