import { expect, it } from 'vitest'
import { jsonResponse } from '../../../../functions/odata/json.ts'

it('a text that leaves in pieces arrives as it was, characters of two halves included', async () => {
  const odd = 'x' + '\u{1F3E0}'.repeat(4_500_000)
  const text = JSON.stringify({ odd, Cyrillic: 'Дом' })
  expect(await jsonResponse(text, { level: 'minimal', numbersAsText: false }).text() === text).toBe(true)
  expect(
    await jsonResponse(text.slice(1), { level: 'minimal', numbersAsText: false }).text() === text.slice(1),
  ).toBe(true)
})
