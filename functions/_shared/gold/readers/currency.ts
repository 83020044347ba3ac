import { Finding, quote, type Reader } from '../finding.ts'
import { readText } from './text.ts'

/** Signs that stand for one currency only; `$` and `kr` do not. mls.read_currency() has the same. */
const signs: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP', '₸': 'KZT', FT: 'HUF' }

/** Reads a currency as its code of ISO 4217. `XXX` there means "none", so a price in it says nothing. */
export const readCurrency: Reader = (value) => {
  const read = Array.isArray(value) ? undefined : readText(value)
  if (read === null) return null
  if (typeof read === 'string') {
    const text = read.trim()
    const word = /^[A-Za-z]{2,3}$/.test(text) ? text.toUpperCase() : text
    if (Object.hasOwn(signs, word)) return signs[word]!
    if (/^[A-Z]{3}$/.test(word) && word !== 'XXX') return word
  }
  return new Finding(
    'invalid_currency',
    `Expected a currency such as EUR, got ${quote(value)}. The currency of the office is assumed.`,
  )
}
