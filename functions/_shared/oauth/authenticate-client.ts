import { HubError } from '../http/errors.ts'
import { type ClientContext, clientContext } from './client-context.ts'
import type { Scope } from './scopes.ts'
import { verifyToken } from './tokens.ts'

const realm = 'Bearer realm="mls-hub"'

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
 *   `invalid_token` (401); `not_configured` or `database_unavailable` (503)
 */
export async function identifyCaller(request: Request): Promise<Caller> {
  const token = bearerToken(request)
  const { clientId, scopes } = await verifyToken(token).catch((error) => {
    throw error instanceof HubError && error.code === 'invalid_token'
      ? refusedToken(error.message, error)
      : error
  })
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

/** Takes the token from the Authorization header only: in an address or a form it would end up in logs. */
function bearerToken(request: Request): string {
  const header = request.headers.get('Authorization')
  if (!header || !/^bearer(\s|$)/i.test(header)) {
    throw new HubError(
      'unauthorized',
      'Send an access token from /oauth/token: "Authorization: Bearer <token>".',
      {
        headers: { 'WWW-Authenticate': realm },
      },
    )
  }
  const token = /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1]
  if (!token) throw refusedToken('The Authorization header is not of the form "Bearer <token>".')
  return token
}

function refusedToken(message: string, cause?: unknown): HubError {
  const description = message.replaceAll('"', "'")
  return new HubError('invalid_token', message, {
    cause,
    headers: { 'WWW-Authenticate': `${realm}, error="invalid_token", error_description="${description}"` },
  })
}
