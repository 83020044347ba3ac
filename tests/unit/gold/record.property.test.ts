import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRecord } from '../../../functions/_shared/gold/record.ts'
import { resourceByName, resources } from '../../../functions/_shared/reso/dictionary.ts'
import type { Field, Resource } from '../../../functions/_shared/reso/types.ts'

/** By name: a counterexample shall not print the dictionary. */
const name = fc.constantFrom(...resources.map(({ name }) => name))
const sparkText = fc.constantFrom(
  '',
  ' ',
  'nan',
  'NaN',
  'None',
  'null',
  'True',
  'false',
  '2.0',
  '2.5',
  '-5',
  '1e400',
)
const anyValue = fc.oneof(
  fc.jsonValue(),
  sparkText,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\0', '\ud800', '\udc00', 'a', '\u0007') }),
  fc.double(),
  fc.anything(),
)

/** An element whose names are mostly those of the resource. */
function elementOf({ fields }: Resource): fc.Arbitrary<Record<string, unknown>> {
  const fieldName = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...fields.map((field) => field.name)) },
    {
      weight: 1,
      arbitrary: fc.oneof(fc.string(), fc.constantFrom('__proto__', '$raw', 'constructor', 'a\0b')),
    },
  )
  return fc.array(fc.tuple(fieldName, anyValue), { maxLength: 30 }).map((entries) =>
    Object.fromEntries(entries)
  )
}

/** A readable value of a field in its normal form. */
function normalValue({ name, type }: Field): fc.Arbitrary<unknown> {
  if (name === 'Latitude') return fc.integer({ min: 1, max: 89 })
  if (name === 'Longitude') return fc.integer({ min: 1, max: 179 })
  if (name === 'ListPriceCurrencyCode') return fc.constantFrom('EUR', 'HUF', 'KZT')
  if (name === 'StandardStatus') return fc.constantFrom('Active', 'Pending', 'Closed', 'Withdrawn')
  const day = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-01-01'), noInvalidDate: true })
  const past = fc.date({ min: new Date('0002-01-01'), max: new Date('2026-11-01'), noInvalidDate: true })
  switch (type) {
    case 'STRING':
      return fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => `x${text}x`)
    case 'INT':
      return fc.integer()
    case 'BIGINT':
      return fc.maxSafeInteger()
    case 'DOUBLE':
      return fc.integer()
    case 'BOOLEAN':
      return fc.boolean()
    case 'DATE':
      return day.map((date) => date.toISOString().slice(0, 10))
    case 'TIMESTAMP':
      // a time of change beyond our clock is no evidence, and is told
      return (name === 'ModificationTimestamp' || name === 'X_QobrixModified' ? past : day).map((date) =>
        `${date.toISOString().slice(0, 19)}Z`
      )
  }
  return fc.integer({ min: 0, max: 99_999 }).map(String)
}

/** Pairs of a resource's name and something made for it. */
function forResource<T>(make: (resource: Resource) => fc.Arbitrary<T>): fc.Arbitrary<[string, T]> {
  return name.chain((of) => fc.tuple(fc.constant(of), make(resourceByName(of)!)))
}

describe('readRecord, for any input', () => {
  it('never throws, and answers what Postgres can store', () => {
    const elements = forResource((resource) => fc.oneof(elementOf(resource), fc.anything()))
    fc.assert(
      fc.property(elements, ([of, element]) => {
        const text = JSON.stringify(readRecord(resourceByName(of)!, element))
        expect(text.isWellFormed()).toBe(true)
        expect(text).not.toMatch(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('changes nothing when it reads its own output', () => {
    fc.assert(
      fc.property(forResource(elementOf), ([of, element]) => {
        const stored = JSON.parse(JSON.stringify(readRecord(resourceByName(of)!, element).record))
        expect(JSON.parse(JSON.stringify(readRecord(resourceByName(of)!, stored).record))).toEqual(stored)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps every value that is in its normal form, without a remark', () => {
    const records = forResource(({ fields }) =>
      fc.record(
        Object.fromEntries(
          fields.filter(({ hub }) => !hub).map((field) => [field.name, normalValue(field)]),
        ),
      )
    )
    fc.assert(
      fc.property(records, ([of, record]) => {
        expect(readRecord(resourceByName(of)!, { ...record })).toEqual({ record, errors: [], warnings: [] })
      }),
      { numRuns: 200 },
    )
  })
})
