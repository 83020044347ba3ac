import { locale } from '../i18n/index.ts'

/** Numbers, money, dates by the language that is chosen. What is absent is a dash. */
const none = '–'

export function number(value: number | null | undefined, options: Intl.NumberFormatOptions = {}): string {
  return value === null || value === undefined ? none : new Intl.NumberFormat(locale(), options).format(value)
}

export function money(value: number | null | undefined, currency: string | null | undefined): string {
  if (value === null || value === undefined) return none
  if (!currency || !/^[A-Z]{3}$/.test(currency)) return number(value)
  return number(value, { style: 'currency', currency, maximumFractionDigits: 0 })
}

export function area(value: number | null | undefined): string {
  return value ? `${number(value, { maximumFractionDigits: 0 })} m²` : none
}

/** A day as it is, or the day of a moment where the reader is. */
export function date(value: string | null | undefined): string {
  if (!value) return none
  // a day is read as midnight in London, which west of it is the day before
  const timeZone = /^\d{4}-\d\d-\d\d$/.test(value) ? 'UTC' : undefined
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeZone }).format(new Date(value))
}

export function dateTime(value: string | null | undefined): string {
  return value
    ? new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value))
    : none
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

export function ago(value: string | null | undefined): string {
  if (!value) return none
  const seconds = (Date.parse(value) - Date.now()) / 1000
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  const step = steps.find(([, length]) => Math.abs(seconds) >= length)
  return step
    ? format.format(Math.round(seconds / step[1]), step[0])
    : format.format(Math.round(seconds), 'second')
}

/** `PENDING_DUE_DILIGENCE` as words, for what has no text of its own. */
export function words(code: string | null | undefined): string {
  const text = (code ?? '').replaceAll('_', ' ').toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}
