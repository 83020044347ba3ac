import { describe, expect, it } from 'vitest'
import { Finding, type Reader } from '../../../functions/_shared/gold/finding.ts'
import { readBoolean } from '../../../functions/_shared/gold/readers/boolean.ts'
import { readDate } from '../../../functions/_shared/gold/readers/date.ts'
import { decimalReader, doubleReader, integerReader } from '../../../functions/_shared/gold/readers/number.ts'
import { readStatus } from '../../../functions/_shared/gold/readers/status.ts'
import { readKey, readShortText, readText } from '../../../functions/_shared/gold/readers/text.ts'
import { readTimestamp } from '../../../functions/_shared/gold/readers/timestamp.ts'

/** What a reader answers, with a remark flattened to its code and value. */
function outcome(read: Reader, value: unknown): unknown {
  const result = read(value)
  if (!(result instanceof Finding)) return result
  return result.value === undefined ? result.code : [result.code, result.value]
}

function table(name: string, read: Reader, rows: [unknown, unknown][]): void {
  describe(name, () => {
    it.each(rows)('%j -> %j', (value, expected) => expect(outcome(read, value)).toEqual(expected))
  })
}

const absent: [unknown, unknown][] = ['', '  ', 'nan', 'NaN', 'None', 'NONE', 'null', 'NULL', ' Null '].map(
  (word) => [word, null],
)

table('text', readText, [
  ['Limassol', 'Limassol'],
  ['  padded  ', '  padded  '],
  ['', null],
  [' ', null],
  ['nan', null],
  ['NaN', null],
  [' None ', null],
  ['null', null],
  ['NULL', null],
  ['none', 'none'], // a heating type of Qobrix
  ['Null', 'Null'], // a surname
  ['nan nan', 'nan nan'],
  ['Nonesuch', 'Nonesuch'],
  ['True', 'True'],
  [true, 'true'],
  [2.5, '2.5'],
  [12345, '12345'],
  ['Λεμεσός 😀', 'Λεμεσός 😀'],
  ['tab\tbell\x07', 'tab\tbell\x07'],
  ['a\0b', ['cleaned', 'ab']],
  ['\0', ['cleaned', null]],
  ['half \ud83d', ['cleaned', 'half ']],
  ['\ude00 half', ['cleaned', ' half']],
  ['x'.repeat(100_000), 'x'.repeat(100_000)],
  ['x'.repeat(100_001), 'too_long'],
  [['Sea', 'Garden'], 'Sea,Garden'],
  [[['Sea']], 'invalid_text'],
  [['Sea', { name: 'Garden' }], 'invalid_text'],
  [{}, 'invalid_text'],
  [Infinity, 'invalid_text'],
])

table('key', readKey, [
  [' QOBRIX_1 ', 'QOBRIX_1'],
  [17, '17'],
  ['k'.repeat(255), 'k'.repeat(255)],
  ['k'.repeat(256), 'key_too_long'],
  ['k'.repeat(100_001), 'too_long'],
  ['\0key ', ['cleaned', 'key']],
  ['nan', null],
])

table('single lookup value', readShortText, [
  [' Villa', ' Villa'],
  ['v'.repeat(256), 'key_too_long'],
])

table('boolean', readBoolean, [
  ...absent,
  ...['true', 'True', 'TRUE', ' t ', 'yes', 'Y', '1', '1.0', 1, true].map((
    x,
  ): [unknown, unknown] => [x, true]),
  ...['false', 'False', 'FALSE', 'f', 'No', 'n', '0', '0.0', 0, -0, false].map((
    x,
  ): [unknown, unknown] => [x, false]),
  ['maybe', 'invalid_boolean'],
  ['2', 'invalid_boolean'],
  [2, 'invalid_boolean'],
  ['constructor', 'invalid_boolean'],
  [[], 'invalid_boolean'],
])

table('INT', integerReader(32), [
  ...absent,
  [3, 3],
  ['3', 3],
  ['2.0', 2],
  [' 2.000 ', 2],
  ['+7', 7],
  ['-0', 0],
  [-0, 0],
  ['1E2', 100],
  ['2.5', 'invalid_integer'],
  [2.5, 'invalid_integer'],
  ['1e-400', 'invalid_integer'],
  [2147483647, 2147483647],
  ['-2147483648', -2147483648],
  ['2147483648', 'out_of_range'],
  [1e300, 'out_of_range'],
  ['1e999999999', 'out_of_range'],
  ['three', 'invalid_number'],
  ['1,000', 'invalid_number'],
  ['0x10', 'invalid_number'],
  [true, 'invalid_number'],
  [NaN, null],
  [Infinity, 'invalid_number'],
  ['Infinity', 'invalid_number'],
])

