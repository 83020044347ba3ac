import { expect, test } from 'vitest'
import { nextRun } from '../../../functions/_shared/operate/next-run.ts'

const after = new Date('2026-02-27T23:59:50.000Z')

test.each([
  ['* * * * *', '2026-02-28T00:00:00.000Z'],
  ['*/15 * * * *', '2026-02-28T00:00:00.000Z'],
  ['17 3 * * *', '2026-02-28T03:17:00.000Z'],
  ['0 0 1 * *', '2026-03-01T00:00:00.000Z'],
  ['0 12 $ * *', '2026-02-28T12:00:00.000Z'],
  ['30 seconds', '2026-02-28T00:00:20.000Z'],
  [' 1 second ', '2026-02-27T23:59:51.000Z'],
  ['59 Seconds', '2026-02-28T00:00:49.000Z'],
  ['60 seconds', null],
  ['0 seconds', null],
  ['30 minutes', null],
  ['', null],
  ['every day', null],
  ['61 * * * *', null],
])('%j is due next at %s', (schedule, due) => {
  expect(nextRun(schedule, after)).toBe(due)
})
