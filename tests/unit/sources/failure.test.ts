import { expect, it } from 'vitest'
import { refuseStatus } from '../../../functions/_shared/sources/upstream.ts'

it('quotes what a source said as the database can keep it: no NUL, no half of a character', () => {
  const refused = (text: string) => {
    try {
      refuseStatus({ status: 418, text: () => text }, 'a page')
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(refused('no \0tea')).toContain('no tea')
  expect(refused(`${'x'.repeat(199)}😀`)).not.toMatch(/\p{Surrogate}/u)
})
