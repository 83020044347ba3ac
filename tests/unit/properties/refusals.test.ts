import { describe, expect, it } from 'vitest'
import { rethrowRefusal } from '../../../functions/_shared/properties/refusals.ts'

const failure = (code: string) => Object.assign(new Error('boom'), { code })
const thrown = (error: unknown) => {
  try {
    rethrowRefusal(error)
  } catch (refusal) {
    return refusal
  }
}

describe('what is no refusal of the workflow', () => {
  // an edit that waited too long for its listing is tried again: it is no list that could be narrowed
  it.each(['57014', '55P03', '40001', 'XX000'])('stays as it is: %s', (code) => {
    const error = failure(code)
    expect(thrown(error)).toBe(error)
  })
})
