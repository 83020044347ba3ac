/** Values that were computed: as text in the form that OData has for their type, and what becomes of it in JSON. */
import type { ValueType } from '../plan/value-types.ts'
import { once } from './statement.ts'

/** The text of a value in SQL; durations need IntervalStyle iso_8601. */
export function shownText(value: string, type: ValueType, inMilliseconds = false): string {
  switch (type) {
    case 'timestamp':
      return `to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.${inMilliseconds ? 'MS' : 'US'}"Z"')`
    case 'integer':
    case 'decimal':
      // a division appends noughts
      return `trim_scale((${value})::numeric)::text`
    case 'duration':
      // Edm.Duration has one sign, ahead of all
      return once(
        [value],
        (length) =>
          `case when ${length} < interval '0' then '-' else '' end || make_interval(secs => abs(extract(epoch from ${length}))::double precision)::text`,
      )
    default:
      return `(${value})::text`
  }
}

const isNumber = (type: ValueType) => type === 'double' || type === 'integer' || type === 'decimal'

/** JSON of the text of a value. */
export function shownJson(type: ValueType, text: string | null, numbersAsText: boolean): string {
  if (text === null) return 'null'
  if (type === 'boolean') return text
  // JSON has no word for what is beyond all bounds; OData writes it as a text (OData JSON Format 4.01, 7.1)
  if (isNumber(type) && /^(?:-?Infinity|NaN)$/.test(text)) return `"${text.replace('Infinity', 'INF')}"`
  if (type === 'double') return text
  if (isNumber(type)) return numbersAsText ? `"${text}"` : text
  return JSON.stringify(text)
}
