import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBatchText } from '../../../functions/_shared/gold/batch-text.ts'
import { findJsonFault } from '../../../functions/_shared/gold/json-fault.ts'
import { parseJson } from '../../../functions/_shared/gold/json-text.ts'

describe('parseJson', () => {
  it.each([
    ['{"a":12345678901234567890}', { a: '12345678901234567890' }],
    ['[1234567890123456.78]', ['1234567890123456.78']],
    ['[ -0.1234567890123456789 ]', ['-0.1234567890123456789']],
    ['[1e400, 1E-400]', ['1e400', '1E-400']],
    ['[1e3,100000000000000000000,1250000.00,0e9]', [1000, 1e20, 1250000, 0]],
    ['[46.95279997547733,0.30000000000000004]', [46.95279997547733, 0.30000000000000004]],
    ['["12345678901234567890","\\"1e400",12345678901234567]', [
      '12345678901234567890',
      '"1e400',
      '12345678901234567',
    ]],
    ['{"a\\\\":1e999}', { 'a\\': '1e999' }],
  ])('loses no digit of %s', (text, expected) => expect(parseJson(text)).toEqual(expected))

  it('answers what JSON.parse answers wherever floats suffice', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      expect(parseJson(text)).toEqual(JSON.parse(text))
      expect(parseJson(`[${text}, 1e400]`)).toEqual([JSON.parse(text), '1e400'])
    }))
  })
})

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'the body ends'],
    ['[1,2', 4, 'cut off'],
    ['[1,,2]', 3, 'expected a value, found ,'],
    ['[1,]', 3, 'found ]'],
    ['{"a":1,}', 7, 'expected a field name'],
    ['{a:1}', 1, 'found a'],
    ["{'a':1}", 1, "found '"],
    ['{"a" 1}', 5, 'expected a colon'],
    ['[NaN]', 1, 'Python'],
    ['[None]', 1, 'write null'],
    ['[-Infinity]', 1, 'Python'],
    ['[01]', 2, 'expected a comma'],
    ['["a', 1, 'never closed'],
    ['["a\\x"]', 3, 'escape'],
    ['["a\nb"]', 3, 'control character'],
    ['{"a":1}\n{"a":2}', 8, 'expected nothing more'],
    ['[1}', 2, 'found }'],
    ['<html>', 0, 'expected a value'],
  ])('%j: offset %i, %s', (text, offset, message) => {
    const fault = findJsonFault(text)
    expect(fault.message).toContain(message)
    expect(fault.offset).toBe(offset)
  })

  it('finds a fault in whatever JSON.parse refuses', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.string({ minLength: 1, maxLength: 3 }))
      .map(([text, at, noise]) =>
        text.slice(0, at % (text.length + 1)) + noise + text.slice(at % (text.length + 1))
      )
    fc.assert(
      fc.property(broken, (text) => {
        try {
          JSON.parse(text)
        } catch {
          const { offset } = findJsonFault(text)
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(offset).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('parseBatchText, NDJSON', () => {
  it.each([
    ['', []],
    ['\n\n', []],
    ['{"a":1}', [{ a: 1 }]],
    ['{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['{"a":1}\r\n\r\n  \r\n{"a":2}\r\n', [{ a: 1 }, { a: 2 }]],
    ['1\nnull\n[]', [1, null, []]],
    ['{"a":"x\u2028y"}', [{ a: 'x\u2028y' }]],
  ])('%j', (text, expected) => expect(parseBatchText(text, 'ndjson')).toEqual(expected))

  it('names line and column of a fault', () => {
    expect(() => parseBatchText('{"a":1}\r\n\r\n{"a":}\n', 'ndjson')).toThrow(
      /line 3, column 6: expected a value/,
    )
  })

  it('tells what a pretty-printed array is', () => {
    expect(() => parseBatchText('[\n {"a":1}\n]', 'ndjson')).toThrow(/line 1.*application\/json/)
  })

  it('refuses the thousand and first record before reading the rest', () => {
    expect(parseBatchText('{}\n'.repeat(1_000), 'ndjson')).toHaveLength(1_000)
    expect(() => parseBatchText(`${'{}\n'.repeat(1_000)}{broken`, 'ndjson')).toThrow(/more than 1000 records/)
  })
})

describe('parseBatchText, JSON', () => {
  it('tells what NDJSON is', () => {
    expect(() => parseBatchText('{"a":1}\n{"a":2}', 'json')).toThrow(/offset 8.*x-ndjson/)
  })

  it('bounds its work on brackets without end', () => {
    expect(() => parseBatchText('['.repeat(5_000_000), 'json')).toThrow(
      /offset 1000: more than 1000 brackets/,
    )
  })
})
