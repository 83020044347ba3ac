import { checkFilter, compares, lowAndHigh } from './check.ts'
import type { TagsOf } from './suite.ts'
import { fields, type Scenario } from './world.ts'

type Operator = Parameters<typeof compares>[1]

/** Dates are written yyyy-mm-dd; as texts they sort as they do as dates. */
const date = (operator: Operator): Scenario => (world) => {
  const [low] = lowAndHigh<string>(world.listings, fields.date)
  return checkFilter(world, fields.date, {
    filter: `${fields.date} ${operator} ${low}`,
    keeps: (row) => compares(row[fields.date] as string | null, operator, low),
  })
}

const instant = (value: unknown) => value === null ? null : Date.parse(value as string)

/** The moment that a row holds, written with an offset as the suite does. */
const moment = (operator: Operator): Scenario => (world) => {
  const [low] = lowAndHigh<string>(world.listings, fields.timestamp)
  const there = new Date(Date.parse(low) - 9 * 3_600_000).toISOString().replace(/\.\d+Z$/, '-09:00')
  return checkFilter(world, fields.timestamp, {
    filter: `${fields.timestamp} ${operator} ${there}`,
    keeps: (row) => compares(instant(row[fields.timestamp]), operator, Date.parse(low)),
  })
}

const now = (operator: Operator): Scenario => (world) =>
  checkFilter(world, fields.timestamp, {
    filter: `${fields.timestamp} ${operator} now()`,
    keeps: (row) => compares(instant(row[fields.timestamp]), operator, Date.now()),
    ...(operator === 'ne' && { mayKeepAll: true }),
  })

export const dates: Record<TagsOf<'filter-date'>, Scenario> = {
  'filter-date-eq': date('eq'),
  'filter-date-ne': date('ne'),
  'filter-date-gt': date('gt'),
  'filter-date-ge': date('ge'),
  'filter-date-lt': date('lt'),
  'filter-date-le': date('le'),
  'filter-datetime-gt': moment('gt'),
  'filter-datetime-ge': moment('ge'),
  'filter-datetime-lt-now': now('lt'),
  'filter-datetime-le-now': now('le'),
  'filter-datetime-ne-now': now('ne'),
}
