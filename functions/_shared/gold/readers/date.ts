import { Finding, quote, type Reader } from '../finding.ts'
import { isDay } from './calendar.ts'
import { isMissing } from './missing.ts'

/** A day, and whatever time follows it; the time is cut, not converted. */
const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.]*\s*(?:Z|UTC|[+-][\d:]+)?)?$/

/** Reads a date as `YYYY-MM-DD`. */
export const readDate: Reader = (value) => {
  if (typeof value === 'string') {
    const text = value.trim()
    if (isMissing(text)) return null
    const match = form.exec(text)
    if (match && isDay(Number(match[1]), Number(match[2]), Number(match[3]))) return text.slice(0, 10)
  }
  return new Finding('invalid_date', `Expected a date such as 2026-01-31, got ${quote(value)}.`)
}
