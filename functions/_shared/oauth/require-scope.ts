import type { Context, MiddlewareHandler } from 'hono'
import { type Caller, identifyCaller, requireScopeOf } from './authenticate-client.ts'
import type { ClientContext } from './client-context.ts'
import type { Scope } from './scopes.ts'

/** What the middleware leaves in the context: the client, and its id for the log line. */
export interface ClientVariables {
  client: ClientContext
  clientId?: string
  caller?: Caller
}

type ClientMiddleware = MiddlewareHandler<{ Variables: ClientVariables }>

/** Puts the client of a valid access token into the context, whatever the scope of the token. */
export function identify(): ClientMiddleware {
  return async (c, next) => {
    await callerOf(c)
    await next()
  }
}

/**
 * Lets a request pass only with an access token of the given scope and puts the client into the context.
 *
 * @example
 * door.get('/', requireScope('odata'), (c) => c.json(c.get('client').offices))
 */
export function requireScope(scope: Scope): ClientMiddleware {
  return async (c, next) => {
    requireScopeOf(await callerOf(c), scope)
    await next()
  }
}

async function callerOf(c: Context<{ Variables: ClientVariables }>): Promise<Caller> {
  const known = c.get('caller')
  if (known) return known
  const caller = await identifyCaller(c.req.raw)
  c.set('caller', caller)
  c.set('client', caller.client)
  c.set('clientId', caller.client.client_id)
  return caller
}
