/** A part of a body that holds whole elements, without what separates it from the next one. */
export interface Slice {
  start: number
  end: number
  /** Elements that it must hold; 0 where only parsing tells (lines may be blank). */
  count: number
}

/** Least bytes of a slice, but for the last one: eight records of full width. */
const sliceBytes = 64 * 1024

const code = (character: string) => character.charCodeAt(0)
const quote = code('"')
const backslash = code('\\')
const comma = code(',')
const newline = code('\n')
const opening = { bracket: code('['), brace: code('{') }
const closing = { bracket: code(']'), brace: code('}') }
const blanks = [...' \t\r\n'].map(code)

/** What stands before the elements and behind them: an array, or the object that holds it and nothing else. */
const frames = [
  { before: ['['], behind: [']'] },
  { before: ['{', '"records"', ':', '['], behind: [']', '}'] },
]

/**
 * Cuts a JSON array between its elements, by brackets, quotes and commas alone; in UTF-8 no byte of a longer
 * character looks like one of these. Whether a slice is JSON is for its parser to say: if every slice in brackets of
 * its own is an array of so many elements, the whole is JSON. Undefined for anything but one closed array in one of
 * the frames. 8 MB take 15 ms.
 */
export function cutArray(bytes: Uint8Array): Slice[] | undefined {
  for (const { before, behind } of frames) {
    const first = skipTokens(bytes, afterMark(bytes), before)
    if (first !== undefined) return cutElements(bytes, first, behind)
  }
  return undefined
}

function cutElements(bytes: Uint8Array, first: number, behind: string[]): Slice[] | undefined {
  const slices: Slice[] = []
  let start = first
  let count = 1
  let depth = 1
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++
    } else if (byte === comma) {
      if (depth > 1) continue
      if (at - start >= sliceBytes) {
        slices.push({ start, end: at, count })
        start = at + 1
        count = 0
      }
      count++
    } else if (byte === opening.bracket || byte === opening.brace) {
      depth++
    } else if ((byte === closing.bracket || byte === closing.brace) && --depth === 0) {
      if (skipTokens(bytes, at, behind) !== bytes.length) return undefined
      const isEmpty = slices.length === 0 && skipBlanks(bytes, start) === at
      return isEmpty ? [] : [...slices, { start, end: at, count }]
    }
  }
  return undefined
}

/** Cuts between lines. */
export function cutLines(bytes: Uint8Array): Slice[] {
  const slices: Slice[] = []
  for (let start = afterMark(bytes), end; start < bytes.length; start = end + 1) {
    const found = bytes.indexOf(newline, start + sliceBytes)
    end = found === -1 ? bytes.length : found
    slices.push({ start, end, count: 0 })
  }
  return slices
}

/** A byte order mark before the body is dropped. */
function afterMark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** The four blanks of JSON. */
function skipBlanks(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && blanks.includes(bytes[at]!)) at++
  return at
}

/** The place behind these tokens and the blanks around them; undefined where something else stands. */
function skipTokens(bytes: Uint8Array, from: number, tokens: string[]): number | undefined {
  let at = skipBlanks(bytes, from)
  for (const token of tokens) {
    for (const character of token) if (bytes[at++] !== code(character)) return undefined
    at = skipBlanks(bytes, at)
  }
  return at
}
