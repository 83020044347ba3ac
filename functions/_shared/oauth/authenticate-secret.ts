import { servicePool } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import { sha256Hex } from '../http/sha256.ts'
import { type Credentials, invalidClient } from './basic.ts'

/** What mls.authenticate_api_client answers. */
type Authentication = SecretHolder | { refused: true; is_known: boolean; retry_after?: number }

/** A client that has shown its secret. */
export interface SecretHolder {
  client_id: string
  scopes: string[]
}

export interface SecretCaller {
  /** Where the request comes from, as callerAddress() says. */
  address: string
  /** Is told of the client once there is one of that id: what else stands there may be a secret, and belongs in no log. */
  noteClient?: (clientId: string) => void
}

/**
 * Authenticates a client against its stored hash. Hashes are compared, so the time taken says nothing of the secret, and
 * wrong ones are slowed per client and address.
 *
 * @throws HubError `invalid_client` (401), `rate_limited` (429, with Retry-After) after too many wrong secrets, or the
 *   driver's error
 */
export async function authenticateSecret(
  { clientId, clientSecret }: Credentials,
  { address, noteClient }: SecretCaller,
): Promise<SecretHolder> {
  const { rows: [row] } = await servicePool().query<{ client: Authentication }>(
    'select mls.authenticate_api_client($1, $2, $3) as client',
    [clientId, await sha256Hex(clientSecret), address],
  )
  const client = row!.client
  if ('client_id' in client || client.is_known) noteClient?.(clientId)
  if ('refused' in client) throw client.retry_after ? tooManyAttempts(client.retry_after) : invalidClient()
  return client
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
