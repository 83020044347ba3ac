import { describe, expect, it } from 'vitest'
import { applyMapping } from '../../../functions/_shared/sources/mapping/apply.ts'
import { toBool, toDate, toDecimalText } from '../../../functions/_shared/sources/mapping/convert.ts'
import type { Mapping, Rule } from '../../../functions/_shared/sources/mapping/language.ts'
import { validateMapping } from '../../../functions/_shared/sources/mapping/validate.ts'

const european = { decimal: ',', dates: 'dmy' } as const
const one = (rule: Rule, source: Record<string, unknown>, field = 'PublicRemarks') =>
  applyMapping({ version: 1, fields: { [field]: rule } }, source, european)

describe('numbers', () => {
  it.each(
    [
      ['1.234.567,89', ',', '1234567.89'],
      ['€ 450.000', ',', '450000'],
      ['450 000 €', ',', '450000'],
      ['450\u00a0000,5', ',', '450000.5'],
      ["1'200", '.', '1200'],
      ['1,234,567', '.', '1234567'],
      ['1,234.5', '.', '1234.5'],
      ['120 m²', '.', '120'],
      ['-5', '.', '-5'],
      ['.5', '.', '0.5'],
      ['1.250.000', '.', '1250000'],
      ['450.000,- €', ',', '450000'],
      ['1.25E7', '.', '12500000'],
      ['0', ',', '0'],
    ] as const,
  )('reads %s', (text, decimal, number) => {
    expect(toDecimalText(text, { decimal, dates: 'ymd' })).toBe(number)
  })

  it.each(['POA', '12 rooms', '1,5,2', '', '€', '12-15', '1.2.3,4', '2 x 50'])('is none: %s', (text) => {
    expect(toDecimalText(text, european)).toBeUndefined()
  })

  it('does not take decimals for groups', () => {
    expect(toDecimalText('1.5', european)).toBeUndefined()
    expect(toDecimalText('1,5', { decimal: '.', dates: 'ymd' })).toBeUndefined()
  })
})

describe('dates and yes or no', () => {
  it.each([
    ['2026-01-31', '2026-01-31'],
    ['20260131', '2026-01-31'],
    ['31.1.2026', '2026-01-31'],
    ['31/01/26', '2026-01-31'],
    ['31.12.99', '1999-12-31'],
    ['31/01/2026 14:30', '2026-01-31T14:30:00'],
    ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00Z'],
    ['31/01/2026 2:30 PM', '2026-01-31T14:30:00'],
    ['31. 1. 2026', '2026-01-31'],
  ])('reads %s', (text, day) => expect(toDate(text, european)).toBe(day))

  it.each(['31/02/2026', '13/13/2026', 'tomorrow', '2026-13-01', '1/2'])('refuses %s', (text) => {
    expect(toDate(text, european)).toBeUndefined()
  })

  it('takes the order of the source', () => {
    expect(toDate('01/02/2026', { decimal: '.', dates: 'mdy' })).toBe('2026-01-02')
    expect(toDate('01/02/2026', { decimal: '.', dates: 'ymd' })).toBeUndefined()
  })

  it.each([
    ['yes', true],
    ['ja', true],
    ['Oui', true],
    ['ΝΑΙ', true],
    ['да', true],
    ['иә', true],
    ['Igen', true],
    [
      'όχι',
      false,
    ],
    ['Nein', false],
    ['0', false],
    [true, true],
  ])('reads %s', (word, value) => expect(toBool(word)).toBe(value))
})

