import { describe, expect, it } from 'vitest'
import { translatePattern } from '../../../../functions/_shared/odata/plan/pattern.ts'
import { refusalOf } from '../support.ts'

const translate = (pattern: string) => translatePattern(pattern, { target: '$filter', position: 5 })

describe('patterns in PostgreSQL', () => {
  it.each([
    ['', ''],
    ['^Lim', '^Lim'],
    ['a.c', 'a[^\\n\\r\\u2028\\u2029]c'],
    ['(a|b)+?', '(?:a|b)+'],
    ['(?:ab){2,3}', '(?:ab){2,3}'],
    ['\\d{4}', '[0-9]{4}'],
    ['\\D', '[^0-9]'],
    ['\\bsea\\B', '\\ysea\\Y'],
    ['[^\\dа-я-]', '[^0-9\\u0430-\\u044f\\u002d]'],
    ['[[:alpha:]', '[\\u005b\\u003a\\u0061\\u006c\\u0070\\u0068\\u0061\\u003a]'],
    ['\\.\\x41\\u0410\\n', '\\u002e\\u0041\\u0410\\u000a'],
    ['[🏠]', '[\\U0001f3e0]'],
  ])('%s is %s', (pattern, sql) => expect(translate(pattern)).toBe(sql))

  it.each([
    ['(a)\\1', 'at character 4: back references are not supported'],
    ['(?<n>a)\\k<n>', 'only (?:...) is supported'],
    ['a(?=b)', 'at character 2: of the groups'],
    ['(?i)a', 'at character 1: of the groups'],
    ['***:a', "at character 1: '*' repeats nothing"],
    ['a**', "at character 3: '*' repeats nothing"],
    ['^*', "at character 2: '*' repeats nothing"],
    ['(a', "at character 1: '(' is not closed"],
    ['a)', "at character 2: ')' closes nothing"],
    ['[a', "at character 1: '[' is not closed"],
    ['[]', 'the set is empty'],
    ['[z-a]', 'at character 3: this range has no beginning and end'],
    ['[\\D]', '\\D is not supported here'],
    ['a{3,2}', '{3,2} counts down'],
    ['a{256}', 'at most 255 times'],
    ['a{1,2,3}', "'{' repeats nothing"],
    ['\\p{L}', '\\p is not supported here'],
    ['a\\', '\\ is not supported here'],
    ['((a{50}){50}){50}', 'the pattern repeats too much'],
    ['a'.repeat(201), 'longer than 200 characters'],
  ])('refuses %s', (pattern, message) => {
    const refusal = refusalOf(() => translate(pattern))
    expect(refusal.message).toContain(message)
    expect(refusal.message).toContain('($filter, position 5)')
  })
})
