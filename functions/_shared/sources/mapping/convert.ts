import { isDay } from '../../gold/readers/calendar.ts'
import { formatDecimal, parseDecimal, roundDecimal } from '../../gold/readers/decimal-text.ts'
import type { ValueForms } from './language.ts'

/** Yes and no in the languages of the markets, as files spell them. */
const yes = new Set(
  'true t yes y 1 x ja j jawohl oui o si sì sí s sim да д ναι ν evet e igen i tak da ano áno ken כן نعم иә иа on wahr vrai'
    .split(' '),
)
const no = new Set(
  'false f no n 0 - nein non não nao нет н όχι οχι ο hayır hayir h nem nie ne ei לא لا жоқ off falsch faux'
    .split(' '),
)

/** Undefined where the text is neither. */
export function toBool(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const word = String(value).trim().toLowerCase().normalize('NFC')
  return yes.has(word) ? true : no.has(word) ? false : undefined
}

/** Signs, codes and units that may stand around a number; anything else beside it means that it is no number. */
const around =
  /^(?:[€$£¥₽₸₺₴₪₣]|eur|usd|gbp|chf|huf|ft|kzt|rub|try|czk|kč|pln|zł|ron|bgn|лв|aed|cad|aud|m²|m2|sqm|sq\.?\s?m|кв\.?\s?м|τ\.?μ\.?|sqft|sq\.?\s?ft|ft²|ha|ac|acres|km|m|м|тг|тенге|руб|р|kv\.?m|\/|[-—–.,]|\s)*$/i

/**
 * A number as an exact decimal text, whatever groups its digits: `1.234.567,89`, `€ 450.000`, `1 200`, `1'200`.
 * Undefined for what is no number, and for one whose groups are not of three digits: `1.5` is not 15.
 */
export function toDecimalText(value: unknown, { decimal }: ValueForms): string | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? formatDecimal(parseDecimal(String(value))!) : undefined
  }
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'string') return undefined
  const match = /^(\D*?)([-−+]?\s?(?:\d[\d\s.,'’\u00a0\u202f]*|[.,]\d+)(?:e[+-]?\d+)?)(.*)$/is.exec(
    value.trim(),
  )
  if (!match || !around.test(match[1]!) || !around.test(match[3]!)) return undefined
  const negative = /[-−]/.test(match[2]!)
  const body = match[2]!.replace(/[-−+]\s?/, '').replace(/[\s'’\u00a0\u202f]/g, ' ').trim().replace(
    /[ .,]+$/,
    '',
  )
  const group = decimal === '.' ? ',' : '.'
  const [whole = '', fraction, ...more] = body.split(decimal)
  if (more.length > 0) {
    return grouped(body, decimal) ? sign(negative, body.replaceAll(decimal, '')) : undefined
  }
  if (!/^\d*$/.test(whole) && !grouped(whole, group) && !grouped(whole, ' ')) return undefined
  const digits = whole.replace(/[ .,]/g, '')
  const written = fraction === undefined ? digits : `${digits}.${fraction}`
  const parsed = parseDecimal(written)
  return parsed && sign(negative, formatDecimal(parsed))
}

/** 1.234.567: groups of three behind the first. */
function grouped(text: string, separator: string): boolean {
  const [first, ...rest] = text.split(separator)
  return /^\d{1,3}$/.test(first!) && rest.length > 0 && rest.every((part) => /^\d{3}$/.test(part))
}

const sign = (negative: boolean, digits: string) => negative && /[1-9]/.test(digits) ? `-${digits}` : digits

/** A number times a factor, rounded to four places: what a square foot is in square metres has more than any field keeps. */
export function scaled(text: string, factor: number): string {
  const product = Number(text) * factor
  return formatDecimal(roundDecimal(parseDecimal(product.toFixed(8))!, 4))
}

/** Rounds half away from zero. */
export function toWhole(text: string): string {
  return formatDecimal(roundDecimal(parseDecimal(text)!, 0))
}

const clock = /[T\s]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d|am|pm)?$/i

/**
 * A day as `YYYY-MM-DD`, or with the time where one is given. ISO is always understood; otherwise the order of the
 * source counts. Two digits of a year belong to 1950..2049.
 */
export function toDate(value: unknown, { dates }: ValueForms): string | undefined {
  const text = String(value).trim()
  const time = clock.exec(text)
  const day = time ? text.slice(0, time.index) : text
  const read = readDay(day, dates)
  if (!read || !time) return read
  const half = time[4]?.toLowerCase()
  const isHalf = half === 'am' || half === 'pm'
  const hour = isHalf ? Number(time[1]) % 12 + (half === 'pm' ? 12 : 0) : Number(time[1])
  if (hour > 23 || Number(time[2]) > 59) return undefined
  const zone = isHalf ? '' : time[4] ?? ''
  return `${read}T${String(hour).padStart(2, '0')}:${time[2]}:${time[3] ?? '00'}${zone}`
}

function readDay(text: string, order: ValueForms['dates']): string | undefined {
  const iso = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(text)
  if (iso) return dayText(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const match = /^(\d{1,4})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{1,4})\.?$/.exec(text)
  if (!match) return undefined
  const [a, b, c] = [match[1]!, match[2]!, match[3]!]
  if (a.length > 2) return dayText(Number(a), Number(b), Number(c))
  const year = c.length > 2 ? Number(c) : Number(c) + (Number(c) < 50 ? 2000 : 1900)
  if (order === 'mdy') return dayText(year, Number(a), Number(b))
  if (order === 'dmy') return dayText(year, Number(b), Number(a))
  return undefined
}

function dayText(year: number, month: number, day: number): string | undefined {
  if (!isDay(year, month, day)) return undefined
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
