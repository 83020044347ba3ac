/** A record as the sandbox holds it. */
export type QobrixRow = Record<string, unknown> & { id: string }

type Value = string | number | boolean | null | Value[]
type Test = (row: QobrixRow) => boolean

/** Search that cannot be read: Qobrix answers 500 with `{errors}`. */
export class SearchFault extends Error {}

/**
 * The part of Symfony's expression language that Qobrix searches by: comparisons, `in [..]`, ranges `2..4`, `contains`,
 * `starts with`, `ends with`, `and`, `or`, `not`, brackets, texts in single or double quotes, `null`.
 */
export function readSearch(text: string): Test {
  const tokens = tokensOf(text)
  let at = 0
  const peek = () => tokens[at]
  const isWord = (word: string) => tokens[at]?.toLowerCase() === word
  const take = () => {
    const token = tokens[at++]
    if (token === undefined) throw new SearchFault('Unexpected end of expression.')
    return token
  }
  const eat = (...words: string[]) => {
    if (!words.every((word, offset) => tokens[at + offset]?.toLowerCase() === word)) return false
    at += words.length
    return true
  }
  const either = (): Test => {
    let left = both()
    while (eat('or') || eat('||')) {
      const [one, other] = [left, both()]
      left = (row) => one(row) || other(row)
    }
    return left
  }
  const both = (): Test => {
    let left = single()
    while (eat('and') || eat('&&')) {
      const [one, other] = [left, single()]
      left = (row) => one(row) && other(row)
    }
    return left
  }
  const single = (): Test => {
    if (eat('not') || eat('!')) {
      const inner = single()
      return (row) => !inner(row)
    }
    if (eat('(')) {
      const inner = either()
      if (!eat(')')) throw new SearchFault('A bracket is not closed.')
      return inner
    }
    return comparison()
  }
  const comparison = (): Test => {
    const field = take()
    if (!/^[a-z_][\w.]*$/i.test(field)) throw new SearchFault(`Unexpected "${field}".`)
    const of = (row: QobrixRow) => (row[field.split('.').at(-1)!] ?? null) as Value
    if (eat('not', 'in')) return negated(among(of, value()))
    if (eat('in')) return among(of, value())
    if (eat('starts', 'with')) return texts(of, value(), (text, part) => text.startsWith(part))
    if (eat('ends', 'with')) return texts(of, value(), (text, part) => text.endsWith(part))
    if (eat('contains') || eat('~')) return texts(of, value(), (text, part) => text.includes(part))
    const operator = take()
    const wanted = value()
    switch (operator) {
      case '==':
        return (row) => compare(of(row), wanted) === 0
      case '!=':
        return (row) => compare(of(row), wanted) !== 0
      case '<':
        return (row) => (compare(of(row), wanted) ?? 1) < 0
      case '<=':
        return (row) => (compare(of(row), wanted) ?? 1) <= 0
      case '>':
        return (row) => (compare(of(row), wanted) ?? -1) > 0
      case '>=':
        return (row) => (compare(of(row), wanted) ?? -1) >= 0
    }
    throw new SearchFault(`Unexpected "${operator}".`)
  }
  const value = (): Value => {
    if (eat('[')) {
      const items: Value[] = []
      while (!eat(']')) {
        items.push(value())
        if (!eat(',') && peek() !== ']') throw new SearchFault('A list is not closed.')
      }
      return items
    }
    const first = scalar(take())
    return isWord('..') && eat('..') ? { from: first, to: scalar(take()) } as unknown as Value : first
  }
  const test = either()
  if (at < tokens.length) throw new SearchFault(`Unexpected "${tokens[at]}".`)
  return test
}

function tokensOf(text: string): string[] {
  const tokens = text.match(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\.\.|[<>=!]=|&&|\|\||[<>!~()[\],]|-?\d+(?:\.\d+)?|[a-z_][\w.]*|\S/gi,
  ) ?? []
  if (tokens.some((token) => /^["']/.test(token) && (token.length < 2 || token.at(-1) !== token[0]))) {
    throw new SearchFault('A text is not closed.')
  }
  return tokens
}

function scalar(token: string): string | number | boolean | null {
  if (/^["']/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, '$1')
  if (/^-?\d/.test(token)) return Number(token)
  if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true'
  if (/^null$/i.test(token)) return null
  throw new SearchFault(`Unexpected "${token}".`)
}

const negated = (test: Test): Test => (row) => !test(row)

function among(of: (row: QobrixRow) => Value, wanted: Value): Test {
  if (Array.isArray(wanted)) return (row) => wanted.some((item) => compare(of(row), item) === 0)
  const range = wanted as unknown as { from?: Value; to?: Value }
  if (typeof range !== 'object' || range === null) throw new SearchFault('"in" needs a list or a range.')
  return (row) => (compare(of(row), range.from!) ?? -1) >= 0 && (compare(of(row), range.to!) ?? 1) <= 0
}

function texts(
  of: (row: QobrixRow) => Value,
  part: Value,
  test: (text: string, part: string) => boolean,
): Test {
  return (row) => of(row) !== null && test(String(of(row)).toLowerCase(), String(part).toLowerCase())
}

/** As SQL compares: nothing with null but null itself; times whether they are written with T or a blank. */
function compare(value: Value, wanted: Value): number | undefined {
  if (value === null || wanted === null) return value === wanted ? 0 : undefined
  if (typeof wanted === 'number') return Math.sign(Number(value) - wanted)
  const [a, b] = [value, wanted].map((item) => {
    const text = String(item)
    return /^\d{4}-\d\d-\d\d[T ]/.test(text) ? text.slice(0, 19).replace('T', ' ') : text
  })
  return a! < b! ? -1 : a === b ? 0 : 1
}
