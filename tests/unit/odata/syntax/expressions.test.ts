import { describe, expect, test } from 'vitest'
import type { ParseOptions } from '../../../../functions/_shared/odata/syntax/parser.ts'
import { expressions, refusedExpressions } from '../../../fixtures/odata/expressions.ts'
import { parseFilter } from '../../../support/odata/parse.ts'
import { printExpression } from './print.ts'
import { reason, refusal } from './refusal.ts'

describe('meaning', () => {
  test.each(expressions)('%s', (input, meaning) => {
    const tree = parseFilter(input)
    expect(printExpression(tree)).toBe(meaning)
    expect(printExpression(parseFilter(meaning))).toBe(meaning)
  })
})

describe('refused', () => {
  test.each(refusedExpressions)('%j: %s at %i', (input, code, position) => {
    expect(reason(() => parseFilter(input))).toEqual([code, position])
  })
})

describe('messages name what, where and how to mend it', () => {
  test.each([
    ['City eq', 'expected an operand, found the end ($filter, position 7)'],
    [`City = 'a'`, `unexpected '=' ($filter, position 5)`],
    ['ListPrice > 5', `unexpected '>'; write 'gt' or 'ge' ($filter, position 10)`],
    ['lenght(City) gt 5', `'lenght' is not a function of OData; did you mean length? ($filter, position 7)`],
    [`contains(City)`, 'contains takes 2 arguments, not 1 ($filter, position 0)'],
    [`City eq "x"`, `expected an operand, found '"x"'; strings stand in single quotes ($filter, position 8)`],
  ])('%s', (input, message) => {
    expect(refusal(() => parseFilter(input))!.message).toBe(message)
  })

  test('control characters and long tokens do not reach the message', () => {
    const { message } = refusal(() => parseFilter(`City eq 1 '${'x\n'.repeat(500)}'`))!
    expect(message.length).toBeLessThan(120)
    expect(message).not.toContain('\n')
  })
})

describe('positions', () => {
  test('point into the text, in every node', () => {
    expect(parseFilter(`City eq 'x' and Media/any(m:m/Order gt 0)`)).toMatchObject({
      kind: 'and',
      position: 0,
      operands: [
        { left: { path: [{ name: 'City', position: 0 }] }, right: { position: 8 } },
        {
          position: 16,
          path: [{ position: 16 }, {
            kind: 'lambda',
            position: 22,
            predicate: { left: { root: { kind: 'variable', name: 'm' }, path: [{ position: 30 }] } },
          }],
        },
      ],
    })
  })
})

describe('limits', () => {
  const code = (input: string, limits?: ParseOptions['limits']) =>
    refusal(() => parseFilter(input, { limits }))?.code

  test('a list of 200 keys of 60 characters passes, so do 1,000', () => {
    for (const count of [200, 1000]) {
      const keys = Array.from({ length: count }, (_, index) => `'QOBRIX_${String(index).padStart(53, '0')}'`)
      const tree = parseFilter(`ResourceRecordKey in (${keys}) and Order eq 0`)
      expect(tree).toMatchObject({ kind: 'and', operands: [{ kind: 'in' }, { kind: 'binary' }] })
    }
  })
  test('a list that is too long', () => {
    expect(code('a in (1,2,3,4)', { maxListItems: 3 })).toBe('LimitExceeded')
    expect(code('a in (1,2,3)', { maxListItems: 3 })).toBeUndefined()
    expect(code('[1,2,3,4]', { maxListItems: 3 })).toBe('LimitExceeded')
  })
  test('a text that is too long', () => {
    const maxLength = '$filter='.length + 10
    expect(code('a'.repeat(11), { maxLength })).toBe('LimitExceeded')
    expect(code('a'.repeat(10), { maxLength })).toBeUndefined()
  })
  test('too many operands', () => {
    expect(code('a eq 1 or a eq 2', { maxNodes: 5 })).toBe('LimitExceeded')
  })
  test.each([
    ['parentheses', (n: number) => '('.repeat(n) + 'a' + ')'.repeat(n)],
    ['not', (n: number) => 'not '.repeat(n) + 'a'],
    ['minus', (n: number) => '-'.repeat(n) + 'a'],
    ['methods', (n: number) => 'trim('.repeat(n) + 'a' + ')'.repeat(n)],
    ['lambdas', (n: number) => 'a/any(x:'.repeat(n) + 'a' + ')'.repeat(n)],
    ['arrays', (n: number) => '['.repeat(n) + ']'.repeat(n)],
    ['objects', (n: number) => '{"a":'.repeat(n) + '1' + '}'.repeat(n)],
    ['casts', (n: number) => 'cast('.repeat(n) + 'a' + ',b)'.repeat(n)],
    ['cases', (n: number) => 'case(a:'.repeat(n) + 'a' + ')'.repeat(n)],
    ['counts', (n: number) => 'a/$count($filter='.repeat(n) + 'a' + ')'.repeat(n)],
    ['a chain, whose tree is as deep', (n: number) => 'a' + ' add a'.repeat(n)],
    [
      'chains in parentheses',
      (n: number) => '('.repeat(n / 20) + 'a' + `${' add a'.repeat(20)})`.repeat(n / 20),
    ],
  ])('depth of %s', (_, nested) => {
    expect(code(nested(20))).toBeUndefined()
    expect(code(nested(2000))).toBe('LimitExceeded')
    expect(code(nested(10_000), { maxNodes: 1e9 })).toBe('LimitExceeded')
  })
  test('a thousand alternatives are not deep', () => {
    expect(parseFilter(Array.from({ length: 1000 }, (_, i) => `a eq ${i}`).join(' or '))).toMatchObject({
      kind: 'or',
    })
  })
})
