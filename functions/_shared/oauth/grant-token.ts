import { servicePool } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import { sha256Hex } from '../http/sha256.ts'
import { readClientContext } from './client-context.ts'
import { tokenKeys } from './keys.ts'
import { invalidClient, type TokenRequest } from './token-request.ts'
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

/** What mls.authenticate_api_client answers. */
type Authentication =
  | { client_id: string; scopes: string[] }
  | { refused: true; is_known: boolean; retry_after?: number }

export interface TokenCaller {
  /** Where the request comes from, as callerAddress() says. */
  address: string
  /** Is told of the client once there is one of that id: what else stands there may be a secret, and belongs in no log. */
  noteClient?: (clientId: string) => void
}

/**
 * Authenticates a client against its stored hash and issues a token for the requested scopes, or for all of its own.
 *
 * @throws HubError `invalid_client` (401), `rate_limited` (429, with Retry-After) after too many wrong secrets,
 *   `invalid_scope` (400), `not_configured` (503), or the driver's error
 */
export async function grantToken(
  { clientId, clientSecret, scopes }: TokenRequest,
  { address, noteClient }: TokenCaller,
): Promise<TokenReply> {
  await tokenKeys() // without a signing key, say so before anybody's credentials are judged
  const { rows: [row] } = await servicePool().query<{ client: Authentication }>(
    'select mls.authenticate_api_client($1, $2, $3) as client',
    [clientId, await sha256Hex(clientSecret), address],
  )
  const client = row!.client
  if ('client_id' in client || client.is_known) noteClient?.(clientId)
  if ('refused' in client) throw client.retry_after ? tooManyAttempts(client.retry_after) : invalidClient()

  const granted = scopes ?? client.scopes
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

/** The same for clients that exist and those that do not. */
function tooManyAttempts(seconds: number): HubError {
  return new HubError(
    'rate_limited',
    `Too many wrong secrets came from this address: go on in ${seconds} s.`,
    {
      headers: { 'Retry-After': String(seconds) },
    },
  )
}
