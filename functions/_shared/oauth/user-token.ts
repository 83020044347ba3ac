import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  importJWK,
  type JWK,
  jwtVerify,
} from 'jose'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { clockSkew } from './tokens.ts'

/** What a token of a signed-in user says, read as the database reads it (mls.active_scope and its neighbours). */
export interface UserClaims {
  sub: string
  /** Tenant (claim `uoi`); null where there is none. */
  tenant: string | null
  scope: 'self' | 'team' | 'global' | 'org_admin' | 'system_admin'
  /** Letters of create, read, update, delete. */
  crud: string
}

const audience = 'authenticated'
const algorithms = ['ES256', 'RS256', 'HS256']
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const scopes = ['self', 'team', 'global', 'org_admin', 'system_admin'] as const

/** Whether a token was given to a user by Supabase Auth, and not to an API client by us. Nothing is verified here. */
export function isUserToken(token: string): boolean {
  try {
    const { aud } = decodeJwt(token)
    return Array.isArray(aud) ? aud.includes(audience) : aud === audience
  } catch {
    return false
  }
}

/**
 * Verifies a user's token against SUPABASE_JWKS, the keys of the project's sign-in service.
 *
 * @throws HubError `invalid_token` (401), `not_configured` (503)
 */
export async function verifyUserToken(token: string): Promise<UserClaims> {
  try {
    const { kid, alg } = decodeProtectedHeader(token)
    const { payload } = await jwtVerify(token, await keyFor(kid, alg), {
      algorithms,
      audience,
      clockTolerance: clockSkew,
      requiredClaims: ['sub', 'exp'],
    })
    if (payload.role !== 'authenticated') throw new errors.JWTInvalid('role is not authenticated')
    const scope = payload.active_scope ??
      (typeof payload.scope === 'object' && payload.scope !== null
        ? (payload.scope as { id?: unknown }).id
        : payload.scope)
    return {
      sub: payload.sub!,
      tenant: typeof payload.uoi === 'string' && uuid.test(payload.uoi) ? payload.uoi : null,
      scope: scopes.find((name) => name === scope) ?? 'self',
      crud: typeof payload.crud === 'string' ? payload.crud : '',
    }
  } catch (error) {
    if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error
    const reason = error instanceof errors.JWTExpired
      ? 'The access token has expired.'
      : 'The access token is not valid.'
    throw new HubError('invalid_token', `${reason} Sign in again.`, {
      cause: error,
      headers: { 'WWW-Authenticate': 'Bearer realm="mls-hub", error="invalid_token"' },
    })
  }
}

let imported: {
  source: string
  keys: Promise<{ kid?: string; alg?: string; kty?: string; key: CryptoKey | Uint8Array }[]>
} | undefined

/** The header chooses the key, never the algorithm: a key verifies what its type is for. */
async function keyFor(kid: string | undefined, alg: string | undefined): Promise<CryptoKey | Uint8Array> {
  const source = env('SUPABASE_JWKS')
  if (!source) {
    throw new HubError('not_configured', 'The hub does not know the keys of users: set SUPABASE_JWKS.')
  }
  if (imported?.source !== source) imported = { source, keys: importAll(source) }
  const keys = await imported.keys
  const found = keys.find((key) =>
    key.kid === kid && key.kty === (alg === 'HS256' ? 'oct' : alg === 'RS256' ? 'RSA' : 'EC')
  )
  if (!found) throw new errors.JWKSNoMatchingKey()
  return found.key
}

async function importAll(source: string) {
  const { keys = [] } = JSON.parse(source) as { keys?: JWK[] }
  return await Promise.all(keys.map(async (jwk) => {
    const alg = jwk.alg ?? (jwk.kty === 'oct' ? 'HS256' : jwk.kty === 'RSA' ? 'RS256' : 'ES256')
    return { kid: jwk.kid, alg, kty: jwk.kty, key: await importJWK(jwk, alg) }
  }))
}
