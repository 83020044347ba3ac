import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { fromDatabaseError } from './database-errors.ts'
import { HubError } from './errors.ts'
import { type ErrorShape, renderError } from './render.ts'

/**
 * The `onError` of a door. Whatever was thrown leaves as an error of the catalogue in the door's shape: text of
 * Postgres or of the runtime is logged (see request-log.ts) and never sent.
 */
export function errorHandler(shape: ErrorShape): ErrorHandler {
  return (error, c) => renderError(shape, toHubError(error), c.get('requestId') ?? '')
}

/** Finds the error of the catalogue that stands for anything thrown. */
export function toHubError(error: unknown): HubError {
  if (error instanceof HubError) return error
  if (error instanceof HTTPException && error.status < 500) {
    return new HubError('invalid_request', undefined, { cause: error })
  }
  return fromDatabaseError(error) ?? new HubError('internal_error', undefined, { cause: error })
}
