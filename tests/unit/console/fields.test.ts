import { describe, expect, it } from 'vitest'
import { property } from '../../../functions/_shared/reso/resources/property.ts'
import {
  allFields,
  changesOf,
  draftOf,
  faultOf,
  type Field,
  type Listing,
  valueOf,
} from '../../../console/src/pages/listing/fields.ts'

const of = (kind: Field['kind'], more: Partial<Field> = {}): Field => ({ column: 'name', kind, ...more })

describe('the fields of the form', () => {
  it('have the RESO names of the dictionary', () => {
    const wrong = allFields.filter(({ column, reso }) =>
      reso && property.fields.find(({ name }) => name === reso)?.column !== column
    )
    expect(wrong).toEqual([])
  })

  it('stand there once', () => {
    expect(new Set(allFields.map(({ column }) => column)).size).toBe(allFields.length)
  })
})

describe('what is typed', () => {
  it.each([
    [of('whole'), '3', 3],
    [of('decimal'), '120,5', 120.5],
    [of('decimal'), '120.50', 120.5],
    [of('flag'), 'false', false],
    [of('text'), 'Вилла у моря', 'Вилла у моря'],
    [of('date'), '2026-02-28', '2026-02-28'],
    [of('text'), '', null],
    [of('flag'), '', null],
  ])('%o takes %s as %s', (field, text, value) => {
    expect(faultOf(field, text)).toBeUndefined()
    expect(valueOf(field, text)).toBe(value)
  })

  it.each([
    [of('whole'), '3.5', 'fault.whole'],
    [of('whole'), '-1', 'fault.whole'],
    [of('whole'), '3e5', 'fault.whole'],
    [of('decimal'), '1.234,5', 'fault.decimal'],
    [of('decimal'), '1.234', 'fault.decimal'],
    [of('date'), '28.02.2026', 'fault.date'],
    [of('link'), 'javascript:alert(1)', 'fault.link'],
    [of('text', { max: 3 }), 'four', 'fault.long'],
  ])('%o does not take %s', (field, text, fault) => {
    expect(faultOf(field, text)).toBe(fault)
  })

  it('is sent where it differs, and nothing else', () => {
    const listing = { name: 'A', bedrooms: 3, sea_view: true, city: null } as unknown as Listing
    const before = draftOf(listing)
    expect(changesOf(before, before)).toEqual({})
    expect(changesOf(before, { ...before, bedrooms: '', sea_view: 'false', city: 'Paphos' }))
      .toEqual({ bedrooms: null, sea_view: false, city: 'Paphos' })
  })
})
