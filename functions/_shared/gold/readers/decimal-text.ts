/** A decimal number as text: digits without leading and fraction without trailing zeros. Exact at any length. */
export interface DecimalText {
  negative: boolean
  whole: string
  fraction: string
}

const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/

/** More zeros than this need not be written out: no field, doubles included, holds such a number. */
const extreme = 400

/** Reads `1250000.00`, `-.5`, `+3.` and `1.25E7` (how Java prints doubles); undefined for anything else. */
export function parseDecimal(text: string): DecimalText | undefined {
  const match = form.exec(text)
  if (!match || (!match[2] && !match[3])) return undefined
  const [, sign, whole = '', fraction = '', exponent] = match
  return normalise(sign === '-', ...shift(whole, fraction, Number(exponent ?? 0)))
}

/** Writes the number in its one canonical form, so that equal numbers have equal text. */
export function formatDecimal({ negative, whole, fraction }: DecimalText): string {
  return `${negative ? '-' : ''}${whole || '0'}${fraction && `.${fraction}`}`
}

/** Rounds half up (away from zero, as Postgres does) to `scale` digits after the point. */
export function roundDecimal(number: DecimalText, scale: number): DecimalText {
  if (number.fraction.length <= scale) return number
  const kept = number.fraction.slice(0, scale)
  const up = number.fraction.charCodeAt(scale) >= 53 // '5'
  const digits = (BigInt(`0${number.whole}${kept}`) + (up ? 1n : 0n)).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  return normalise(number.negative, digits.slice(0, point), digits.slice(point))
}

function shift(whole: string, fraction: string, exponent: number): [string, string] {
  if (exponent === 0) return [whole, fraction]
  const most = whole.length + fraction.length + extreme
  const by = Math.max(-most, Math.min(most, exponent))
  if (by > 0) return [whole + fraction.slice(0, by).padEnd(by, '0'), fraction.slice(by)]
  const padded = whole.padStart(-by, '0')
  return [padded.slice(0, padded.length + by), padded.slice(padded.length + by) + fraction]
}

function normalise(negative: boolean, whole: string, fraction: string): DecimalText {
  let start = 0
  while (whole.charCodeAt(start) === 48) start++
  let end = fraction.length
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end--
  const zero = start === whole.length && end === 0
  return { negative: negative && !zero, whole: whole.slice(start), fraction: fraction.slice(0, end) }
}
