import { Finding, quote, type Reader } from '../finding.ts'
import { isMissing } from './missing.ts'

/** `1.0` is what pandas makes of a boolean column with gaps. */
const words: Readonly<Record<string, boolean>> = {
  ...{ true: true, t: true, yes: true, y: true, '1': true, '1.0': true },
  ...{ false: false, f: false, no: false, n: false, '0': false, '0.0': false },
}

/** Reads a boolean in any spelling that Spark, Python or Qobrix writes. */
export const readBoolean: Reader = (value) => {
  if (typeof value === 'boolean') return value
  if (value === 1) return true
  if (value === 0) return false
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase()
    if (isMissing(word)) return null
    if (Object.hasOwn(words, word)) return words[word]!
  }
  return new Finding('invalid_boolean', `Expected true or false, got ${quote(value)}.`)
}
