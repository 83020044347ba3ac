/** The order of values of Postgres, from their text. */
import type { SortedBy } from '../marks/marks.ts'

type Compare = (one: string, other: string) => number

const byText: Compare = (one, other) => one < other ? -1 : one > other ? 1 : 0

/** By code points, as the collation C has them: UTF-16 has the rare planes before the last of the common one. */
const byCodePoints: Compare = (one, other) => {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return rank(a) - rank(b)
  }
  return one.length - other.length
}

/** Surrogates behind everything else. */
const rank = (unit: number) => unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit

const byInteger: Compare = (one, other) => {
  const [a, b] = [BigInt(one), BigInt(other)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** NaN is greater than all. */
const byDouble: Compare = (one, other) => {
  const [a, b] = [one, other].map((text) => text === 'NaN' ? undefined : Number(text))
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return a < b ? -1 : a > b ? 1 : 0
}

/** Exact, as long as they are. */
const byNumeric: Compare = (one, other) => {
  if (![one, other].every((text) => /^-?\d+(\.\d+)?$/.test(text))) return byDouble(one, other)
  const scale = Math.max(...[one, other].map((text) => text.split('.')[1]?.length ?? 0))
  const [a, b] = [one, other].map((text) => {
    const [whole = '', fraction = ''] = text.split('.')
    return BigInt(whole + fraction.padEnd(scale, '0'))
  }) as [bigint, bigint]
  return a < b ? -1 : a > b ? 1 : 0
}

/** `2026-11-30 06:00:00.5+00`, in UTC: seconds, then the fraction. */
const byTime: Compare = (one, other) => {
  const [a, b] = [one, other].map((text) => {
    const [, seconds = '', fraction = ''] = /^(.*?)(?:\.(\d+))?(?:\+00)?$/.exec(text)!
    return [seconds, fraction.padEnd(6, '0')] as const
  }) as [readonly [string, string], readonly [string, string]]
  return a[0].length - b[0].length || byText(a[0], b[0]) || byText(a[1], b[1])
}

const byType: Record<string, Compare> = {
  bigint: byInteger,
  integer: byInteger,
  numeric: byNumeric,
  'double precision': byDouble,
  text: byCodePoints,
  boolean: byText, // f before t
  date: (one, other) => one.length - other.length || byText(one, other),
  timestamptz: byTime,
  time: byTime,
}

/** Whether rows of two hubs can be put in this order. */
export const isComparable = ({ type }: SortedBy): boolean => Object.hasOwn(byType, type)

/** Below zero where the first row comes first. Null is lowest, as in the order of one hub. */
export function compareRows(
  order: readonly SortedBy[],
  one: readonly (string | null)[],
  other: readonly (string | null)[],
): number {
  for (let term = 0; term < order.length; term++) {
    const { type, descending } = order[term]!
    const [a, b] = [one[term] ?? null, other[term] ?? null]
    const compared = a === null || b === null ? Number(b === null) - Number(a === null) : byType[type]!(a, b)
    if (compared !== 0) return descending ? -compared : compared
  }
  return 0
}
