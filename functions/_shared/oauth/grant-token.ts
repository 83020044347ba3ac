import { HubError } from '../http/errors.ts'
import { authenticateSecret, type SecretCaller } from './authenticate-secret.ts'
import { invalidClient } from './basic.ts'
import { readClientContext } from './client-context.ts'
import { tokenKeys } from './keys.ts'
import { isScope } from './scopes.ts'
import type { TokenRequest } from './token-request.ts'
import { issueToken, tokenLifetime } from './tokens.ts'
import { viewDigest } from './view-digest.ts'

/** A successful answer of the token endpoint (RFC 6749, section 5.1). `expires_in` counts seconds. */
export interface TokenReply {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  /** The scopes granted, separated by spaces. */
  scope: string
  /** Ours (RFC 6749 lets clients ignore it): another one means that the client may see other things than before. */
  mls_view: string
}

/**
 * Authenticates a client against its stored hash and issues a token for those of the requested scopes that the hub has, or
 * for all of the client's own where it asks for none of them.
 *
 * @throws HubError `invalid_client` (401), `rate_limited` (429, with Retry-After) after too many wrong secrets,
 *   `invalid_scope` (400), `not_configured` (503), or the driver's error
 */
export async function grantToken(
  { clientId, clientSecret, scopes }: TokenRequest,
  caller: SecretCaller,
): Promise<TokenReply> {
  await tokenKeys() // without a signing key, say so before anybody's credentials are judged
  const client = await authenticateSecret({ clientId, clientSecret }, caller)

  // Libraries send scopes of the service they were written for (`api`): those say nothing here.
  const known = scopes?.filter((scope) => isScope(scope)) ?? []
  const granted = known.length > 0 ? known : client.scopes
  const refused = granted.filter((scope) => !client.scopes.includes(scope))
  if (refused.length > 0) {
    throw new HubError('invalid_scope', `The client may not ask for: ${refused.join(', ')}.`)
  }
  const context = await readClientContext(client.client_id)
  if (!context) throw invalidClient() // disabled this very moment
  return {
    access_token: await issueToken({ clientId: client.client_id, scopes: granted }),
    token_type: 'Bearer',
    expires_in: tokenLifetime,
    scope: granted.join(' '),
    mls_view: await viewDigest(context),
  }
}
