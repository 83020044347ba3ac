import { HubError } from '../http/errors.ts'
import { type ClientContext, clientContext } from './client-context.ts'
import { bearerToken, realm, refusedToken } from './bearer.ts'
import { refuseWrites } from './refuse-writes.ts'
import type { Scope } from './scopes.ts'
import { verifyToken } from './tokens.ts'

/** Who sends a request, and for what its token is good. */
export interface Caller {
  client: ClientContext
  scopes: readonly string[]
}

/**
 * Finds out which API client sends a request, and that it may use this scope.
 *
 * @throws HubError as identifyCaller() and requireScopeOf() do
 */
export async function authenticateClient(request: Request, scope: Scope): Promise<ClientContext> {
  const caller = await identifyCaller(request)
  requireScopeOf(caller, scope)
  return caller.client
}

/**
 * Bearer token -> verified token -> the client as it is now.
 *
 * @throws HubError with WWW-Authenticate as RFC 6750, section 3: `unauthorized` (401, no token was sent),
 *   `invalid_token` (401); `forbidden` (403) where a token that only looks would write; `not_configured` or `database_unavailable` (503)
 */
export async function identifyCaller(request: Request): Promise<Caller> {
  const token = bearerToken(request)
  const { clientId, scopes, readOnly } = await verifyToken(token).catch((error) => {
    throw error instanceof HubError && error.code === 'invalid_token'
      ? refusedToken(error.message, error)
      : error
  })
  if (readOnly) refuseWrites(request)
  const client = await clientContext(clientId)
  if (!client) throw refusedToken('The client of this access token is unknown, disabled or expired.')
  return { client, scopes }
}

/**
 * The scope must be both in the token and still among the client's own: a token never outlives a right that was
 * withdrawn.
 *
 * @throws HubError insufficient_scope (403)
 */
export function requireScopeOf({ client, scopes }: Caller, scope: Scope): void {
  if (!scopes.includes(scope) || !client.scopes.includes(scope)) {
    throw new HubError('insufficient_scope', `This needs an access token with scope "${scope}".`, {
      headers: { 'WWW-Authenticate': `${realm}, error="insufficient_scope", scope="${scope}"` },
    })
  }
}
