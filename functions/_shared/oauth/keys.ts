import { type CryptoKey, importJWK, type JWK } from 'jose'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'

export interface TokenKeys {
  signing: { kid: string; key: CryptoKey }
  /** Keys that verify, by key id: the signing key's public half and those still accepted after a rotation. */
  verifying: Map<string, CryptoKey>
  /** The same public keys as published at /oauth/jwks. */
  jwks: { keys: JWK[] }
}

let loaded: { source: string; keys: Promise<TokenKeys> } | undefined

/**
 * The keys of our tokens, from MLS_OAUTH_PRIVATE_JWK (signs and verifies) and MLS_OAUTH_PUBLIC_JWKS (verify only).
 * Imported once per isolate and again when the configuration changes.
 *
 * To rotate: publish the new public key in MLS_OAUTH_PUBLIC_JWKS, then make it the private key and move the old
 * public key there; drop the old one after the lifetime of a token.
 *
 * @throws HubError `not_configured` (503) without a private key, and when a key is unusable: no key, no access.
 */
export function tokenKeys(): Promise<TokenKeys> {
  const privateJwk = env('MLS_OAUTH_PRIVATE_JWK')
  if (!privateJwk) {
    throw new HubError('not_configured', 'The hub has no signing key: set MLS_OAUTH_PRIVATE_JWK.')
  }
  const publicJwks = env('MLS_OAUTH_PUBLIC_JWKS')
  const source = `${privateJwk}\n${publicJwks ?? ''}`
  if (loaded?.source !== source) loaded = { source, keys: load(privateJwk, publicJwks) }
  return loaded.keys
}

async function load(privateText: string, publicText: string | undefined): Promise<TokenKeys> {
  const privateJwk = parse('MLS_OAUTH_PRIVATE_JWK', privateText) as JWK
  const others = publicText ? (parse('MLS_OAUTH_PUBLIC_JWKS', publicText) as { keys?: JWK[] }).keys : []
  if (!privateJwk.d) throw unusable('MLS_OAUTH_PRIVATE_JWK', 'it has no private part "d"')
  if (!Array.isArray(others)) throw unusable('MLS_OAUTH_PUBLIC_JWKS', 'it must be {"keys": [...]}')

  const signing = { kid: privateJwk.kid ?? '', key: await imported('MLS_OAUTH_PRIVATE_JWK', privateJwk) }
  const verifying = new Map<string, CryptoKey>()
  const keys: JWK[] = []
  for (const jwk of [privateJwk, ...others].map(publicHalf)) {
    if (verifying.has(jwk.kid ?? '')) continue // our own key wins over a namesake
    verifying.set(jwk.kid ?? '', await imported('MLS_OAUTH_PUBLIC_JWKS', jwk))
    keys.push(jwk)
  }
  return { signing, verifying, jwks: { keys } }
}

/** Copies the public members by name: whatever else was configured, a private part never reaches the JWKS. */
function publicHalf({ kty, crv, x, y, kid }: JWK): JWK {
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }
}

async function imported(variable: string, jwk: JWK): Promise<CryptoKey> {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256') {
    throw unusable(variable, 'only EC keys on P-256 (ES256) are accepted')
  }
  if (!jwk.kid) throw unusable(variable, 'a key has no "kid"')
  try {
    return await importJWK(jwk, 'ES256') as CryptoKey
  } catch (cause) {
    throw unusable(variable, 'a key cannot be imported', cause)
  }
}

function parse(variable: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch { /* said below, without the text: it is a secret */ }
  throw unusable(variable, 'it is not a JSON object')
}

function unusable(variable: string, reason: string, cause?: unknown): HubError {
  return new HubError('not_configured', `${variable} is unusable: ${reason}.`, { cause })
}
