import { callerAddress } from '../_shared/http/caller-address.ts'
import { createDoor } from '../_shared/http/door.ts'
import { grantToken } from '../_shared/oauth/grant-token.ts'
import { tokenKeys } from '../_shared/oauth/keys.ts'
import { readTokenRequest } from '../_shared/oauth/token-request.ts'

/**
 * The authorization server of machine clients: client credentials in, short-lived access token out (RFC 6749), and
 * the public keys that verify it (RFC 7517). Errors are RFC 6749 objects.
 */
export const door = createDoor('oauth', 'oauth')

door.post('/token', async (c) => {
  const request = await readTokenRequest(c.req.raw)
  const reply = await grantToken(request, {
    address: callerAddress(c.req.raw),
    noteClient: (clientId) => c.set('clientId', clientId),
  })
  return c.json(reply, 200, { 'Cache-Control': 'no-store', Pragma: 'no-cache' })
})

door.get('/jwks', async (c) => {
  const { jwks } = await tokenKeys()
  return c.json(jwks, 200, {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': 'public, max-age=300',
  })
})

export default { fetch: door.fetch }
