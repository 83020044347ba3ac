import type { MiddlewareHandler } from 'hono'
import { authenticateClient } from './authenticate-client.ts'
import type { ClientContext } from './client-context.ts'
import type { Scope } from './scopes.ts'

/** What the middleware leaves in the context: the client, and its id for the log line. */
export interface ClientVariables {
  client: ClientContext
  clientId?: string
}

/**
 * Lets a request pass only with an access token of the given scope and puts the client into the context.
 *
 * @example
 * door.get('/', requireScope('odata'), (c) => c.json(c.get('client').offices))
 */
export function requireScope(scope: Scope): MiddlewareHandler<{ Variables: ClientVariables }> {
  return async (c, next) => {
    const client = await authenticateClient(c.req.raw, scope)
    c.set('client', client)
    c.set('clientId', client.client_id)
    await next()
  }
}
