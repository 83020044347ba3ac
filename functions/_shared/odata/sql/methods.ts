/**
 * The canonical functions in SQL, where too a null operand gives null.
 *
 * Texts are searched by position and never by LIKE, so `%` and `_` mean themselves. Changing case follows Unicode
 * (`und-x-icu`): the default collation of a database may know ASCII only. Times are UTC because the reading
 * transaction sets its time zone.
 */
import type { MethodName } from '../plan/methods.ts'
import { once } from './statement.ts'

type MethodSql = (...operands: string[]) => string

const changeCase = (name: string): MethodSql => (text) =>
  `(${name}(${text} collate "und-x-icu") collate "default")`
const part = (name: string): MethodSql => (moment) => `extract(${name} from ${moment})::bigint`

/** A position that fits an integer; anything beyond lies outside every text alike. */
const position = (index: string) => `least(greatest(trunc(${index}), -1000000000), 1000000000)::integer`
/** OData counts from 0 and, below it, from the end. */
const start = (text: string, index: string) =>
  `(case when ${index} < 0 then greatest(length(${text}) + ${position(index)}, 0) else ${
    position(index)
  } end + 1)`

const sqlOf: Record<MethodName, MethodSql> = {
  contains: (text, part) => `strpos(${text}, ${part}) > 0`,
  startswith: (text, part) => `starts_with(${text}, ${part})`,
  endswith: (text, part) => once([text!, part!], (text, part) => `right(${text}, length(${part})) = ${part}`),
  matchesPattern: (text, pattern) => `${text} ~ ${pattern}`,
  length: (text) => `length(${text})::bigint`,
  indexof: (text, part) => `(strpos(${text}, ${part}) - 1)::bigint`,
  substring: (text, index, count) =>
    once(
      [text!, index!],
      (text, index) =>
        count === undefined
          ? `substr(${text}, ${start(text!, index!)})`
          : `substr(${text}, ${start(text!, index!)}, greatest(${position(count)}, 0))`,
    ),
  tolower: changeCase('lower'),
  toupper: changeCase('upper'),
  trim: (text) => `btrim(${text}, E' \\t\\n\\r\\f\\v\\u00a0')`,
  concat: (left, right) => `(${left} || ${right})`,

  year: part('year'),
  month: part('month'),
  day: part('day'),
  hour: part('hour'),
  minute: part('minute'),
  second: (moment) => `floor(extract(second from ${moment}))::bigint`,
  fractionalseconds: (moment) => `mod(extract(second from ${moment}), 1)`,
  date: (moment) => `(${moment})::date`,
  time: (moment) => `(${moment})::time`,
  totaloffsetminutes: (moment) => `(case when ${moment} is not null then 0 end)::bigint`,
  totalseconds: (duration) => `extract(epoch from ${duration})`,
  now: () => 'now()',
  mindatetime: () => `timestamptz '0001-01-01 00:00:00Z'`,
  maxdatetime: () => `timestamptz '9999-12-31 23:59:59.999999Z'`,

  round: (number) => `round((${number})::numeric)`,
  floor: (number) => `floor(${number})`,
  ceiling: (number) => `ceil(${number})`,
}

/** The SQL of a method that the binder has let through. */
export function methodSql(method: string): MethodSql {
  return sqlOf[method as MethodName]
}
