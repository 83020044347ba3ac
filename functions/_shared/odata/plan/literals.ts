/**
 * Reading literals as the type that the other operand wants. Numbers stay text; dates and times are checked here so
 * that PostgreSQL never meets one it would refuse.
 */
import type { Literal } from '../syntax/ast.ts'
import { quote } from '../syntax/parse-error.ts'
import type { Constant } from './bound.ts'
import { type Place, refuse } from './refuse.ts'
import { isNumber, label, type ValueType } from './value-types.ts'

/** More digits than any value we hold has; longer numbers would only cost time. */
const maxDigits = 400

const ownTypes: Partial<Record<Literal['type'], ValueType>> = {
  null: 'null',
  boolean: 'boolean',
  integer: 'integer',
  decimal: 'decimal',
  double: 'double',
  string: 'string',
  guid: 'string',
  date: 'date',
  dateTimeOffset: 'timestamp',
  timeOfDay: 'time',
  duration: 'duration',
}

/** A literal on its own, with the type in which it was written. */
export function constant(literal: Literal, target: string): Constant {
  const place = { target, position: literal.position }
  const type = ownTypes[literal.type]
  if (type === undefined) {
    return refuse(place, refusals[literal.type] ?? 'this literal cannot be used here')
  }
  const { value } = literal
  if (isNumber(type) && (value as string).length > maxDigits) {
    refuse(place, 'the number has too many digits', 'too_costly')
  }
  if (type === 'date' || type === 'timestamp') {
    return temporal(value as string, type, place)
  }
  return { node: 'constant', type, value: value as Constant['value'] }
}

const refusals: Partial<Record<Literal['type'], string>> = {
  enum: "enumerations are plain texts here: write 'Active', without a type before it",
  binary: 'no field is binary',
}

/**
 * The constant as the type `wanted`, or a refusal that says what was expected. Dates and times may be quoted, a date
 * may stand for its midnight (UTC), and a moment may be compared with a date.
 */
export function convert(value: Constant, wanted: ValueType, place: Place): Constant {
  if (value.type === 'null' || value.type === wanted) return value
  if (isNumber(value.type) && isNumber(wanted)) return value
  const isTemporal = wanted === 'date' || wanted === 'timestamp'
  if (isTemporal && (value.type === 'date' || value.type === 'timestamp')) {
    return value
  }
  if (isTemporal && value.type === 'string') {
    return quotedTemporal(value.value as string, place)
  }
  if (
    wanted === 'time' && value.type === 'string' &&
    isTimeOfDay(value.value as string)
  ) {
    return { ...value, type: 'time' }
  }
  return refuse(place, `expected ${label(wanted)}, not ${written(value)}${hint(value, wanted)}`)
}

function written({ type, value }: Constant): string {
  return `${label(type)} ${type === 'string' ? quote(String(value)) : String(value).slice(0, 40)}`
}

function hint(value: Constant, wanted: ValueType): string {
  if (wanted === 'string') return '; texts stand in single quotes'
  if (value.type === 'string' && (isNumber(wanted) || wanted === 'boolean')) {
    return '; write it without quotes'
  }
  return ''
}

const quoted = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?)(Z|[-+]\d\d:\d\d)?)?$/i

/** `'2026-01-31'`, `'2026-01-31T10:00:00Z'`; without a zone UTC is meant. */
function quotedTemporal(text: string, place: Place): Constant {
  const [, date, time, zone] = quoted.exec(text.trim()) ?? []
  if (date === undefined) {
    return refuse(place, `${quote(text)} is not a date; write 2026-01-31 or 2026-01-31T10:00:00Z`)
  }
  if (time === undefined) return temporal(date, 'date', place)
  return temporal(`${date}T${time}${zone ?? 'Z'}`, 'timestamp', place)
}

const temporalForm =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[-+](\d\d):(\d\d)))?$/i

function temporal(text: string, type: 'date' | 'timestamp', place: Place): Constant {
  const parts = temporalForm.exec(text)?.slice(1).map(Number)
  if (!parts || !isCalendar(parts)) {
    return refuse(place, `${quote(text)} is not a date between the years 1 and 9999`)
  }
  return { node: 'constant', type, value: text.toUpperCase() }
}

function isCalendar(
  [
    year,
    month,
    day,
    hour = 0,
    minute = 0,
    second = 0,
    zone = 0,
    zoneMinute = 0,
  ]: number[],
): boolean {
  const date = new Date(0)
  date.setUTCFullYear(year!, month! - 1, day!)
  const isDay = date.getUTCFullYear() === year &&
    date.getUTCMonth() === month! - 1 &&
    date.getUTCDate() === day
  const clock = (value: number, most: number) => Number.isNaN(value) || value <= most
  return year! > 0 && isDay && clock(hour, 23) && clock(minute, 59) &&
    clock(second, 59) && clock(zone, 14) &&
    clock(zoneMinute, 59)
}

function isTimeOfDay(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/.test(text)
}
