import { HubError } from '../http/errors.ts'
import { QueryError } from './plan/query-error.ts'
import { ParseError } from './syntax/parser.ts'

/**
 * Runs work that parses, plans or reads queries; what that refuses leaves as an error of the catalogue. The parts of
 * this folder throw errors of their own, for none of them knows HTTP.
 *
 * @throws HubError, or whatever else `work` throws
 */
export function withHubErrors<Result>(work: () => Result): Result {
  try {
    const result = work()
    return result instanceof Promise ? result.catch(rethrow) as Result : result
  } catch (error) {
    return rethrow(error)
  }
}

function rethrow(error: unknown): never {
  if (error instanceof QueryError) {
    throw new HubError(error.code, error.message, { target: error.target, cause: error.cause })
  }
  if (error instanceof ParseError) {
    const code = error.code === 'LimitExceeded' ? 'too_costly' : 'invalid_query'
    throw new HubError(code, error.message, { target: error.target, cause: error })
  }
  throw error
}
