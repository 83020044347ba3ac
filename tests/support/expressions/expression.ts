import { type Random, randomFor } from '../../../scripts/seed/prng.ts'

type Row = Record<string, unknown>

/** An expression of a filter together with what it means, written down independently of the parser and of SQL. */
export interface Expression<T> {
  text: string
  /** Null where a null operand leaves it without a value. */
  of: (row: Row) => T | null
}

type Condition = Expression<boolean>
/** Numbers are counted in hundredths, which is exact for what the fields hold. */
type Hundredths = Expression<number>
type Text = Expression<string>
/** Dates as yyyy-mm-dd. */
type Day = Expression<string>

export interface Sources {
  /** Rows from which literals are taken, so that conditions hold for some. */
  rows: Row[]
  /** Photos of a listing, for any, all and $count. */
  photosOf: (row: Row) => Row[]
}

/** The nth condition of a fixed sequence. */
export function conditionFor(number: number, sources: Sources): Condition {
  return condition(randomFor('expressions', number), sources, 3)
}

/** The nth number of a fixed sequence, in hundredths. */
export function numberFor(n: number, sources: Sources): Hundredths {
  return number(randomFor('numbers', n), sources, 3)
}

/** The nth text of a fixed sequence. */
export function textFor(n: number, sources: Sources): Text {
  return text(randomFor('texts', n), sources, 3)
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

// ----- values ----------------------------------------------------------------------------------------------

const numbers = [
  'BedroomsTotal',
  'BathroomsTotalInteger',
  'YearBuilt',
  'ListPrice',
  'LivingArea',
  'LotSizeSquareFeet',
]
const texts = [
  'City',
  'Country',
  'PropertyType',
  'StandardStatus',
  'ListingId',
  'PublicRemarks',
  'LeaseAmountFrequency',
]
const flags = ['NewConstructionYN', 'LeaseConsideredYN', 'FireplaceYN']

function held(random: Random, { rows }: Sources, field: string): unknown {
  return random.pick(rows)[field]
}

const hundredths = (value: unknown) => value === null ? null : Math.round((value as number) * 100)
const decimal = (value: number) => (value / 100).toFixed(2)

/** The result of an operator or a function: null where an operand is. */
function lift<A, R>(operand: Expression<A>, apply: (value: A) => R | null): Expression<R>['of'] {
  return (row) => {
    const value = operand.of(row)
    return value === null ? null : apply(value)
  }
}

function lift2<A, B, R>(
  a: Expression<A>,
  b: Expression<B>,
  apply: (a: A, b: B) => R | null,
): Expression<R>['of'] {
  return (row) => {
    const [left, right] = [a.of(row), b.of(row)]
    return left === null || right === null ? null : apply(left, right)
  }
}

function number(random: Random, sources: Sources, depth: number): Hundredths {
  switch (depth > 0 ? random.int(0, 8) : random.int(0, 2)) {
    case 0:
    case 1: {
      const field = random.pick(numbers)
      return { text: field, of: (row) => hundredths(row[field]) }
    }
    case 2: {
      const value = hundredths(held(random, sources, random.pick(numbers))) ?? random.int(-500, 500)
      return { text: decimal(value), of: () => value }
    }
    case 3: {
      const [a, b] = [number(random, sources, depth - 1), number(random, sources, depth - 1)]
      return { text: `(${a.text} add ${b.text})`, of: lift2(a, b, (a, b) => a + b) }
    }
    case 4: {
      const [a, b] = [number(random, sources, depth - 1), number(random, sources, depth - 1)]
      return { text: `(${a.text} sub ${b.text})`, of: lift2(a, b, (a, b) => a - b) }
    }
    case 5: {
      const [a, factor] = [number(random, sources, depth - 1), random.int(-3, 9)]
      return { text: `(${a.text} mul ${factor})`, of: lift(a, (a) => a * factor) }
    }
    case 6: {
      const a = text(random, sources, depth - 1)
      return { text: `length(${a.text})`, of: lift(a, (a) => [...a].length * 100) }
    }
    case 7: {
      const [name, place] = random.pick([['year', 0], ['month', 1], ['day', 2]] as const)
      const a = day(random, sources)
      return { text: `${name}(${a.text})`, of: lift(a, (a) => Number(a.split('-')[place]) * 100) }
    }
    default: {
      const photos = random.chance(0.5)
      const order = random.int(0, 5)
      const filter = photos ? '' : `($filter=Order gt ${order})`
      const counts = (photo: Row) => photos || (photo.Order as number) > order
      return { text: `Media/$count${filter}`, of: (row) => sources.photosOf(row).filter(counts).length * 100 }
    }
  }
}

function text(random: Random, sources: Sources, depth: number): Text {
  switch (depth > 0 ? random.int(0, 7) : random.int(0, 2)) {
    case 0:
    case 1: {
      const field = random.pick(texts)
      return { text: field, of: (row) => row[field] as string | null }
    }
    case 2: {
      const value = piece(random, String(held(random, sources, random.pick(texts)) ?? ''))
      return { text: quoted(value), of: () => value }
    }
    case 3: {
      const [a, b] = [text(random, sources, depth - 1), text(random, sources, depth - 1)]
      return { text: `concat(${a.text},${b.text})`, of: lift2(a, b, (a, b) => a + b) }
    }
    case 4: {
      const a = text(random, sources, depth - 1)
      return { text: `tolower(${a.text})`, of: lift(a, (a) => a.toLowerCase()) }
    }
    case 5: {
      const a = text(random, sources, depth - 1)
      return { text: `trim(${a.text})`, of: lift(a, (a) => a.trim()) }
    }
    case 6: {
      const [a, start] = [text(random, sources, depth - 1), random.int(0, 4)]
      return { text: `substring(${a.text},${start})`, of: lift(a, (a) => [...a].slice(start).join('')) }
    }
    default: {
      const [a, start, count] = [text(random, sources, depth - 1), random.int(0, 4), random.int(0, 4)]
      return {
        text: `substring(${a.text},${start},${count})`,
        of: lift(a, (a) => [...a].slice(start, start + count).join('')),
      }
    }
  }
}

/** A few letters out of a text. */
function piece(random: Random, whole: string): string {
  const letters = [...whole]
  const start = random.int(0, Math.max(letters.length - 1, 0))
  return random.chance(0.4)
    ? letters.slice(0, 60).join('')
    : letters.slice(start, start + random.int(1, 4)).join('')
}

function day(random: Random, sources: Sources): Day {
  if (random.chance(0.6)) {
    return { text: 'ListingContractDate', of: (row) => row.ListingContractDate as string | null }
  }
  const value = (held(random, sources, 'ListingContractDate') ?? '2025-06-30') as string
  return { text: value, of: () => value }
}

// ----- conditions ------------------------------------------------------------------------------------------

const operators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const

/** `eq` and `ne` know null; no value lies above or below it (URL Conventions 5.1.1.1). */
function comparison<T>(
  random: Random,
  a: Expression<T>,
  b: Expression<T>,
  order: (a: T, b: T) => number,
): Condition {
  const operator = random.pick(operators)
  const of = (row: Row) => {
    const [left, right] = [a.of(row), b.of(row)]
    if (left === null || right === null) {
      return operator === 'eq' ? left === right : operator === 'ne' ? left !== right : false
    }
    const difference = order(left, right)
    return {
      eq: difference === 0,
      ne: difference !== 0,
      gt: difference > 0,
      ge: difference >= 0,
      lt: difference < 0,
      le: difference <= 0,
    }[operator]
  }
  return { text: `${a.text} ${operator} ${b.text}`, of }
}

const byNumber = (a: number, b: number) => a - b
/** As UTF-8 sorts them. */
const byCode = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

export function condition(random: Random, sources: Sources, depth: number): Condition {
  switch (depth > 0 ? random.int(0, 12) : random.int(0, 6)) {
    case 0:
    case 1:
      return comparison(random, number(random, sources, 2), number(random, sources, 1), byNumber)
    case 2:
      return comparison(random, text(random, sources, 2), text(random, sources, 1), byCode)
    case 3:
      return comparison(random, day(random, sources), day(random, sources), byCode)
    case 4: {
      const [name, holds] = random.pick(
        [
          ['contains', (a: string, b: string) => a.includes(b)],
          ['startswith', (a: string, b: string) => a.startsWith(b)],
          ['endswith', (a: string, b: string) => a.endsWith(b)],
        ] as const,
      )
      const [a, b] = [text(random, sources, 1), text(random, sources, 1)]
      return { text: `${name}(${a.text},${b.text})`, of: lift2(a, b, holds) }
    }
    case 5: {
      const field = random.pick(flags)
      return { text: field, of: (row) => row[field] as boolean | null }
    }
    case 6: {
      const [field, isNull] = [random.pick([...numbers, ...texts, ...flags]), random.chance(0.5)]
      return { text: `${field} ${isNull ? 'eq' : 'ne'} null`, of: (row) => (row[field] === null) === isNull }
    }
    case 7: {
      const field = random.pick(texts.slice(0, 4))
      const values = [0, 1, 2].map(() => held(random, sources, field) as string | null)
      const written = values.map((value) => value === null ? 'null' : quoted(value))
      return { text: `${field} in (${written})`, of: (row) => values.includes(row[field] as string | null) }
    }
    case 8: {
      const order = random.int(0, 6)
      const [quantifier, holds] = random.pick(
        [
          ['any', (row: Row) => sources.photosOf(row).some((photo) => (photo.Order as number) >= order)],
          ['all', (row: Row) => sources.photosOf(row).every((photo) => (photo.Order as number) >= order)],
        ] as const,
      )
      return { text: `Media/${quantifier}(m:m/Order ge ${order})`, of: holds }
    }
    case 9: {
      const a = condition(random, sources, depth - 1)
      return { text: `not (${a.text})`, of: lift(a, (a) => !a) }
    }
    case 10: {
      const [a, b] = [condition(random, sources, depth - 1), condition(random, sources, depth - 1)]
      return { text: `(${a.text}) and (${b.text})`, of: logic(a, b, false) }
    }
    default: {
      const [a, b] = [condition(random, sources, depth - 1), condition(random, sources, depth - 1)]
      return { text: `(${a.text}) or (${b.text})`, of: logic(a, b, true) }
    }
  }
}

/** `and` is false and `or` true as soon as one side is; otherwise null where one side is null. */
function logic(a: Condition, b: Condition, decisive: boolean): Condition['of'] {
  return (row) => {
    const [left, right] = [a.of(row), b.of(row)]
    if (left === decisive || right === decisive) return decisive
    return left === null || right === null ? null : !decisive
  }
}