table('BIGINT', integerReader(64), [
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', '9007199254740993'],
  ['9223372036854775807', '9223372036854775807'],
  ['9223372036854775808', 'out_of_range'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['1048576.0', 1048576],
])

table('DECIMAL(18,2)', decimalReader(18, 2), [
  ...absent,
  [1250000, '1250000'],
  ['1250000.00', '1250000'],
  ['1250000.50', '1250000.5'],
  [0.1, '0.1'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['-0.00', '0'],
  ['000123.40', '123.4'],
  ['1.25E7', '12500000'],
  ['1.25e-1', ['rounded', '0.13']],
  ['2.005', ['rounded', '2.01']],
  ['-2.005', ['rounded', '-2.01']],
  ['2.0049999999999999999', ['rounded', '2']],
  ['0.004', ['rounded', '0']],
  ['9.999', ['rounded', '10']],
  ['9999999999999999.99', '9999999999999999.99'],
  ['9999999999999999.999', 'out_of_range'],
  ['10000000000000000', 'out_of_range'],
  ['-5', '-5'],
  ['.', 'invalid_number'],
  ['-', 'invalid_number'],
  ['1 000', 'invalid_number'],
  ['€5', 'invalid_number'],
  ['1e5000000', 'out_of_range'],
  ['0e5000000', '0'],
  ['1e99999999999', 'invalid_number'],
  ['inf', 'invalid_number'],
  [false, 'invalid_number'],
])

table('price', decimalReader(18, 2, { negative: false }), [
  ['0', '0'],
  ['-0.0', '0'],
  ['-5', 'out_of_range'],
  [-0.01, 'out_of_range'],
])

table('latitude', doubleReader(-90, 90), [
  ...absent,
  ['34.6786', 34.6786],
  [34.6786, 34.6786],
  [90, 90],
  [-0, 0],
  [90.0001, 'out_of_range'],
  ['-91', 'out_of_range'],
  ['34.67,33.04', 'invalid_number'],
])

table('DATE', readDate, [
  ...absent,
  ['2026-01-31', '2026-01-31'],
  ['2026-01-31 10:00:00', '2026-01-31'],
  ['2026-01-31T23:30:00.000+02:00', '2026-01-31'],
  ['2024-02-29', '2024-02-29'],
  ['2000-02-29', '2000-02-29'],
  ['1900-02-29', 'invalid_date'],
  ['2025-02-29', 'invalid_date'],
  ['2026-02-30', 'invalid_date'],
  ['2026-13-01', 'invalid_date'],
  ['2026-00-10', 'invalid_date'],
  ['0000-01-01', 'invalid_date'],
  ['0001-01-01', '0001-01-01'],
  ['31/01/2026', 'invalid_date'],
  ['2026-01-31 approximately', 'invalid_date'],
  [20260131, 'invalid_date'],
])

table('TIMESTAMP', readTimestamp, [
  ...absent,
  ['2026-01-31', '2026-01-31T00:00:00Z'],
  ['2026-01-31 10:00:00', '2026-01-31T10:00:00Z'],
  ['2026-01-31T10:00', '2026-01-31T10:00:00Z'],
  ['2026-01-31T10:00:00.123456', '2026-01-31T10:00:00.123456Z'],
  ['2026-01-31T10:00:00.120000Z', '2026-01-31T10:00:00.12Z'],
  ['2026-01-31T10:00:00.000Z', '2026-01-31T10:00:00Z'],
  ['2026-01-31T10:00:00.123456789Z', '2026-01-31T10:00:00.123456Z'],
  ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00Z'],
  ['2026-01-01 01:30:00.5+0530', '2025-12-31T20:00:00.5Z'],
  ['2026-01-31T10:00:00-03', '2026-01-31T13:00:00Z'],
  ['2026-01-31 10:00:00 UTC', '2026-01-31T10:00:00Z'],
  ['0050-01-01T00:00:00+01:00', '0049-12-31T23:00:00Z'],
  ['0001-01-01T00:00:00+01:00', 'invalid_timestamp'],
  ['9999-12-31T23:30:00-01:00', 'invalid_timestamp'],
  ['2026-02-30T10:00:00Z', 'invalid_timestamp'],
  ['2026-01-31T24:00:00Z', 'invalid_timestamp'],
  ['2026-01-31T10:60:00Z', 'invalid_timestamp'],
  ['2026-01-31T10:00:60Z', 'invalid_timestamp'],
  ['2026-01-31T10:00:00+16:00', 'invalid_timestamp'],
  ['2026-01-31T10:00:00 EST', 'invalid_timestamp'],
  ['yesterday', 'invalid_timestamp'],
  [1769853600000, '2026-01-31T10:00:00Z'],
  [1769853600, 'invalid_timestamp'],
])

table('StandardStatus', readStatus, [
  ['Active', 'Active'],
  [' Pending ', 'Pending'],
  ['Coming Soon', 'Coming Soon'],
  ['', null],
  ['pending', ['unknown_status', 'pending']],
  ['available', ['unknown_status', 'available']],
  [{}, 'invalid_text'],
])
