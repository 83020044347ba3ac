import { afterEach, describe, expect, it } from 'vitest'
import { date, money } from '../../../console/src/lib/format.ts'
import { behind } from '../../../console/src/lib/pages.ts'
import { bars } from '../../../console/src/pages/bars.ts'
import { progressOf } from '../../../console/src/pages/operate/progress.ts'

const zone = process.env.TZ
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

describe('a day', () => {
  it.each(['Asia/Almaty', 'America/Los_Angeles', 'Pacific/Kiritimati', 'UTC'])(
    'is the same in %s, and a moment the day that it is there',
    (place) => {
      process.env.TZ = place
      expect(date('2026-03-01')).toBe('Mar 1, 2026')
      const there = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: place })
      expect(date('2026-03-01T22:30:00Z')).toBe(there.format(new Date('2026-03-01T22:30:00Z')))
    },
  )
})

describe('money', () => {
  it.each([['HUF', 84_500_000], ['KZT', 12_000_000], ['EUR', 1_250_000.4], ['JPY', 5], ['BHD', 1.5]])(
    'of %s has no small coins',
    (currency, value) => expect(money(value, currency)).not.toMatch(/[.,]\d{1,2}$/),
  )

  it('without a currency that there could be is a number', () => {
    expect(money(5, 'nope')).toBe('5')
    expect(money(5, null)).toBe('5')
    expect(money(null, 'EUR')).toBe('–')
  })
})

describe('bars of days', () => {
  const row = (day: string) => ({ day, ingested: 1, claimed: 0, enriched: 0, published: 2, sold: 0 })
  const days = (count: number) =>
    Array.from(
      { length: count },
      (_, at) => row(new Date(Date.parse('2026-01-01') + at * 86_400_000).toISOString().slice(0, 10)),
    )

  it('are one a day where there is room', () => {
    expect(bars(days(31), 30, '2026-01-01')).toHaveLength(31)
  })

  it.each([90, 365, 1000])('of %i days leave none out', (count) => {
    const drawn = bars(days(count + 1), count, '2026-01-01')
    expect(drawn.length).toBeLessThanOrEqual(60)
    expect(drawn.reduce((sum, { ingested }) => sum + ingested, 0)).toBe(count + 1)
    expect(drawn.reduce((sum, { published }) => sum + published, 0)).toBe(2 * (count + 1))
  })
})

describe('the progress of a run', () => {
  const run = (status: string, done: number, stage: { done: number; expected?: number }) =>
    progressOf({ status, progress: { done, stage } })

  it.each([
    ['running', 13, { done: 10, expected: 50 }, '10 of 50'],
    ['running', 53, { done: 50, expected: 50 }, '50 of 50'],
    ['running', 3, { done: 3 }, '3 so far; the source does not say of how many'],
    ['running', 56, { done: 53, expected: 50 }, '53 so far; the source spoke of 50 and has grown'],
    ['running', 1_300, { done: 1_200, expected: 5_000 }, '1,200 of 5,000'],
    ['finished', 53, { done: 50, expected: 50 }, 'Records read: 53'],
    ['queued', 0, { done: 0 }, '0 so far; the source does not say of how many'],
  ])('%s, %i records, %o', (status, done, stage, text) => expect(run(status, done, stage)).toBe(text))
})

describe('the condition of rows behind one', () => {
  it('quotes what could be read as more than a value', () => {
    expect(behind({ column: 'email', value: 'a"b,c)\\@x', id: '1' })).toBe(
      'email.gt."a\\"b,c)\\\\@x",and(email.eq."a\\"b,c)\\\\@x",id.gt.1),email.is.null',
    )
  })
})
