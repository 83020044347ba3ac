import { Finding, quote, type Reader } from '../finding.ts'
import { maxKey, maxText } from '../limits.ts'
import { storableText } from '../storable-text.ts'
import { formatDecimal, parseDecimal } from './decimal-text.ts'
import { isMissingText } from './missing.ts'

/** Which texts stand for "no value"; given trimmed. */
type IsMissing = (trimmed: string) => boolean

/** Of a lookup that has None among its values, from a source that means what it writes. */
const isMissingBesideNone: IsMissing = (trimmed) => trimmed !== 'None' && isMissingText(trimmed)

/** Free text is kept as sent, blanks and control characters included. */
function textReader(isMissing: IsMissing): Reader {
  const read: Reader = (value) => {
    if (Array.isArray(value)) return fromList(value, read)
    if (typeof value !== 'string') return fromScalar(value)
    if (value.length > maxText) {
      return tooLong(value)
    }
    const text = storableText(value)
    const result = isMissing(text.trim()) ? null : text
    if (text === value) return result
    return new Finding('cleaned', 'NUL characters or halves of surrogate pairs were removed.', result)
  }
  return read
}

/** Text that is indexed: a key or a single lookup value. Several are none. */
function shortTextReader(readText: Reader): Reader {
  return (value) => {
    if (Array.isArray(value)) return notText(value)
    const read = readText(value)
    const text = read instanceof Finding ? read.value : read
    return typeof text === 'string' && text.length > maxKey ? keyTooLong(text) : read
  }
}

export const readText: Reader = textReader(isMissingText)
export const readShortText: Reader = shortTextReader(readText)
export const readTextOrNone: Reader = textReader(isMissingBesideNone)
export const readShortTextOrNone: Reader = shortTextReader(readTextOrNone)

/** A list of scalars is what RESO sends for several lookup values; gold has them as one text with commas. */
function fromList(list: unknown[], readPart: Reader): string | null | Finding {
  const parts: string[] = []
  let cleaned: Finding | undefined
  for (const part of list) {
    if (part === null) continue
    if (Array.isArray(part)) return notText(list)
    const read = readPart(part)
    if (read instanceof Finding) {
      if (read.code === 'invalid_text') return notText(list)
      if (read.code !== 'cleaned') return read
      cleaned = read
    }
    const text = read instanceof Finding ? read.value : read
    if (typeof text === 'string') parts.push(text.trim())
  }
  const joined = parts.join(',')
  if (joined.length > maxText) return tooLong(joined)
  const result = joined === '' ? null : joined
  return cleaned ? new Finding(cleaned.code, cleaned.message, result) : result
}

/** Reads a key: as short text, and blanks around it are not part of it. */
export const readKey: Reader = (value) => {
  if (Array.isArray(value)) return notText(value)
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
  return notText(value)
}

function notText(value: unknown): Finding {
  return new Finding(
    'invalid_text',
    `Expected a text, got ${
      quote(value)
    }. Send structures as text; lists only where a field takes several values.`,
  )
}

function tooLong(text: string): Finding {
  return new Finding(
    'too_long',
    `${text.length} characters; at most ${maxText} are kept. Shorten it at the source.`,
  )
}

function keyTooLong(text: string): Finding {
  return new Finding(
    'key_too_long',
    `${text.length} characters; a key or lookup value has at most ${maxKey}.`,
  )
}
