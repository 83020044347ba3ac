/**
 * Exact comparison of columns with literals of finer grain: `ListPrice gt 100.005` against whole cents. A literal is
 * cut down to the column's unit, and what was cut off decides the operator; no literal can overflow a column.
 */
import type { Comparison } from '../syntax/ast.ts'

/** The greatest value in the column's unit that is not above the literal. */
export interface RoundedDown {
  value: string
  isExact: boolean
}

/** Beyond every column (numeric(18,x) and integers), so that clamping changes no comparison. */
const most = 2n ** 63n - 1n
const least = -(2n ** 63n)
/** Exponents beyond these lie outside of every column, or within less than its unit of zero. */
const maxExponent = 400

/** A number in units of 10^-scale; undefined for NaN, which equals nothing. */
export function roundNumberDown(text: string, scale: number): RoundedDown | undefined {
  if (text === 'NaN') return undefined
  const [, sign, whole, fraction = '', exponentText = '0'] =
    /^([-+]?)(\d+)(?:\.(\d+))?(?:e([-+]?\d+))?$/i.exec(text) ?? []
  const isNegative = sign === '-' || text === '-INF'
  if (whole === undefined) return clamped(isNegative)
  const digits = BigInt(whole + fraction) * (isNegative ? -1n : 1n)
  if (digits === 0n) return { value: '0', isExact: true }
  const exponent = Math.max(-maxExponent, Math.min(maxExponent, Number(exponentText)))
  const shift = exponent - fraction.length + scale
  if (shift >= 0) return within(digits * 10n ** BigInt(shift), true)
  const divisor = 10n ** BigInt(-shift)
  const quotient = digits / divisor
  const isExact = quotient * divisor === digits
  return within(isNegative && !isExact ? quotient - 1n : quotient, isExact)
}

function within(value: bigint, isExact: boolean): RoundedDown {
  if (value > most || value < least) return clamped(value < 0n)
  return { value: String(value), isExact }
}

function clamped(isNegative: boolean): RoundedDown {
  return { value: String(isNegative ? least : most), isExact: false }
}

/** A moment cut to microseconds, which is what Postgres keeps. A date is its midnight. */
export function roundTimestampDown(text: string): RoundedDown {
  if (!text.includes('T')) return { value: `${text}T00:00:00Z`, isExact: true }
  const [, head, digits = '', zone] = /^([^.]+?)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)$/
    .exec(text)!
  const rest = digits.slice(6)
  return {
    value: `${head}${digits && `.${digits.slice(0, 6)}`}${zone}`,
    isExact: !/[1-9]/.test(rest),
  }
}

/** A moment as a stamp: microseconds since 1970. */
export function roundStampDown(text: string): RoundedDown {
  const { value, isExact } = roundTimestampDown(text)
  const [, whole, digits = '', zone] = /^([^.]+?)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)$/.exec(value)!
  const microseconds = BigInt(Date.parse(`${whole}${zone}`)) * 1000n + BigInt(digits.padEnd(6, '0'))
  return { value: String(microseconds), isExact }
}

/** The day of a moment (UTC), or a date as it is. */
export function roundDateDown(text: string): RoundedDown {
  if (!text.includes('T')) return { value: text, isExact: true }
  const time = new Date(text.replace(/\.\d+/, ''))
  const isMidnight = time.getTime() % 86_400_000 === 0 &&
    !/\.\d*[1-9]/.test(text)
  if (time.getUTCFullYear() < 1) return { value: '0001-01-01', isExact: false }
  if (time.getUTCFullYear() > 9999) {
    return { value: '9999-12-31', isExact: false }
  }
  return { value: time.toISOString().slice(0, 10), isExact: isMidnight }
}

/** `column <operator> literal` in terms of the rounded; a text is a constant answer. */
export function comparisonWithRounded(
  operator: Comparison,
  rounded: RoundedDown | undefined,
): '=' | '<>' | '>' | '>=' | '<' | '<=' | 'true' | 'false' {
  const isExact = rounded?.isExact === true
  switch (operator) {
    case 'eq':
      return isExact ? '=' : 'false'
    case 'ne':
      return isExact ? '<>' : 'true'
    case 'gt':
      return rounded ? '>' : 'false'
    case 'le':
      return rounded ? '<=' : 'false'
    case 'ge':
      return !rounded ? 'false' : isExact ? '>=' : '>'
    case 'lt':
      return !rounded ? 'false' : isExact ? '<' : '<='
  }
}
