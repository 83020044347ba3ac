import { Finding, quote, type Reader } from '../finding.ts'
import { isDay } from './calendar.ts'
import { isMissing } from './missing.ts'

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(?:(Z|UTC)|([+-])(\d\d):?(\d\d)?)?)?$/i

/**
 * Reads a point in time as `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`. Without a zone it is UTC, which is what the sessions of
 * Spark are set to. Microseconds are kept, digits beyond them cut, zeros at the end left out.
 *
 * Integers above 1e11 are milliseconds since 1970 (pandas writes times so). Seconds are not guessed: smaller numbers are
 * no time. As text only 13 digits are, because 14 and 12 may be a date and time without separators.
 */
export const readTimestamp: Reader = (value) => {
  if (typeof value === 'number' && Number.isInteger(value) && value > 1e11 && value <= lastMs) {
    return fromMilliseconds(value)
  }
  if (typeof value === 'string') {
    const text = value.trim()
    if (isMissing(text)) return null
    if (/^\d{13}$/.test(text) && Number(text) > 1e11) return fromMilliseconds(Number(text))
    const match = form.exec(text)
    const read = match && fromParts(match)
    if (read) return read
  }
  return new Finding(
    'invalid_timestamp',
    `Expected a time such as 2026-01-31T10:00:00Z, got ${quote(value)}.`,
  )
}

/** The end of the year 9999. */
const lastMs = 253_402_300_799_999

function fromMilliseconds(value: number): string {
  return new Date(value).toISOString().replace(/\.?0*Z$/, 'Z')
}

function fromParts(match: RegExpExecArray): string | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00', digits = '', , sign, ...zone] = match
  if (!isDay(Number(year), Number(month), Number(day))) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const fraction = digits.slice(0, 6).replace(/0+$/, '')
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const utc = sign ? shifted(local, sign, Number(zone[0]), Number(zone[1] ?? 0)) : local
  return utc && `${utc}${fraction && `.${fraction}`}Z`
}

/** Takes the zone off; undefined for a zone that does not exist or when the year leaves 0001 to 9999. */
function shifted(local: string, sign: string, hours: number, minutes: number): string | undefined {
  if (hours > 15 || minutes > 59) return undefined
  const offset = (hours * 60 + minutes) * (sign === '-' ? -60_000 : 60_000)
  const utc = new Date(Date.parse(`${local}Z`) - offset).toISOString()
  return /^\d{4}-/.test(utc) && !utc.startsWith('0000') ? utc.slice(0, 19) : undefined
}
