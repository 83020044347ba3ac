import { type CryptoKey, errors, jwtVerify, SignJWT } from 'jose'
import { HubError } from '../http/errors.ts'
import { publicUrl } from '../http/public-url.ts'
import { tokenKeys } from './keys.ts'

/** Lifetime of an access token, in seconds. Revocation does not wait for it (see client-context.ts). */
export const tokenLifetime = 3600
/** How far the clocks of two machines may differ, in seconds, when exp, nbf and iat are checked. */
export const clockSkew = 30
const audience = 'mls-hub'
/** Pinned: the header of a token must never choose how the token is checked. */
const algorithm = 'ES256'

export interface AccessToken {
  clientId: string
  scopes: string[]
  /** An operator looks as the client: nothing may be changed with it. */
  readOnly?: boolean
}

/** The `iss` of our tokens: the address of the oauth door. */
export function tokenIssuer(): string {
  return `${publicUrl()}/oauth`
}

/**
 * Issues a signed access token (RFC 7519) for a client that has been authenticated. It says who and for what, but
 * not what may be seen: offices and grants are looked up at each use, so that a change takes effect at once.
 *
 * @throws HubError `not_configured` (503) without a signing key
 */
export async function issueToken(
  { clientId, scopes, readOnly, actor, lifetime = tokenLifetime }: AccessToken & {
    /** Who uses it in the place of the client (RFC 8693, `act`). */
    actor?: string
    lifetime?: number
  },
): Promise<string> {
  const { signing } = await tokenKeys()
  const now = Math.floor(Date.now() / 1000)
  return await new SignJWT({
    scope: scopes.join(' '),
    ...readOnly && { read_only: true },
    ...actor !== undefined && { act: { sub: actor } },
  })
    .setProtectedHeader({ alg: algorithm, kid: signing.kid, typ: 'JWT' })
    .setIssuer(tokenIssuer())
    .setAudience(audience)
    .setSubject(clientId)
    .setJti(crypto.randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(signing.key)
}

/** Seconds for which a verified token is believed without checking its signature again: a third of what a read by key costs. */
const verifiedFor = 60
/** Verified tokens by the keys they were checked with: other keys, other answers. */
const verified = new WeakMap<Map<string, CryptoKey>, Map<string, { token: AccessToken; until: number }>>()
const verifiedAtMost = 1000

/**
 * Verifies signature (ES256 by a known kid), issuer, audience, times and required claims.
 *
 * @throws HubError `invalid_token` (401); `not_configured` (503) when the hub has no key to verify with
 */
export async function verifyToken(token: string): Promise<AccessToken> {
  const { verifying } = await tokenKeys()
  const known = verified.get(verifying) ?? new Map()
  verified.set(verifying, known)
  const seen = known.get(token)
  if (seen && seen.until > Date.now()) return seen.token
  known.delete(token)
  const { expiresAt, ...fresh } = await checkToken(token, verifying)
  if (known.size >= verifiedAtMost) known.delete(known.keys().next().value!)
  known.set(token, { token: fresh, until: Math.min(Date.now() + verifiedFor * 1000, expiresAt * 1000) })
  return fresh
}

async function checkToken(
  token: string,
  verifying: Map<string, CryptoKey>,
): Promise<AccessToken & { expiresAt: number }> {
  const issuer = tokenIssuer()
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => keyNamed(verifying, kid), {
      algorithms: [algorithm],
      issuer,
      audience,
      clockTolerance: clockSkew,
      requiredClaims: ['sub', 'scope', 'iat', 'exp', 'jti'],
    })
    if (typeof payload.scope !== 'string') throw new errors.JWTInvalid('scope is not a string')
    return {
      clientId: payload.sub!,
      scopes: payload.scope.split(' '),
      ...payload.read_only === true && { readOnly: true },
      expiresAt: payload.exp!,
    }
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    const reason = error instanceof errors.JWTExpired
      ? 'The access token has expired'
      : 'The access token is not valid'
    throw new HubError('invalid_token', `${reason}: request a new one at ${issuer}/token.`, { cause: error })
  }
}

function keyNamed<Key>(keys: Map<string, Key>, kid: string | undefined): Key {
  const key = keys.get(kid ?? '')
  if (!key) throw new errors.JWKSNoMatchingKey()
  return key
}
