import { checkFilter, compares, lowAndHigh } from './check.ts'
import type { TagsOf } from './suite.ts'
import { fields, type Scenario } from './world.ts'

type Operator = Parameters<typeof compares>[1]

/** `field operator literal` with a literal that some rows hold, so that gt and ge, lt and le differ. */
function comparison(field: string, operator: Operator, written: (value: number) => string): Scenario {
  return (world) => {
    const [low] = lowAndHigh<number>(world.listings, field)
    return checkFilter(world, field, {
      filter: `${field} ${operator} ${written(low)}`,
      keeps: (row) => compares(row[field] as number | null, operator, low),
    })
  }
}

const integer = (operator: Operator) => comparison(fields.integer, operator, String)
const decimal = (operator: Operator) => comparison(fields.decimal, operator, (value) => value.toFixed(2))

const number = (row: Record<string, unknown>) => row[fields.integer] as number | null

export const numbers: Record<TagsOf<'filter-int-' | 'filter-decimal-'>, Scenario> = {
  'filter-int-and': (world) => {
    const [low, high] = lowAndHigh<number>(world.listings, fields.integer)
    return checkFilter(world, fields.integer, {
      filter: `${fields.integer} gt ${low} and ${fields.integer} lt ${high + 1}`,
      keeps: (row) => compares(number(row), 'gt', low) && compares(number(row), 'lt', high + 1),
    })
  },
  'filter-int-or': (world) => {
    const [low, high] = lowAndHigh<number>(world.listings, fields.integer)
    return checkFilter(world, fields.integer, {
      filter: `${fields.integer} lt ${low} or ${fields.integer} gt ${high}`,
      keeps: (row) => compares(number(row), 'lt', low) || compares(number(row), 'gt', high),
    })
  },
  'filter-int-not': (world) => {
    const [low] = lowAndHigh<number>(world.listings, fields.integer)
    return checkFilter(world, fields.integer, {
      filter: `not (${fields.integer} le ${low})`,
      keeps: (row) => !compares(number(row), 'le', low), // null le 1 is false, its opposite true
    })
  },
  'filter-int-eq': integer('eq'),
  'filter-int-ne': integer('ne'),
  'filter-int-gt': integer('gt'),
  'filter-int-ge': integer('ge'),
  'filter-int-lt': integer('lt'),
  'filter-int-le': integer('le'),
  'filter-decimal-ne': decimal('ne'),
  'filter-decimal-gt': decimal('gt'),
  'filter-decimal-ge': decimal('ge'),
  'filter-decimal-lt': decimal('lt'),
  'filter-decimal-le': decimal('le'),
}
