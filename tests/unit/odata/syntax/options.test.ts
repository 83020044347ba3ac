import { describe, expect, test } from 'vitest'
import { options, refusedOptions } from '../../../fixtures/odata/options.ts'
import { parseExpand, parseOrderBy, parseSearch, parseSelect } from '../../../support/odata/parse.ts'
import { printExpand, printOrderBy, printSearch, printSelect } from './print.ts'
import { reason, refusal } from './refusal.ts'

const readers: Record<string, { parse: (text: string) => unknown; print: (text: string) => string }> = {
  orderby: { parse: parseOrderBy, print: (text) => printOrderBy(parseOrderBy(text)) },
  select: { parse: parseSelect, print: (text) => printSelect(parseSelect(text)) },
  expand: { parse: parseExpand, print: (text) => printExpand(parseExpand(text)) },
  search: { parse: parseSearch, print: (text) => printSearch(parseSearch(text)) },
}

describe.each(Object.keys(readers))('$%s', (name) => {
  test.each(options[name]!)('%j', (input, meaning) => {
    expect(readers[name]!.print(input)).toBe(meaning)
  })
  test.each(refusedOptions[name]!)('refuses %j: %s at %i', (input, code, position) => {
    expect(reason(() => readers[name]!.parse(input))).toEqual([code, position])
  })
})

test('an unknown nested option is refused with the nearest one', () => {
  const { message } = refusal(() => parseExpand('Media($selct=Order)'))!
  expect(message).toBe(`'$selct' is not an option here; did you mean $select? ($expand, position 6)`)
})

test('expands nest only so deep', () => {
  const nested = (depth: number) => 'a($expand='.repeat(depth) + 'a' + ')'.repeat(depth)
  expect(refusal(() => parseExpand(nested(20)))).toBeUndefined()
  expect(refusal(() => parseExpand(nested(5000)))?.code).toBe('LimitExceeded')
  expect(refusal(() => parseSelect('a($select='.repeat(5000)))?.code).toBe('LimitExceeded')
  expect(refusal(() => parseSearch('('.repeat(5000)))?.code).toBe('LimitExceeded')
  expect(refusal(() => parseSearch('NOT '.repeat(5000)))?.code).toBe('LimitExceeded')
})
