import { describe, expect, test } from 'vitest'
import { parsePath } from '../../../../functions/_shared/odata/syntax/parser.ts'
import { keys, paths, refusedPaths } from '../../../fixtures/odata/paths.ts'
import { parseKey } from '../../../support/odata/parse.ts'
import { printPath } from './print.ts'
import { reason, refusal } from './refusal.ts'

describe('paths', () => {
  test.each(paths)('%j', (input, meaning) => {
    expect(printPath(parsePath(input))).toBe(meaning)
  })
  test.each(refusedPaths)('refuses %j: %s at %i', (input, code, position) => {
    expect(reason(() => parsePath(input))).toEqual([code, position])
  })
  test('positions count in the decoded path', () => {
    expect(parsePath(`/Property('%41')/Media`)).toMatchObject({
      segments: [{ position: 1, arguments: { value: { position: 10 } } }, { name: 'Media', position: 15 }],
    })
  })
  test('a path of very many segments', () => {
    expect(refusal(() => parsePath('a' + '/a'.repeat(20_000)))?.code).toBe('LimitExceeded')
  })
})

describe('key predicates', () => {
  test.each(keys)('%s', (input, meaning) => {
    expect(printPath(parseKey(input))).toBe(`Property${meaning}`)
  })
  test.each([
    `'k'`,
    `('k'`,
    `('k'))`,
    ` ('k')`,
    `('k') `,
    `( 'k')`,
    '(null)',
    '(a)',
    '(a eq 1)',
    `('k')/x`,
  ])(
    'refuses %j',
    (input) => {
      expect(refusal(() => parseKey(input))?.target).toBe('path')
    },
  )
})
