import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchSlices } from '../../../functions/_shared/gold/batch-slices.ts'
import { type BatchForm, parseBatchText } from '../../../functions/_shared/gold/batch-text.ts'
import { elementsOf } from '../../../functions/_shared/gold/contract.ts'
import { cutArray } from '../../../functions/_shared/gold/cut-batch.ts'

const encode = (text: string) => new TextEncoder().encode(text)

/** What became of a body: its elements, or the refusal. */
function outcome(read: () => unknown[]) {
  try {
    return { elements: read() }
  } catch (error) {
    return { refused: (error as Error).message }
  }
}

const bySlices = (text: string, form: BatchForm) => outcome(() => [...batchSlices(encode(text), form)].flat())
const asAWhole = (text: string, form: BatchForm) => outcome(() => elementsOf(parseBatchText(text, form)))

/** Longer than a slice, so that what stands behind it is in another one. */
const filler = JSON.stringify({ a: 'ψ"'.repeat(40_000) })

describe('batchSlices', () => {
  it.each([
    '[]',
    ' [ ] ',
    '[1]',
    '[1}',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[[1,2],{"a":[3,4]}]',
    '["]","[",",\\"]"]',
    '[1]]',
    '[1],[2]',
    '{"records":[1,2]}',
    '{ "records" : [ ] } ',
    '{"records":[1]',
    '{"records":[1]]',
    '{"records":[1]}}',
    '{"records":[1],"records":[2]}',
    '{"record":[1]}',
    '{"n":1,"records":[1]}',
    '"[]"',
    '["a\\\\",1]',
    '["a',
    '["a\\',
    '',
  ])('reads %j as reading the whole does, first or far behind', (text) => {
    expect(bySlices(text, 'json')).toEqual(asAWhole(text, 'json'))
    const behind = text.replace('[', `[${filler},`)
    expect(bySlices(behind, 'json')).toEqual(asAWhole(behind, 'json'))
  })

  it('cuts a long array', () => {
    expect(cutArray(encode(`[${Array(5).fill(filler).join(' , ')}]`))!.map(({ count }) => count)).toEqual(
      [1, 1, 1, 1, 1],
    )
  })

  it('takes a byte order mark before the body for nothing, and within for a fault', () => {
    expect([...batchSlices(encode('\ufeff[1]'), 'json')]).toEqual([[1]])
    expect(bySlices(`[${filler},\ufeff1]`, 'json').refused).toMatch(/not JSON/)
  })

  it('reads any text as reading the whole does', () => {
    const element = fc.oneof(fc.json(), fc.constant(filler))
    const body = fc.tuple(fc.array(element, { maxLength: 6 }), fc.constantFrom(',', ', ', '\n'))
      .map(([elements, separator]) =>
        separator === '\n' ? elements.join('\n') : `[${elements.join(separator)}]`
      )
    const broken = fc.tuple(
      body,
      fc.nat(),
      fc.constantFrom('', '"', ']', '[', '{', '}', ',', '\\', '\n', '1'),
    )
      .map(([text, at, noise]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + noise + text.slice(place)
      })
    fc.assert(
      fc.property(broken, fc.constantFrom<BatchForm>('json', 'ndjson'), (text, form) => {
        expect(bySlices(text, form)).toEqual(asAWhole(text, form))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses more records than a batch may hold', () => {
    expect(bySlices(`[${Array(1_001).fill(1)}]`, 'json').refused).toMatch(/1001 records/)
    expect(bySlices(`${filler}\n${'1\n'.repeat(1_000)}`, 'ndjson').refused).toMatch(
      /more than 1000|1001 records/,
    )
  })
})
