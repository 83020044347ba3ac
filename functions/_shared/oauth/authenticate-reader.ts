import { HubError } from '../http/errors.ts'
import { type Caller, identifyCaller } from './authenticate-client.ts'
import { authenticateSecret, type SecretCaller } from './authenticate-secret.ts'
import { basicCredentials, basicRealm, invalidClient, possible } from './basic.ts'
import { realm } from './bearer.ts'
import { clientContext } from './client-context.ts'

/**
 * Finds out which API client fetches something, by an access token or by its id and secret in HTTP Basic: portals that
 * know nothing but an address can read with `https://client:secret@...`. With its secret a client has all its scopes.
 *
 * @throws HubError `unauthorized` (401, nothing was sent), else as identifyCaller() and authenticateSecret() do
 */
export async function identifyReader(request: Request, caller: SecretCaller): Promise<Caller> {
  const credentials = basicCredentials(request)
  if (credentials) {
    const { client_id, scopes } = await authenticateSecret(possible(credentials), caller)
    const client = await clientContext(client_id)
    if (!client) throw invalidClient() // disabled this very moment
    return { client, scopes }
  }
  if (!request.headers.has('Authorization')) {
    throw new HubError(
      'unauthorized',
      'Send an access token from /oauth/token ("Authorization: Bearer <token>"), or client id and secret in HTTP Basic.',
      { headers: { 'WWW-Authenticate': `${realm}, ${basicRealm}` } },
    )
  }
  return await identifyCaller(request)
}
