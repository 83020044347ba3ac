/**
 * The canonical functions that filters and orders may call: operand types, result type, SQL. One table for binder and
 * compiler. A null operand gives null (URL Conventions 5.1.1.4), as in SQL.
 *
 * Texts are searched by position and never by LIKE, so `%` and `_` mean themselves. Changing case follows Unicode
 * (`und-x-icu`): the default collation of a database may know ASCII only. Times are UTC because the reading
 * transaction sets its time zone.
 */
import { once } from '../sql/statement.ts'
import type { ValueType } from './value-types.ts'

export interface Method {
  /** Operand types; `number` and `moment` stand for any of their kind. The last may be left out if optional. */
  takes: (ValueType | 'number' | 'moment')[]
  optional?: number
  gives: ValueType | 'as operand'
  sql: (...operands: string[]) => string
}

const changeCase = (name: string) => (text: string) =>
  `(${name}(${text} collate "und-x-icu") collate "default")`
const part = (name: string) => (moment: string) => `extract(${name} from ${moment})::bigint`
const moment = (gives: ValueType, sql: Method['sql']): Method => ({
  takes: ['moment'],
  gives,
  sql,
})
const clock = (gives: ValueType, sql: Method['sql']): Method => ({
  takes: ['timestamp'],
  gives,
  sql,
})
const rounding = (name: string): Method => ({
  takes: ['number'],
  gives: 'as operand',
  sql: (number) => `${name}(${number})`,
})

/** A position that fits an integer; anything beyond lies outside every text alike. */
const position = (index: string) => `least(greatest(trunc(${index}), -1000000000), 1000000000)::integer`
/** OData counts from 0 and, below it, from the end. */
const start = (text: string, index: string) =>
  `(case when ${index} < 0 then greatest(length(${text}) + ${position(index)}, 0) else ${
    position(index)
  } end + 1)`

export const methods: Record<string, Method> = {
  contains: {
    takes: ['string', 'string'],
    gives: 'boolean',
    sql: (text, part) => `strpos(${text}, ${part}) > 0`,
  },
  startswith: {
    takes: ['string', 'string'],
    gives: 'boolean',
    sql: (text, part) => `starts_with(${text}, ${part})`,
  },
  endswith: {
    takes: ['string', 'string'],
    gives: 'boolean',
    sql: (text, part) => once([text, part], (text, part) => `right(${text}, length(${part})) = ${part}`),
  },
  matchesPattern: {
    takes: ['string', 'string'],
    gives: 'boolean',
    sql: (text, pattern) => `${text} ~ ${pattern}`,
  },
  length: {
    takes: ['string'],
    gives: 'integer',
    sql: (text) => `length(${text})::bigint`,
  },
  indexof: {
    takes: ['string', 'string'],
    gives: 'integer',
    sql: (text, part) => `(strpos(${text}, ${part}) - 1)::bigint`,
  },
  substring: {
    takes: ['string', 'integer', 'integer'],
    optional: 1,
    gives: 'string',
    sql: (text, index, count) =>
      once(
        [text, index!],
        (text, index) =>
          count === undefined
            ? `substr(${text}, ${start(text!, index!)})`
            : `substr(${text}, ${start(text!, index!)}, greatest(${position(count)}, 0))`,
      ),
  },
  tolower: { takes: ['string'], gives: 'string', sql: changeCase('lower') },
  toupper: { takes: ['string'], gives: 'string', sql: changeCase('upper') },
  trim: {
    takes: ['string'],
    gives: 'string',
    sql: (text) => `btrim(${text}, E' \\t\\n\\r\\f\\v\\u00a0')`,
  },
  concat: {
    takes: ['string', 'string'],
    gives: 'string',
    sql: (left, right) => `(${left} || ${right})`,
  },

  year: moment('integer', part('year')),
  month: moment('integer', part('month')),
  day: moment('integer', part('day')),
  hour: clock('integer', part('hour')),
  minute: clock('integer', part('minute')),
  second: clock(
    'integer',
    (moment) => `floor(extract(second from ${moment}))::bigint`,
  ),
  fractionalseconds: clock(
    'decimal',
    (moment) => `mod(extract(second from ${moment}), 1)`,
  ),
  date: moment('date', (moment) => `(${moment})::date`),
  time: clock('time', (moment) => `(${moment})::time`),
  totaloffsetminutes: clock(
    'integer',
    (moment) => `(case when ${moment} is not null then 0 end)::bigint`,
  ),
  totalseconds: {
    takes: ['duration'],
    gives: 'decimal',
    sql: (duration) => `extract(epoch from ${duration})`,
  },
  now: { takes: [], gives: 'timestamp', sql: () => 'now()' },
  mindatetime: {
    takes: [],
    gives: 'timestamp',
    sql: () => `timestamptz '0001-01-01 00:00:00Z'`,
  },
  maxdatetime: {
    takes: [],
    gives: 'timestamp',
    sql: () => `timestamptz '9999-12-31 23:59:59.999999Z'`,
  },

  round: {
    takes: ['number'],
    gives: 'decimal',
    sql: (number) => `round((${number})::numeric)`,
  },
  floor: rounding('floor'),
  ceiling: rounding('ceil'),
}
