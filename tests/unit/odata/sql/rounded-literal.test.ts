import { describe, expect, it } from 'vitest'
import {
  comparisonWithRounded,
  roundDateDown,
  roundNumberDown,
  roundStampDown,
  roundTimestampDown,
} from '../../../../functions/_shared/odata/sql/rounded-literal.ts'

const most = String(2n ** 63n - 1n)
const least = String(-(2n ** 63n))

describe('roundNumberDown', () => {
  it.each([
    ['100', 2, '10000', true],
    ['100.005', 2, '10000', false],
    ['-100.005', 2, '-10001', false],
    ['-0.5', 0, '-1', false],
    ['0.000', 2, '0', true],
    ['1e3', 0, '1000', true],
    ['1.5e-1', 2, '15', true],
    ['12e-9', 2, '0', false],
    ['1e400', 2, most, false],
    ['-1e999999999', 0, least, false],
    ['0e999999999', 0, '0', true],
    ['99999999999999999999', 0, most, false],
    ['INF', 0, most, false],
    ['-INF', 0, least, false],
  ])('%s at scale %i is %s, exact %s', (text, scale, value, isExact) => {
    expect(roundNumberDown(text, scale)).toEqual({ value, isExact })
  })

  it('has none for NaN', () => expect(roundNumberDown('NaN', 2)).toBeUndefined())
})

describe('floors of time', () => {
  it.each([
    ['2026-01-01T00:00:00.1234567Z', '1767225600123456', false],
    ['2026-01-01T00:00:00.5+02:00', '1767218400500000', true],
    ['2026-01-01T00:00Z', '1767225600000000', true],
    ['1969-12-31T23:59:59.9Z', '-100000', true],
    ['2026-01-01', '1767225600000000', true],
  ])('%s is stamp %s, exact %s', (text, value, isExact) => {
    expect(roundStampDown(text)).toEqual({ value, isExact })
  })

  it('cuts to microseconds', () => {
    expect(roundTimestampDown('2026-01-01T00:00:00.1234567Z')).toEqual({
      value: '2026-01-01T00:00:00.123456Z',
      isExact: false,
    })
    expect(roundTimestampDown('2026-01-01T00:00:00.1234560+02:00')).toEqual({
      value: '2026-01-01T00:00:00.123456+02:00',
      isExact: true,
    })
    expect(roundTimestampDown('2026-01-01')).toEqual({ value: '2026-01-01T00:00:00Z', isExact: true })
  })

  it('takes the day in UTC', () => {
    expect(roundDateDown('2026-01-01T01:00:00+02:00')).toEqual({ value: '2025-12-31', isExact: false })
    expect(roundDateDown('2026-01-01T02:00:00+02:00')).toEqual({ value: '2026-01-01', isExact: true })
    expect(roundDateDown('0001-01-01T00:00:00+14:00')).toEqual({ value: '0001-01-01', isExact: false })
  })
})

describe('comparisonWithRounded', () => {
  it('moves the border where something was cut off', () => {
    const cut = { value: '2', isExact: false }
    const answers = (['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const).map((operator) =>
      comparisonWithRounded(operator, cut)
    )
    expect(answers).toEqual(['false', 'true', '>', '>', '<=', '<='])
  })

  it('agrees with real comparison for every operator and value around the border', () => {
    const operators = {
      eq: (a: number, b: number) => a === b,
      ne: (a: number, b: number) => a !== b,
      gt: (a: number, b: number) => a > b,
      ge: (a: number, b: number) => a >= b,
      lt: (a: number, b: number) => a < b,
      le: (a: number, b: number) => a <= b,
    }
    const inSql: Record<string, (a: number, b: number) => boolean> = {
      '=': operators.eq,
      '<>': operators.ne,
      '>': operators.gt,
      '>=': operators.ge,
      '<': operators.lt,
      '<=': operators.le,
      true: () => true,
      false: () => false,
    }
    for (const literal of [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.25]) {
      for (const stored of [-3, -2, -1, 0, 1, 2]) {
        for (const [operator, holds] of Object.entries(operators)) {
          const rounded = roundNumberDown(literal.toFixed(2), 0)!
          const sql = comparisonWithRounded(operator as 'eq', rounded)
          expect(inSql[sql]!(stored, Number(rounded.value)), `${stored} ${operator} ${literal}`).toBe(
            holds(stored, literal),
          )
        }
      }
    }
  })
})
