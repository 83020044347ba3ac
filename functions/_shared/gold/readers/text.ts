import { Finding, quote, type Reader } from '../finding.ts'
import { maxKey, maxText } from '../limits.ts'
import { storableText } from '../storable-text.ts'
import { formatDecimal, parseDecimal } from './decimal-text.ts'
import { isMissingText } from './missing.ts'

/** Reads free text. It is kept as sent, blanks and control characters included. */
export const readText: Reader = (value) => {
  if (typeof value !== 'string') return fromScalar(value)
  if (value.length > maxText) {
    return new Finding(
      'too_long',
      `${value.length} characters; at most ${maxText} are kept. Shorten it at the source.`,
    )
  }
  const text = storableText(value)
  const result = isMissingText(text.trim()) ? null : text
  if (text === value) return result
  return new Finding('cleaned', 'NUL characters or halves of surrogate pairs were removed.', result)
}

/** Reads text that is indexed: a key or a single lookup value. */
export const readShortText: Reader = (value) => {
  const read = readText(value)
  const text = read instanceof Finding ? read.value : read
  return typeof text === 'string' && text.length > maxKey ? keyTooLong(text) : read
}

/** Reads a key: as short text, and blanks around it are not part of it. */
export const readKey: Reader = (value) => {
  const read = readText(value)
  if (read instanceof Finding) {
    if (typeof read.value !== 'string') return read
    const key = read.value.trim()
    return key.length > maxKey ? keyTooLong(key) : new Finding(read.code, read.message, key)
  }
  if (typeof read !== 'string') return read
  const key = read.trim()
  return key.length > maxKey ? keyTooLong(key) : key
}

/** Untyped columns arrive as numbers and booleans when Spark inferred a type. Digits are written out: 1e21 is no text. */
function fromScalar(value: unknown): string | Finding {
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) {
    return formatDecimal(parseDecimal(String(value))!)
  }
  return new Finding(
    'invalid_text',
    `Expected a text, got ${quote(value)}. Send lists and structures as text.`,
  )
}

function keyTooLong(text: string): Finding {
  return new Finding(
    'key_too_long',
    `${text.length} characters; a key or lookup value has at most ${maxKey}.`,
  )
}
