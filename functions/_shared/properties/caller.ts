import { HubError } from '../http/errors.ts'
import { identifyCaller } from '../oauth/authenticate-client.ts'
import { authenticateUser, isUserToken, type UserAccess } from '../oauth/authenticate-user.ts'
import { bearerToken } from '../oauth/bearer.ts'
import type { Reader } from '../odata/model/reader.ts'
import { readerOf } from '../oauth/reader-of.ts'

/** Who asks for properties: a user with the rights of the Data API, a client that reads what is served, or an operator. */
export type PropertyCaller =
  | { kind: 'user'; name: string; access: UserAccess }
  | { kind: 'client'; name: string; reader: Reader }
  | { kind: 'operator'; name: string }

/** @throws HubError `unauthorized`, `invalid_token` (401), `insufficient_scope` (403) */
export async function identifyPropertyCaller(request: Request): Promise<PropertyCaller> {
  const token = bearerToken(request)
  if (isUserToken(token)) {
    const access = await authenticateUser(request)
    return { kind: 'user', name: `user:${access.user_id}`, access }
  }
  const { client, scopes } = await identifyCaller(request)
  const may = (scope: string) => scopes.includes(scope as never) && client.scopes.includes(scope)
  if (may('odata')) return { kind: 'client', name: client.client_id, reader: readerOf(client) }
  if (may('admin')) return { kind: 'operator', name: client.client_id }
  throw new HubError('insufficient_scope', 'This needs an access token with scope "odata" or "admin".')
}
