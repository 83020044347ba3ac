import { Finding, quote, type Reader } from '../finding.ts'
import { type DecimalText, formatDecimal, parseDecimal, roundDecimal } from './decimal-text.ts'
import { isMissing } from './missing.ts'

/** What is left of a number once "no value" and what is no number have been told apart. */
function toDecimal(value: unknown): DecimalText | null | Finding {
  if (typeof value === 'string') {
    const text = value.trim()
    if (isMissing(text)) return null
    const number = parseDecimal(text)
    if (number) return number
  } else if ((typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint') {
    return parseDecimal(String(value))!
  } else if (Number.isNaN(value)) {
    return null
  }
  return new Finding('invalid_number', `Expected a number such as 1250000.50, got ${quote(value)}.`)
}

/**
 * Reads DECIMAL(precision, scale) as an exact decimal text; no value passes through a float. A number with more
 * digits after the point is rounded, one with too many before it is out of range.
 */
export function decimalReader(precision: number, scale: number, { negative = true } = {}): Reader {
  const places = precision - scale
  const range = (value: unknown, limit: string) => new Finding('out_of_range', `${quote(value)} is ${limit}.`)
  return (value) => {
    const number = toDecimal(value)
    if (number === null || number instanceof Finding) return number
    if (number.negative && !negative) return range(value, 'below zero')
    const tooLarge = `too large: at most ${places} digits before the point`
    if (number.whole.length > places) return range(value, tooLarge)
    if (number.fraction.length <= scale) return formatDecimal(number)
    const rounded = roundDecimal(number, scale)
    if (rounded.whole.length > places) return range(value, tooLarge)
    const text = formatDecimal(rounded)
    return new Finding(
      'rounded',
      `${quote(value)} has more than ${scale} digits after the point: ${text}.`,
      text,
    )
  }
}

/** Reads an integer of so many bits; `2.0` is 2. Beyond what a JSON number holds exactly, digits as text. */
export function integerReader(bits: 32 | 64): Reader {
  const max = 2n ** BigInt(bits - 1) - 1n
  const plain = bits === 32 ? Number(max) : Number.MAX_SAFE_INTEGER
  return (value) => {
    if (Number.isInteger(value) && Math.abs(value as number) <= plain) return (value as number) + 0 // -0 is 0
    const number = toDecimal(value)
    if (number === null || number instanceof Finding) return number
    if (number.fraction) {
      return new Finding('invalid_integer', `Expected a whole number, got ${quote(value)}.`)
    }
    if (number.whole.length > 19) return beyond(value, bits)
    const text = formatDecimal(number)
    const integer = BigInt(text)
    if (integer > max || integer < -max - 1n) return beyond(value, bits)
    return Number.isSafeInteger(Number(text)) ? Number(text) : text
  }
}

function beyond(value: unknown, bits: number): Finding {
  return new Finding('out_of_range', `${quote(value)} does not fit ${bits} bits.`)
}

/** Reads a double between two bounds. */
export function doubleReader(min: number, max: number): Reader {
  return (value) => {
    if (typeof value === 'number' && value >= min && value <= max) return orZero(value)
    const number = toDecimal(value)
    if (number === null || number instanceof Finding) return number
    const double = Number(formatDecimal(number))
    if (double >= min && double <= max) return orZero(double)
    return new Finding('out_of_range', `${quote(value)} is not between ${min} and ${max}.`)
  }
}

/** Postgres refuses the doubles next to zero where it reads them as numeric; mls.read_record() draws the same line. */
function orZero(double: number): number {
  return Math.abs(double) < 1e-300 ? 0 : double
}
