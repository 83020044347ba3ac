import { describe, expect, test } from 'vitest'
import type { Expr } from '../../../../functions/_shared/odata/syntax/ast.ts'
import { literals, notLiterals } from '../../../fixtures/odata/literals.ts'
import { parseFilter } from '../../../support/odata/parse.ts'
import { refusal } from './refusal.ts'

const type = (expr: Expr) => expr.kind === 'literal' ? expr.type : expr.kind

describe.each(Object.entries(literals))('%s', (expected, inputs) => {
  test.each(inputs)('%s', (input) => {
    expect(type(parseFilter(input))).toBe(expected)
    expect(type(parseFilter(`(${input})`))).toBe(expected)
  })
})

describe('not a literal', () => {
  test.each(notLiterals)('%s', (input) => {
    expect(refusal(() => parseFilter(input))).toBeDefined()
    expect(refusal(() => parseFilter(`Field eq ${input}`))).toBeDefined()
  })
})

describe('values', () => {
  const value = (input: string) => {
    const expr = parseFilter(input)
    return expr.kind === 'literal' ? expr.value : undefined
  }

  test('numbers keep every digit', () => {
    expect(value('12345678901234567890.12345678901234567890')).toBe(
      '12345678901234567890.12345678901234567890',
    )
  })
  test('two quotes are one', () => {
    expect(value(`'O''Hara''s'`)).toBe(`O'Hara's`)
  })
  test('booleans are booleans', () => {
    expect([value('TRUE'), value('False'), value('null')]).toEqual([true, false, null])
  })
  test('shapes are read', () => {
    expect(parseFilter(`geography'SRID=4326;Polygon((0 0,4 0, 4 3.5,0 0))'`)).toMatchObject({
      srid: 4326,
      shape: { type: 'Polygon', coordinates: [[[0, 0], [4, 0], [4, 3.5], [0, 0]]] },
    })
  })
  test('the message says what is wrong with a shape, and where', () => {
    const error = refusal(() => parseFilter(`Location eq geography'SRID=4326;Polygon((0 0,1 0,1 1))'`))
    expect(error).toMatchObject({ code: 'InvalidLiteral', position: 12, target: '$filter' })
    expect(error!.message).toContain('the ring does not end where it began at character 18')
  })
})
