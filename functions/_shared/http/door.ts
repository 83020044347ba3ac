import { Hono } from 'hono'
import { publicCors } from './cors.ts'
import { errorHandler } from './error-handler.ts'
import type { HubError } from './errors.ts'
import { headLength } from './head-length.ts'
import { notFoundHandler, otherMethods } from './no-handler.ts'
import type { ErrorShape } from './render.ts'
import { requestId } from './request-id.ts'
import { requestLog } from './request-log.ts'

/** What the middleware of every door leaves in the context. `clientId` is set once the caller is known. */
export interface DoorVariables {
  requestId: string
  clientId?: string
  /** What was answered where no handler answered, for the log. */
  refusal?: HubError
}

/**
 * A Hono app with what every door needs: base path, request id, log line, CORS, 405 for methods that a path does not
 * answer, and errors in the door's shape. Not strict about a trailing slash: hosted gateways differ in keeping it.
 *
 * @example
 * const door = createDoor<ClientVariables>('odata', 'odata')
 * door.get('/', requireScope('odata'), serviceDocument)
 * export default { fetch: door.fetch }
 */
export function createDoor<Variables extends object = object>(
  name: string,
  shape: ErrorShape,
): Hono<{ Variables: DoorVariables & Variables }> {
  const door = new Hono<{ Variables: DoorVariables & Variables }>({ strict: false }).basePath(`/${name}`)
  door.onError(errorHandler(shape))
  door.notFound(notFoundHandler(shape))
  door.use(requestLog(name), requestId(), publicCors(), headLength(), otherMethods(shape, door))
  return door as Hono<{ Variables: DoorVariables & Variables }>
}
