/** ABNF section 7: literal values. Patterns are sticky and try the longer forms first. */
import type { Literal, TextType } from './ast.ts'
import { parseGeo } from './shapes.ts'

const year = '-?(?:0\\d{3}|[1-9]\\d{3,})'
const date = `${year}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])`
const hourMinute = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const time = `${hourMinute}(?::(?:[0-5]\\d|60)(?:\\.\\d{1,12})?)?`

/** A literal ends where no letter, digit or hyphen follows, so that `2026-13-01` is not the number 2026. */
const end = '(?![\\p{L}\\p{Nd}_-])'
const pattern = (source: string, flags = 'iuy') => new RegExp(`(?:${source})${end}`, flags)

const bare: [type: TextType, pattern: RegExp][] = [
  ['guid', pattern('[\\da-f]{8}-(?:[\\da-f]{4}-){3}[\\da-f]{12}')],
  ['dateTimeOffset', pattern(`${date}T${time}(?:Z|[-+]${hourMinute})`)],
  ['date', pattern(date)],
  ['timeOfDay', pattern(time)],
  ['double', pattern('[-+]?\\d+(?:\\.\\d+)?e[-+]?\\d+')],
  ['decimal', pattern('[-+]?\\d+\\.\\d+')],
  ['integer', pattern('[-+]?\\d+(?!\\.)')],
  ['double', pattern('-?INF|NaN', 'uy')],
]

/** `2L`, `100000m`, `4.5d`, `1f`: OData 3 told types of numbers by a letter behind them, and many libraries still do. */
const suffixed: [type: TextType, pattern: RegExp][] = [
  ['integer', pattern('[-+]?\\d+l')],
  ['decimal', pattern('[-+]?\\d+(?:\\.\\d+)?m')],
  ['double', pattern('[-+]?\\d+(?:\\.\\d+)?(?:e[-+]?\\d+)?[df]')],
]

const binary = /^(?:[\w-]{4})*(?:[\w-]{2}[AEIMQUYcgkosw048]=?|[\w-][AQgw](?:==)?)?$/
const duration = /^-?P(?=\d|T\d)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/i
const enumMember = /^(?:[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}|[-+]?\d{1,19})$/u

/** The literal without quotes that starts at `position`: guid, date, time, number. */
export function matchBareLiteral(
  text: string,
  position: number,
): { literal: Literal; end: number } | undefined {
  for (const [type, regex] of bare) {
    regex.lastIndex = position
    const value = regex.exec(text)?.[0]
    if (value === undefined) continue
    if ((type === 'date' || type === 'dateTimeOffset') && !isCalendarDate(value)) return undefined
    return { literal: { kind: 'literal', type, value, position }, end: regex.lastIndex }
  }
  for (const [type, regex] of suffixed) {
    regex.lastIndex = position
    const value = regex.exec(text)?.[0]
    if (value === undefined) continue
    return { literal: { kind: 'literal', type, value: value.slice(0, -1), position }, end: regex.lastIndex }
  }
  return undefined
}

/** The words that are literals. Only `true` and `false` may be written in any case. */
export function wordLiteral(word: string, position: number): Literal | undefined {
  if (word === 'null') return { kind: 'literal', type: 'null', value: null, position }
  if (/^(?:true|false)$/i.test(word)) {
    return { kind: 'literal', type: 'boolean', value: word.toLowerCase() === 'true', position }
  }
  return undefined
}

/** A literal with its type in front, `duration'P1D'`; a text says what is wrong with it. */
export function prefixedLiteral(prefix: string, value: string, position: number): Literal | string {
  const type = prefix.toLowerCase()
  switch (type) {
    case 'duration':
      return duration.test(value)
        ? { kind: 'literal', type, value, position }
        : 'a duration is written like P1DT2H30M5.5S, without years and months'
    case 'binary':
      return binary.test(value) ? { kind: 'literal', type, value, position } : 'binary values are base64url'
    case 'geography':
    case 'geometry': {
      const geo = parseGeo(value)
      return 'problem' in geo
        ? `${geo.problem} at character ${geo.offset} of the value`
        : { kind: 'literal', type, srid: geo.srid, shape: geo.shape, value, position }
    }
  }
  if (!prefix.includes('.')) {
    return `the prefix '${prefix}' is not known; there are duration, binary, geography, geometry and qualified enumeration types`
  }
  return value.split(',').every((member) => enumMember.test(member))
    ? { kind: 'literal', type: 'enum', enumType: prefix, value, position }
    : 'an enumeration value is a comma-separated list of member names or integers'
}

/** The grammar lets the 31st of any month through; PostgreSQL does not. */
function isCalendarDate(value: string): boolean {
  const [, yearText, month, day] = /^(-?\d+)-(\d\d)-(\d\d)/.exec(value)!
  // The calendar repeats every 400 years; its last digits are all that is needed of a long year.
  const shifted = 2000 + (Number(yearText!.slice(-4).replace('-', '')) % 400)
  return Number(day) <= new Date(Date.UTC(shifted, Number(month), 0)).getUTCDate()
}
