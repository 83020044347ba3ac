import type { MiddlewareHandler } from 'hono'
import { HubError } from '../http/errors.ts'
import { authenticateClient } from '../oauth/authenticate-client.ts'
import { isUserToken, verifyUserToken } from '../oauth/user-token.ts'
import { isOperatorKey, nameOfSecret } from './require-operator.ts'

/** Who manages: `tenant_id` bounds it to one market; without it every market is theirs. */
export interface Manager {
  name: string
  tenant_id?: string
}

export interface ManagerVariables {
  clientId?: string
  manager: Manager
}

const letters: Record<string, string> = { GET: 'r', HEAD: 'r', POST: 'c', PUT: 'u', PATCH: 'u', DELETE: 'd' }

/**
 * Lets those pass who manage markets: operators (an API client with scope `admin`, or a secret key of the project),
 * users of scope `system_admin`, and for their own market users of scope `org_admin`. The claim `crud` of a user must
 * hold the letter of what is done.
 *
 * @throws HubError unauthorized, invalid_token (401), insufficient_scope, forbidden (403)
 */
export function requireManager(): MiddlewareHandler<{ Variables: ManagerVariables }> {
  return async (c, next) => {
    const manager = await managerOf(c.req.raw)
    c.set('manager', manager)
    c.set('clientId', manager.name)
    await next()
  }
}

async function managerOf(request: Request): Promise<Manager> {
  const key = request.headers.get('apikey')
  const token = /^bearer +(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1]
  if (isOperatorKey(key)) return { name: await nameOfSecret(key) }
  if (token === undefined || !isUserToken(token)) {
    return { name: (await authenticateClient(request, 'admin')).client_id }
  }
  const { sub, tenant, scope, crud } = await verifyUserToken(token)
  const name = `user:${sub}`
  if (scope !== 'system_admin' && (scope !== 'org_admin' || tenant === null)) {
    throw new HubError('forbidden', 'Only administrators of a market may do this.')
  }
  if (!crud.includes(letters[request.method] ?? 'u')) {
    throw new HubError('forbidden', `Your rights (crud) do not include "${letters[request.method] ?? 'u'}".`)
  }
  return scope === 'system_admin' ? { name } : { name, tenant_id: tenant! }
}
