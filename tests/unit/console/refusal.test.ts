import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../console/src/lib/refusal.ts'

describe('a refusal', () => {
  it('of the database has its code, details as an object, and the remedy', () => {
    const refusal = Refusal.of(
      { code: 'PT409', message: 'already_claimed', details: '{"holder_name":"Anna"}', hint: 'Ask her.' },
      409,
    )
    expect(refusal).toMatchObject({
      code: 'already_claimed',
      status: 409,
      details: { holder_name: 'Anna' },
      remedy: 'Ask her.',
    })
  })

  it('of a door has its code, its sentence and its own members', () => {
    const refusal = Refusal.of({
      type: 'urn:x',
      title: 'T',
      status: 422,
      code: 'invalid_settings',
      detail: 'No.',
      errors: [1],
    }, 422)
    expect(refusal).toMatchObject({
      code: 'invalid_settings',
      message: 'No.',
      status: 422,
      details: { errors: [1] },
    })
    expect(refusal.details).not.toHaveProperty('title')
  })

  it.each([
    [{ code: 'PGRST303', message: 'JWT expired' }, 401, true],
    [{ code: 'unauthorized', detail: 'x', status: 401 }, 401, true],
    [{ code: '42501', message: 'permission denied' }, 0, false],
  ])('%o is an ended session: %s %s', (error, status, expired) => {
    expect(Refusal.of(error, status).isExpiredSession).toBe(expired)
  })

  it('knows 403 from the code of the database alone', () => {
    expect(Refusal.of({ code: '42501', message: 'permission denied for table x' }).status).toBe(403)
  })

  it.each([new TypeError('Failed to fetch'), {
    message: 'TypeError: Failed to fetch',
    details: '',
    hint: '',
    code: '',
  }])(
    'is a hub out of reach when nothing answered: %o',
    (error) => expect(Refusal.of(error).code).toBe('offline'),
  )

  it('says which part a hub does not have', () => {
    expect(Refusal.of({ code: 'not_found', detail: 'x', status: 404 }, 404).isMissing).toBe(true)
    expect(Refusal.of({ code: 'PGRST205', message: 'x' }, 404).isMissing).toBe(true)
    expect(Refusal.of({ code: 'unknown_receipt', detail: 'x', status: 404 }, 404).isMissing).toBe(false)
  })

  it.each([undefined, null, 'text', 42, {}, { details: 'not JSON', message: 'x' }])('takes %o', (error) => {
    expect(Refusal.of(error)).toBeInstanceOf(Refusal)
  })
})
