import type { Context, ErrorHandler, MiddlewareHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { fromDatabaseError } from './database-errors.ts'
import { HubError } from './errors.ts'
import { type ErrorShape, renderError } from './render.ts'

/**
 * The `onError` of a door. Whatever was thrown leaves as an error of the catalogue in the door's shape: text of
 * Postgres or of the runtime is logged (see request-log.ts) and never sent.
 */
export function errorHandler(shape: ErrorShape): ErrorHandler {
  return (error, c) => renderError(shape, toHubError(error), requestIdOf(c))
}

/** The `notFound` of a door. */
export function notFoundHandler(shape: ErrorShape): NotFoundHandler {
  return (c) => {
    const error = new HubError('not_found', `There is nothing at ${c.req.path}.`)
    c.error = error
    return renderError(shape, error, requestIdOf(c))
  }
}

/**
 * A handler for the methods that a path does not answer: 405 with Allow. GET implies HEAD.
 *
 * @example
 * door.post('/token', issue)
 * door.all('/token', methodNotAllowed('POST'))
 */
export function methodNotAllowed(...methods: string[]): MiddlewareHandler {
  const allowed = methods.flatMap((method) => method === 'GET' ? ['GET', 'HEAD'] : [method]).concat('OPTIONS')
  return (c) => {
    const message = `${c.req.path} answers ${allowed.join(', ')}, not ${c.req.method}.`
    throw new HubError('method_not_allowed', message, { headers: { Allow: allowed.join(', ') } })
  }
}

/** Finds the error of the catalogue that stands for anything thrown. */
export function toHubError(error: unknown): HubError {
  if (error instanceof HubError) return error
  if (error instanceof HTTPException && error.status < 500) {
    return new HubError('invalid_request', undefined, { cause: error })
  }
  return fromDatabaseError(error) ?? new HubError('internal_error', undefined, { cause: error })
}

function requestIdOf(c: Context): string {
  return c.get('requestId') ?? ''
}
