import { isoStamp, sparkStamp } from './calendar.ts'
import type { GoldRecord, GoldValue } from './gold.ts'
import type { Random } from './prng.ts'

/**
 * How a notebook writes typed values as JSON. The three markets reach us by three ways through Spark, and
 * each has its habits; the door has to read them all.
 */
export interface Dialect {
  decimal(value: number | null, digits?: number): GoldValue
  integer(value: number | null): GoldValue
  /** A BOOLEAN column. */
  boolean(value: boolean | null): GoldValue
  /** A text column that holds true or false. */
  flag(value: boolean | null): GoldValue
  text(value: string | null): GoldValue
  stamp(time: number): GoldValue
  /** Last touch on the whole record. */
  seal(record: GoldRecord): GoldRecord
}

/**
 * Qobrix: everything was text in bronze, rows go through Python (`json.dumps(row.asDict(), default=str)`).
 * Decimals are strings, missing text is '' or 'nan', booleans come in every spelling.
 */
export function qobrixDialect(random: Random): Dialect {
  const missingText = () => random.weighted(MISSING_TEXT).value
  return {
    decimal: (value, digits = 2) => {
      if (value === null) return null
      return random.chance(0.9) ? value.toFixed(digits) : Number(value.toFixed(digits))
    },
    integer: (value) => {
      if (value === null) return null
      return random.weighted([
        { weight: 90, value: value },
        { weight: 7, value: `${value}` },
        { weight: 3, value: `${value}.0` },
      ]).value
    },
    boolean: (value) => value === null ? null : random.chance(0.7) ? value : spelled(value, random),
    flag: (value) => value === null ? missingText() : spelled(value, random),
    text: (value) => value ?? missingText(),
    stamp: (time) => random.chance(0.8) ? isoStamp(time) : sparkStamp(time),
    seal: (record) => record,
  }
}

/** Kazakhstan, read from the Dash API: `df.toJSON()` leaves null fields out; decimals stay strings. */
export function dashApiDialect(): Dialect {
  return {
    decimal: (value, digits = 2) => value === null ? null : value.toFixed(digits),
    integer: (value) => value,
    boolean: (value) => value,
    flag: (value) => value === null ? null : `${value}`,
    text: (value) => value,
    stamp: (time) => isoStamp(time, '+05:00'),
    seal: withoutNulls,
  }
}

/** Hungary, read from a Dash file: as the API, but Spark inferred doubles, and the writer kept UTC. */
export function dashFileDialect(): Dialect {
  return {
    ...dashApiDialect(),
    decimal: (value) => value,
    stamp: (time) => isoStamp(time).replace('Z', '.000Z'),
  }
}

const MISSING_TEXT = [
  { weight: 70, value: '' },
  { weight: 20, value: null },
  { weight: 8, value: 'nan' },
  { weight: 2, value: 'None' },
]

function spelled(value: boolean, random: Random): string {
  const lower = `${value}`
  return random.chance(0.8) ? lower : lower[0]!.toUpperCase() + lower.slice(1)
}

function withoutNulls(record: GoldRecord): GoldRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))
}