describe('rules', () => {
  it('take the first of several that holds something', () => {
    expect(one({ from: ['a', 'b', 'c'] }, { a: ' ', b: null, c: 'x' }).record).toEqual({ PublicRemarks: 'x' })
  })

  it('follow paths, through lists too', () => {
    const source = {
      address: { city: 'Paphos' },
      photos: [{ url: 'u1' }, { url: 'u2' }],
      n: { s: [{ t: 5 }] },
    }
    expect(one({ from: 'address.city' }, source).record).toEqual({ PublicRemarks: 'Paphos' })
    expect(one({ from: 'photos.*.url' }, source, 'Media').media).toEqual(['u1', 'u2'])
    expect(one({ from: 'photos.1.url' }, source).record).toEqual({ PublicRemarks: 'u2' })
    expect(one({ from: 'n.s.t' }, source).record).toEqual({ PublicRemarks: 5 })
  })

  it('take a field whose name has a dot before they take it for a path', () => {
    expect(one({ from: 'a.b' }, { 'a.b': 1, a: { b: 2 } }).record).toEqual({ PublicRemarks: 1 })
  })

  it('gather what a pattern matches in the order of its numbers, and cut it', () => {
    const source = { Photo10: 'k', Photo2: 'b|c', Photo1: 'a', Photo3: '' }
    expect(one({ from: ['Photo*'], split: '|' }, source, 'Media').media).toEqual(['a', 'b', 'c', 'k'])
    expect(one({ from: 'Photo*' }, source).record).toEqual({ PublicRemarks: 'a,b|c,k' })
    expect(one({ from: 'Photo*', join: ' + ' }, source).record).toEqual({ PublicRemarks: 'a + b|c + k' })
  })

  it('map by what people meant, and do with the rest what else says', () => {
    const rule = { from: 's', map: { aktiv: 'Active', 'verkauft': 'Closed' } } as const
    expect(one({ ...rule }, { s: ' AKTIV ' }).record).toEqual({ PublicRemarks: 'Active' })
    const kept = one({ ...rule }, { s: 'neu' })
    expect(kept.record).toEqual({ PublicRemarks: 'neu' })
    expect(kept.warnings).toMatchObject([{ code: 'unmapped_value' }])
    expect(one({ ...rule, else: 'null' }, { s: 'neu' })).toMatchObject({
      record: { PublicRemarks: null },
      errors: [],
    })
    expect(one({ ...rule, else: 'reject' }, { s: 'neu' }).errors).toMatchObject([{ field: 'PublicRemarks' }])
    expect(one({ ...rule, else: 'reject' }, { s: '' }).errors).toEqual([])
  })

  it('leave nothing of a template with a hole', () => {
    expect(one({ template: 'A_{ref}-{n}' }, { ref: ' 7 ', n: 1 }).record).toEqual({ PublicRemarks: 'A_7-1' })
    expect(one({ template: 'A_{ref}' }, { ref: '' }).record).toEqual({ PublicRemarks: null })
  })

  it('convert, scale, and say what they could not read', () => {
    expect(one({ from: 'p', as: 'decimal', empty: ['poa'] }, { p: ' POA ' })).toMatchObject({
      record: { PublicRemarks: null },
      warnings: [],
    })
    expect(one({ from: 'p', as: 'decimal' }, { p: 'call us' }).warnings).toMatchObject([{
      code: 'invalid_number',
    }])
    expect(one({ from: 'a', as: 'decimal', scale: 0.09290304 }, { a: '1.000' }).record).toEqual({
      PublicRemarks: '92.903',
    })
    expect(one({ from: 'a', as: 'int' }, { a: '2,5' }).record).toEqual({ PublicRemarks: '3' })
    expect(one({ from: 'a', split: ';', as: 'int', join: ';' }, { a: '1; 2;x' }).record).toEqual({
      PublicRemarks: '1;2',
    })
  })

  it('keep what nothing read, but let no field in by its name', () => {
    const mapping: Mapping = { version: 1, fields: { ListingKey: { from: ['id', 'ref'] } }, keep_rest: true }
    const { record } = applyMapping(mapping, {
      id: 1,
      ref: 2,
      Balkon: 'ja',
      City: 'X',
      '@deleted': true,
      leer: '',
    })
    expect(record).toEqual({ ListingKey: 1, Balkon: 'ja', X_City: 'X', 'X_@deleted': true })
  })

  it('survive anything', () => {
    for (const source of [{}, { a: { b: undefined } }, { a: [[[1]]] }, { a: NaN }]) {
      expect(() => one({ from: ['a.*.b', 'a'], split: ',', as: 'decimal' }, source)).not.toThrow()
    }
  })
})

describe('a mapping is checked when it is saved', () => {
  const faults = (mapping: unknown, needsKey = true) => validateMapping(mapping, { needsKey }).faults

  it('accepts what the language knows', () => {
    expect(faults({
      version: 1,
      fields: {
        ListingKey: { template: 'ACME_{ref}' },
        ListPrice: { from: 'Price €', as: 'decimal', empty: ['POA'] },
        StandardStatus: { from: 'Stav', map: { aktiv: 'Active' }, else: 'reject' },
        Media: { from: ['Photo*'], split: '|' },
        Country: { value: 'CY' },
        X_Balcony: { from: 'Balkon', as: 'bool', trim: true, lower: false },
      },
      keep_rest: true,
    })).toBeUndefined()
  })

  it.each([
    [{ version: 1, fields: { ListPrce: { from: 'p' } } }, '/fields/ListPrce', 'ListPrice'],
    [{ version: 2, fields: {} }, '/version', ''],
    [{ version: 1, fields: { City: { from: 'a', value: 'b' } } }, '/fields/City', 'exactly one'],
    [{ version: 1, fields: { City: {} } }, '/fields/City', 'exactly one'],
    [{ version: 1, fields: { City: { from: 'a', eval: 'x' } } }, '/fields/City/eval', ''],
    [{ version: 1, fields: { City: { from: 'a', else: 'keep' } } }, '/fields/City/else', 'map'],
    [{ version: 1, fields: { City: { from: 'a', scale: 2 } } }, '/fields/City/scale', 'as'],
    [{ version: 1, fields: { City: { from: 'a', as: 'decimal', scale: 0 } } }, '/fields/City/scale', ''],
    [{ version: 1, fields: { City: { template: 'x' } } }, '/fields/City/template', 'braces'],
    [{ version: 1, fields: { Media: { from: 'a', as: 'text' } } }, '/fields/Media', 'neither'],
    [
      { version: 1, fields: { OriginatingSystemOfficeKey: { value: 'x' } } },
      '/fields/OriginatingSystemOfficeKey',
      'hub',
    ],
    [{ version: 1, fields: { 'X_a/b~c': { from: [] } } }, '/fields/X_a~1b~0c/from', ''],
    [{ version: 1, fields: {}, code: '1' }, '/code', ''],
    [{ version: 1, fields: {} }, '/fields/ListingKey', 'key'],
    [null, '', ''],
    ['x', '', ''],
  ])('points at what is wrong: %j', (mapping, pointer, message) => {
    const found = faults(mapping)!
    expect(found.map((fault) => fault.pointer)).toContain(pointer)
    expect(found.find((fault) => fault.pointer === pointer)!.message).toContain(message)
  })
})
