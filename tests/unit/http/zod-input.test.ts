import { expect, it } from 'vitest'
import { HubError } from '../../../functions/_shared/http/errors.ts'
import { checkedInput } from '../../../functions/_shared/http/zod-input.ts'
import { searchInput } from '../../../functions/_shared/search/input.ts'

const refusal = (input: unknown) => {
  try {
    checkedInput(searchInput, input)
  } catch (error) {
    return error as HubError
  }
  throw new Error('It was taken.')
}

it.each<[Record<string, unknown>, string, string[] | undefined]>([
  [{ bbox: '1,2,3' }, 'bbox: expected west,south,east,north in degrees.', undefined],
  [{ bbox: '500,2,3,4' }, 'bbox: expected west,south,east,north in degrees.', undefined],
  [{ near: '91,0,1' }, 'near: expected lat,lng in degrees.', undefined],
  [
    { bbox: '1,2,3', near: '91,0' },
    'bbox: expected west,south,east,north in degrees; near: expected lat,lng in degrees.',
    ['bbox', 'near'],
  ],
])('says once what is wrong: %j', (input, message, targets) => {
  const error = refusal(input)
  expect(error).toMatchObject({ code: 'invalid_parameter', message })
  expect(error.details?.map(({ target }) => target)).toEqual(targets)
})
