import { HubError } from '../http/errors.ts'
import { identifyCaller } from '../oauth/authenticate-client.ts'
import { authenticateUser, isUserToken, type UserAccess } from '../oauth/authenticate-user.ts'
import { bearerToken } from '../oauth/bearer.ts'
import type { Limited } from '../oauth/quota.ts'
import type { Reader } from '../odata/model/reader.ts'
import { readerOf } from '../oauth/reader-of.ts'

/** Who asks for properties: a user with the rights of the Data API, a client that reads what is served, or an operator. */
export type PropertyCaller =
  & { name: string; limited: Limited }
  & (
    | { kind: 'user'; access: UserAccess }
    | { kind: 'client'; reader: Reader }
    | { kind: 'operator' }
  )

/** As mls.user_reading_context() says it for searches: one quota for both doors. */
const requestsOfUsers = 600

/** @throws HubError `unauthorized`, `invalid_token` (401), `insufficient_scope` (403) */
export async function identifyPropertyCaller(request: Request): Promise<PropertyCaller> {
  const token = bearerToken(request)
  if (isUserToken(token)) {
    const access = await authenticateUser(request)
    const name = `user:${access.user_id}`
    return {
      kind: 'user',
      name,
      access,
      limited: { client_id: name, rate_limit_per_minute: requestsOfUsers },
    }
  }
  const { client, scopes } = await identifyCaller(request)
  const may = (scope: string) => scopes.includes(scope as never) && client.scopes.includes(scope)
  const named = { name: client.client_id, limited: client }
  if (may('odata')) return { ...named, kind: 'client', reader: readerOf(client) }
  if (may('admin')) return { ...named, kind: 'operator' }
  throw new HubError('insufficient_scope', 'This needs an access token with scope "odata" or "admin".')
}
