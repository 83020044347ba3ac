import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { membersOf } from '../../../../functions/_shared/odata/sql/selection.ts'
import { plan } from '../support.ts'

/** What is written of a row whose columns before the members are two. */
function written($select: string, ...values: (string | null)[]): unknown {
  const { source, selection } = plan({ $select })
  const members = membersOf(source.type, selection)(['stamp', 'seq', ...values], 2)
  return JSON.parse(`{${members}}`)
}

describe('members of a choice', () => {
  it('are written by type: text as strings, everything else as it comes', () => {
    const fields = 'City,ListPrice,BedroomsTotal,NewConstructionYN,ListingContractDate'
    expect(written(fields, 'Λεμεσός', '100000050', '3', 'false', '2026-01-31')).toEqual({
      City: 'Λεμεσός',
      ListPrice: 1000000.5,
      BedroomsTotal: 3,
      NewConstructionYN: false,
      ListingContractDate: '2026-01-31',
    })
  })

  it('are null without a value', () => {
    expect(written('City,ListPrice', null, null)).toEqual({ City: null, ListPrice: null })
  })

  it('hold any text unchanged', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(written('ListingKey,City', text, '')).toEqual({ ListingKey: text, City: '' })
    }))
  })

  it.each([
    ['0', '0.00'],
    ['7', '0.07'],
    ['-7', '-0.07'],
    ['70', '0.70'],
    ['-1234', '-12.34'],
    ['9007199254740993', '90071992547409.93'],
  ])('have a decimal of %s cents as %s', (cents, json) => {
    const { source, selection } = plan({ $select: 'ListPrice' })
    expect(membersOf(source.type, selection)([cents], 0)).toBe(`"ListPrice" : ${json}`)
  })

  it('are none where nothing but the stamp is chosen', () => {
    expect(written('ModificationTimestamp')).toEqual({})
  })
})

describe('members of a whole record', () => {
  it('are its documents, empty ones left out', () => {
    const { source, selection } = plan({})
    const members = membersOf(source.type, selection)
    expect(members(['stamp', 'seq', '"a" : 1', '"b" : 2'], 2)).toBe('"a" : 1,"b" : 2')
    expect(members(['stamp', 'seq', '', '"b" : 2'], 2)).toBe('"b" : 2')
    expect(members(['stamp', 'seq', '"a" : 1', ''], 2)).toBe('"a" : 1')
  })
})
