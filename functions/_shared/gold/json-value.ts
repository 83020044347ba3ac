import type { IssueCode } from './issues.ts'
import { maxDepth, maxText } from './limits.ts'
import { storableText } from './storable-text.ts'

/**
 * The value as jsonb can store it: texts and names without NUL and broken surrogates, numbers that JSON can write.
 * Used for what the contract does not know or could not read. What cannot be stored at all is null; the codes of
 * what went wrong are added to `found`.
 */
export function storableJson(value: unknown, found: Set<IssueCode>, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return storableString(value, found)
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'boolean':
      return value
    case 'bigint':
      return String(value)
    case 'object':
      break
    default:
      return null
  }
  if (value === null) return null
  if (depth === maxDepth) {
    found.add('too_deep')
    return null
  }
  if (Array.isArray(value)) return Array.from(value, (item) => storableJson(item, found, depth + 1))
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([name, item]) => [storableText(name), storableJson(item, found, depth + 1)]),
  )
}

function storableString(value: string, found: Set<IssueCode>): string {
  if (value.length > maxText) found.add('too_long')
  const text = storableText(value)
  if (text !== value) found.add('cleaned')
  return text
}
