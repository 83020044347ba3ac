import { endOfString } from './json-text.ts'

/** Where a text stops being JSON, and why, in words for the person who wrote the writer. */
export interface JsonFault {
  offset: number
  message: string
}

const token = /[\t\n\r ]*([{}[\],:]|"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

/** In a text: an escape, or (the group) what may not stand there. */
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|([^ -\uffff]|\\.?)/g

/** Brackets open at a time. Nobody sends that many; it bounds the work that a hostile body can cause. */
const maxOpen = 1_000

type Expectation = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or end' | 'nothing'

const wanted: Record<Expectation, string> = {
  'value': 'a value',
  'value or ]': 'a value or ]',
  'name': 'a field name in double quotes',
  'name or }': 'a field name in double quotes or }',
  'colon': 'a colon',
  'comma or end': 'a comma or the closing bracket',
  'nothing': 'nothing more',
}

/**
 * Finds the first place where `text` is not JSON. The messages of JSON.parse differ between engines and mostly do
 * not name the place; this runs only after JSON.parse has refused the text, over tokens and without recursion.
 */
export function findJsonFault(text: string): JsonFault {
  const open: string[] = []
  let expected: Expectation = 'value'
  for (let at = 0;;) {
    token.lastIndex = at
    const match = token.exec(text)
    if (!match) return strayFault(text, at, expected)
    const [, found = ''] = match
    const start = token.lastIndex - found.length
    const next = follow(expected, found, open)
    if (!next) return { offset: start, message: `expected ${wanted[expected]}, found ${found}` }
    if (open.length > maxOpen) {
      return { offset: start, message: `more than ${maxOpen} brackets are open here` }
    }
    at = token.lastIndex
    if (found === '"') {
      at = endOfString(text, start)
      const fault = stringFault(text, start, at)
      if (fault) return fault
    }
    expected = next
  }
}

/** What may come after a token, or undefined where the token may not stand. Keeps the stack of open brackets. */
function follow(expected: Expectation, found: string, open: string[]): Expectation | undefined {
  const takesValue = expected === 'value' || expected === 'value or ]'
  const after = (): Expectation => open.length === 0 ? 'nothing' : 'comma or end'
  switch (found) {
    case '{':
    case '[':
      if (!takesValue) return undefined
      open.push(found)
      return found === '{' ? 'name or }' : 'value or ]'
    case '}':
    case ']': {
      const closable = expected === 'comma or end' ||
        expected === (found === '}' ? 'name or }' : 'value or ]')
      if (!closable || open.pop() !== (found === '}' ? '{' : '[')) return undefined
      return after()
    }
    case ',':
      return expected !== 'comma or end' ? undefined : open.at(-1) === '{' ? 'name' : 'value'
    case ':':
      return expected === 'colon' ? 'value' : undefined
    case '"':
      if (expected === 'name' || expected === 'name or }') return 'colon'
  }
  return takesValue ? after() : undefined
}

function stringFault(text: string, start: number, end: number): JsonFault | undefined {
  const closed = end - start > 1 && text[end - 1] === '"'
  if (!closed) return { offset: start, message: 'this text is never closed; the body may have been cut off' }
  for (const { index, 1: bad } of text.slice(start, end).matchAll(escape)) {
    if (bad === undefined) continue
    const what = bad.startsWith('\\') ? 'an escape that JSON does not have' : 'a bare control character'
    return { offset: start + index, message: `${what} in a text` }
  }
  return undefined
}

function strayFault(text: string, at: number, expected: Expectation): JsonFault {
  const rest = /[^\t\n\r ]/g
  rest.lastIndex = at
  const offset = rest.exec(text)?.index ?? text.length
  if (offset === text.length) {
    return { offset, message: `expected ${wanted[expected]}, but the body ends; it may have been cut off` }
  }
  const word = /^-?[\w'.]{1,20}/.exec(text.slice(offset, offset + 20))?.[0] ??
    [...text.slice(offset, offset + 2)][0]
  const hint = /^-?(NaN|Infinity|None|True|False)\b/.test(word ?? '')
    ? '; that is Python, not JSON: write null'
    : ''
  return { offset, message: `expected ${wanted[expected]}, found ${word}${hint}` }
}
