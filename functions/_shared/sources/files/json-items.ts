import { endOfString, parseJson } from '../../gold/json-text.ts'
import { FileFault } from './format.ts'

/** Items of a window, and how far it was read: up to the end of the last whole item. */
export interface Items {
  items: unknown[]
  consumed: number
  /** The list is closed: nothing that follows belongs to it. */
  done: boolean
}

/**
 * Where the first item stands: behind the bracket of the list at `path`, or at the first value where the file is a
 * sequence of values (NDJSON). Undefined when the window ends before it.
 *
 * @throws FileFault when there is no list at the path
 */
export function findJsonItems(text: string, path: string): number | undefined {
  let at = skip(text, 0)
  for (const step of path === '' ? [] : path.split('.')) {
    if (at >= text.length) return undefined
    if (text[at] !== '{') return none(path)
    const found = member(text, at, step)
    if (found === undefined) return undefined
    if (found === null) return none(path)
    at = found
  }
  if (at >= text.length) return undefined
  if (text[at] === '[') return at + 1
  if (path === '' && text[at] === '{') return at
  return none(path)
}

function none(path: string): never {
  throw new FileFault('unreadable_file', `There is no list of records at items_path "${path}".`)
}

/** The place of a member's value; null when the object has none of that name. */
function member(text: string, open: number, name: string): number | null | undefined {
  let at = skip(text, open + 1)
  while (at < text.length && text[at] === '"') {
    const end = endOfString(text, at)
    const key = text.slice(at, end)
    at = skip(text, end)
    if (at >= text.length) return undefined
    at = skip(text, at + 1)
    if (key === JSON.stringify(name)) return at
    const behind = endOfValue(text, at)
    if (behind === undefined) return undefined
    at = skip(text, behind)
    if (text[at] === ',') at = skip(text, at + 1)
  }
  return at >= text.length ? undefined : null
}

/** Reads items from a place between two of them. */
export function readJsonItems(text: string, limit: number): Items {
  const items: unknown[] = []
  let consumed = 0
  let at = skip(text, 0, ',')
  while (items.length < limit && at < text.length) {
    if (text[at] === ']' || text[at] === '}') return { items, consumed: at, done: true }
    const end = endOfValue(text, at)
    if (end === undefined) break
    try {
      items.push(parseJson(text.slice(at, end)))
    } catch {
      throw new FileFault(
        'unreadable_file',
        `Record ${items.length + 1} of this part is not JSON: ${text.slice(at, at + 40)}…`,
      )
    }
    consumed = end
    at = skip(text, end, ',')
  }
  return { items, consumed, done: false }
}

/** The first list of objects: at the top, or in a member of the top or of a member of it. Empty for NDJSON. */
export function detectItemsPath(text: string): string {
  const at = skip(text, 0)
  if (text[at] !== '{') return ''
  const first = endOfValue(text, at)
  if (first !== undefined && text[skip(text, first)] === '{') return ''
  return listUnder(text, at, 3)?.join('.') ?? ''
}

function listUnder(text: string, open: number, depth: number): string[] | undefined {
  let at = skip(text, open + 1)
  while (at < text.length && text[at] === '"') {
    const end = endOfString(text, at)
    const name = text.slice(at + 1, end - 1)
    at = skip(text, skip(text, end) + 1)
    if (text[at] === '[' && text[skip(text, at + 1)] === '{') return [name]
    if (text[at] === '{' && depth > 1) {
      const deeper = listUnder(text, at, depth - 1)
      if (deeper) return [name, ...deeper]
    }
    const behind = endOfValue(text, at)
    if (behind === undefined) return undefined
    at = skip(text, behind)
    if (text[at] === ',') at = skip(text, at + 1)
  }
  return undefined
}

/** Undefined when the text ends before the value does. A number at the very end may go on. */
function endOfValue(text: string, start: number): number | undefined {
  const first = text[start]
  if (first === '"') {
    const end = endOfString(text, start)
    return text[end - 1] === '"' && end > start + 1 ? end : undefined
  }
  if (first !== '{' && first !== '[') {
    const end = text.slice(start).search(/[\s,\]}]/)
    return end === -1 ? undefined : start + end
  }
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      at = endOfString(text, at) - 1
    } else if (character === '{' || character === '[') {
      depth++
    } else if ((character === '}' || character === ']') && --depth === 0) {
      return at + 1
    }
  }
  return undefined
}

function skip(text: string, from: number, also = ''): number {
  let at = from
  while (at < text.length && (' \t\r\n\ufeff'.includes(text[at]!) || (also && text[at] === also))) at++
  return at
}
