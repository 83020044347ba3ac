import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../functions/_shared/delivery/json.ts'
import { corrected } from '../../../functions/_shared/sources/qobrix/map/corrections.ts'
import { pythonJson } from '../../../functions/_shared/sources/qobrix/map/values.ts'
import { meansTheSame } from '../../../functions/_shared/sources/spelling.ts'
import { mappedFields } from '../../../scripts/sources/mapped-fields.ts'
import { repository } from '../../../scripts/stack/layout.ts'
import { ofOthers } from '../../support/sources/qobrix-people.ts'
import { ofProperties } from '../../support/sources/qobrix-properties.ts'
import { expectationsOf, makers, rows, sale } from '../../support/sources/qobrix-rows.ts'

const special = { ...ofProperties, ...ofOthers }

const under: Record<string, string> = { primary_contact: 'primary_contact_contact', extra: 'extra' }

describe('mapping version 1: every row of the table', () => {
  it.each(rows.map((row) => [`${row.resource}.${row.qobrix_entity}.${row.reso_field}`, row] as const))(
    '%s',
    (name, row) => {
      const own = special[name] ?? special[`${row.resource}.${row.reso_field}`]
      if (own) return own()
      const make = makers[`${row.resource}.${row.qobrix_entity}`]!
      const nested =
        /^(first_name|last_name|email|phone|phone_2|street|city|state|post_code|country) of|^(email|phone|phone_2|street|city|state|post_code|country)\b|^extra\.(\w+)/
          .exec(row.transformation)
      if (nested) {
        const member = (nested[1] ?? nested[2] ?? nested[3])!
        const record = { id: 'x', [under[row.qobrix_field]!]: { [member]: 'Some Text' } }
        expect(make(record)[row.reso_field]).toBe(member === 'email' ? 'some text' : 'Some Text')
        expect(make({ id: 'x', [under[row.qobrix_field]!]: null })[row.reso_field]).toBeNull()
        return
      }
      const expectations = expectationsOf(row)
      expect(expectations, `${name}: ${row.transformation}`).toBeDefined()
      for (const [value, wanted] of expectations!) {
        expect(make({ [row.qobrix_field]: value })[row.reso_field], `${name} of ${JSON.stringify(value)}`)
          .toEqual(wanted)
      }
    },
  )

  it('has 303 rows', () => expect(rows).toHaveLength(303))
})

describe('mapping version 2', () => {
  const labels = { subtypes: { penthouse: 'Penthouse' }, features: { 'view:sea': 'Sea view' } }
  const of = (property: JsonObject) =>
    corrected(sale(property), { id: 'p1', ...property }, { labels, prefix: 'QOBRIX_' })
  it('puts right what gold gets wrong, and nothing else', () => {
    const property = {
      property_type: 'apartment',
      property_subtype: 'penthouse',
      status: 'pending',
      furnished: 'semi_furnished',
      salesperson: 'u1',
      view: ['sea', 'pool'],
      heating: [],
      investment_type: 'rent',
      bedrooms: 2,
    }
    const [before, after] = [sale(property), of(property)]
    const changed = Object.keys(after).filter((field) => after[field] !== before[field]).sort()
    expect(changed).toEqual([
      'CoListAgentKey',
      'Furnished',
      'Heating',
      'PropertySubType',
      'StandardStatus',
      'View',
      'X_InvestmentType',
    ])
    expect(after).toMatchObject({
      PropertySubType: 'Penthouse',
      StandardStatus: 'Incomplete',
      Furnished: 'Partially',
      CoListAgentKey: 'QOBRIX_USER_u1',
      View: 'Sea view,pool',
      Heating: null,
      X_InvestmentType: 'rent',
    })
  })
})

describe('texts', () => {
  it('are written as Python writes JSON', () => {
    expect(pythonJson(['a', 'é', '\u007f', '😀', '"', '\n'])).toBe(
      '["a", "\\u00e9", "\\u007f", "\\ud83d\\ude00", "\\"", "\\n"]',
    )
  })
  it.each([
    ['2.0', '2', true],
    ['True', 'true', true],
    ['2.50', '2.5', true],
    ['2.0', '2.1', false],
    ['abc', 'ABC', false],
    ['007', '7', true],
    ['-0.0', '0', false],
    ['1.', '1', false],
    ['10', '1', false],
  ])(
    '%s and %s mean the same: %s',
    (a, b, same) => expect(meansTheSame(a, b)).toBe(same),
  )
})

describe('docs/sources-mapped.md', () => {
  it('is what the mappings are', () => {
    expect(readFileSync(join(repository, 'docs/sources-mapped.md'), 'utf8')).toBe(mappedFields())
    for (const field of Object.keys(sale({}))) expect(mappedFields()).toContain(`| ${field} |`)
  })
})
