/**
 * `cast` between primitive types. A value that does not fit becomes null, as OData has it; so every conversion asks
 * first, and none can fail.
 */
import { castTypes, type ValueType } from '../plan/value-types.ts'
import { once } from './statement.ts'

const bounds: Record<string, [least: string, most: string]> = {
  'Edm.Byte': ['0', '255'],
  'Edm.SByte': ['-128', '127'],
  'Edm.Int16': ['-32768', '32767'],
  'Edm.Int32': ['-2147483648', '2147483647'],
  'Edm.Int64': ['-9223372036854775808', '9223372036854775807'],
  'Edm.Single': ['-3.4e38', '3.4e38'],
  'Edm.Double': ['-1.7e308', '1.7e308'],
}

/** The cast in SQL; `value` is of type `from`. */
export function castSql(value: string, from: ValueType, target: string): string {
  return once([value], (value) => converted(value!, from, target))
}

function converted(value: string, from: ValueType, target: string): string {
  switch (castTypes[target]) {
    case 'string':
      return textOf(value, from)
    case 'integer': {
      const [least, most] = bounds[target]!
      const whole = `round(${numberOf(value, from)})`
      return `(case when ${whole} between ${least} and ${most} then ${whole} end)`
    }
    case 'decimal':
      return numberOf(value, from)
    case 'double': {
      if (from === 'double') return value
      const [least, most] = bounds[target]!
      const number = numberOf(value, from)
      // Below the least double lies nothing but zero, and PostgreSQL would rather fail.
      return `(case when abs(${number}) < 1e-300 then 0 when ${number} between ${least} and ${most} then ${number} end)::double precision`
    }
    case 'boolean':
      return from === 'string'
        ? `(case ${value} when 'true' then true when 'false' then false end)`
        : 'null::boolean'
    case 'date':
      return from === 'timestamp'
        ? `(${value})::date`
        : parsed(value, from, 'date', '[0-9]{4}-[0-9]{2}-[0-9]{2}')
    case 'timestamp':
      return from === 'date' ? `(${value})::timestamptz` : parsed(
        value,
        from,
        'timestamptz',
        '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,12})?)?(Z|[-+][0-9]{2}:[0-9]{2})',
      )
    case 'time':
      return parsed(value, from, 'time', '[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,12})?)?')
    default:
      return parsed(value, from, 'interval', 'P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\\.[0-9]+)?S)?)?')
  }
}

/** As the value stands in JSON. */
function textOf(value: string, from: ValueType): string {
  if (from === 'timestamp') return `to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
  return from === 'duration' ? 'null::text' : `(${value})::text`
}

/** A numeric; null for what is no finite number. */
function numberOf(value: string, from: ValueType): string {
  switch (from) {
    case 'integer':
    case 'decimal':
      return `(${value})`
    case 'double':
      return `(case when abs(${value}) < 'Infinity' then (${value})::numeric end)`
    default:
      return parsed(value, from, 'numeric', '[-+]?[0-9]{1,100}(\\.[0-9]{1,100})?([eE][-+]?[0-9]{1,3})?')
  }
}

/** A text of this form, read as a type of PostgreSQL, which knows many forms more. */
function parsed(value: string, from: ValueType, type: string, form: string): string {
  if (from !== 'string') return `null::${type}`
  return `(case when ${value} ~ '^(?:${form})$' and pg_input_is_valid(${value}, '${type}') then (${value})::${type} end)`
}
