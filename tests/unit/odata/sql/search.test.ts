import { describe, expect, it } from 'vitest'
import { countStatement } from '../../../../functions/_shared/odata/sql/collection.ts'
import { resources } from '../../../../functions/_shared/reso/dictionary.ts'
import { cyprus, plan, refusalOf } from '../support.ts'

const count = (search: string, resource = 'Property', link?: { field: string; value: string }) =>
  countStatement({ ...plan({ $search: search }, { resource }), link }, cyprus)

describe('$search in SQL', () => {
  it('asks the index for a collection', () => {
    const { text, values } = count('sea AND NOT ("old town" OR dust)')
    const term = (kind: string, place: number) => `(select mls.search_term('${kind}', $${place}::text))`
    expect(text.replace(/^.* and /, '')).toBe(
      `t0.seq = any ((select mls.find_words('property', (${term('word', 2)} && (!! (${term('phrase', 3)} || ${
        term('word', 4)
      })))))::bigint[])`,
    )
    expect(values).toEqual(['CY', 'sea', 'old town', 'dust'])
  })

  it('looks at the rows themselves where a path or the catalogue has chosen them', () => {
    const own = `mls.search_words(concat_ws(' ǀ ', t0."ShortDescription", t0."LongDescription")) @@`
    expect(count('sea', 'Media', { field: 'ResourceRecordKey', value: 'k' }).text).toContain(own)
    expect(count('sea', 'Lookup').text).toContain('t0."LookupValue"')
  })

  it('refuses terms that no text can hold', () => {
    expect(refusalOf(() => count('sea OR "--"')).message).toBe(
      'a term needs a letter or a digit ($search, position 7)',
    )
    expect(refusalOf(() => count('x'.repeat(201))).code).toBe('too_costly')
    expect(refusalOf(() => count('sea', 'EntityEvent')).code).toBe('not_implemented')
  })
})

describe('the fields that are searched', () => {
  it.each(resources)('$name: are open to whoever sees the record', ({ fields, searched }) => {
    const open = fields.filter((field) => !field.sensitive && field.type === 'STRING').map((field) =>
      field.name
    )
    expect(open).toEqual(expect.arrayContaining([...searched!]))
  })
})
