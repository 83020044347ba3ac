import { nearest } from '../syntax/nearest.ts'
import { quote } from '../syntax/parse-error.ts'
import { QueryError, type QueryErrorCode } from './query-error.ts'

/** Where in the request something stands: `target` is a query option or `path`, the position counts from 0. */
export interface Place {
  target: string
  position: number
}

/** Refuses a request for what stands at one place of it; the message repeats the place for people. */
export function refuse(place: Place, message: string, code: QueryErrorCode = 'invalid_query'): never {
  throw new QueryError(code, `${message} (${place.target}, position ${place.position})`, {
    target: place.target,
  })
}

/** Refuses a name that the model does not have, with the one that was probably meant. */
export function refuseName(
  place: Place,
  name: string,
  what: string,
  owner: string,
  candidates: Iterable<string>,
  code: QueryErrorCode = 'unknown_field',
): never {
  const meant = nearest(name, candidates)
  return refuse(
    place,
    `${quote(name)} is not ${what} of ${owner}${meant ? `; did you mean ${quote(meant)}?` : ''}`,
    code,
  )
}
