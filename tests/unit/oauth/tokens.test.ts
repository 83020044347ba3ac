import { decodeJwt, importJWK, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tokenKeys } from '../../../functions/_shared/oauth/keys.ts'
import { issueToken, verifyToken } from '../../../functions/_shared/oauth/tokens.ts'
import { newPrivateJwk, useKeys } from './keys.ts'

const issuer = 'http://hub.test/functions/v1/oauth'
let key: JWK

beforeEach(async () => {
  key = await newPrivateJwk('k1')
  useKeys(key)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

const now = () => Math.floor(Date.now() / 1000)

/** A token with the given deviations from a right one. */
async function forge(
  claims: JWTPayload = {},
  signer: JWK = key,
  header: Record<string, unknown> = {},
): Promise<string> {
  const right = {
    iss: issuer,
    aud: 'mls-hub',
    sub: 'portal',
    scope: 'odata',
    jti: 'j',
    iat: now(),
    exp: now() + 60,
  }
  return await new SignJWT({ ...right, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: signer.kid, ...header })
    .sign(await importJWK(signer, 'ES256'))
}

const refused = { code: 'invalid_token', status: 401 }

describe('an access token', () => {
  it('is issued with the agreed claims and verified', async () => {
    const token = await issueToken({ clientId: 'portal', scopes: ['odata', 'ingest'] })
    const claims = decodeJwt(token)
    expect(claims).toMatchObject({ iss: issuer, aud: 'mls-hub', sub: 'portal', scope: 'odata ingest' })
    expect(claims.exp! - claims.iat!).toBe(3600)
    expect(claims.jti).toMatch(/^[0-9a-f-]{36}$/)
    expect(claims).not.toHaveProperty('offices')
    expect(await verifyToken(token)).toEqual({ clientId: 'portal', scopes: ['odata', 'ingest'] })
  })

  it('is refused when a single character of it was changed', async () => {
    const token = await issueToken({ clientId: 'portal', scopes: ['odata'] })
    for (let at = 0; at < token.length - 1; at += 7) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      await expect(verifyToken(changed)).rejects.toMatchObject(refused)
    }
  })

  it.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://elsewhere/oauth' }],
    ['for another audience', { aud: 'reso-api-client' }],
    ['without a subject', { sub: undefined }],
    ['without an expiry', { exp: undefined }],
    ['without an id', { jti: undefined }],
    ['without a scope', { scope: undefined }],
    ['with a scope that is no text', { scope: ['odata'] }],
    ['that expired', { exp: now() - 3600 }],
    ['that is not valid yet', { nbf: now() + 3600 }],
  ])('%s is refused', async (_, claims) => {
    await expect(verifyToken(await forge(claims))).rejects.toMatchObject(refused)
  })

  it('is accepted for 30 seconds beyond its times, for clocks that differ', async () => {
    await expect(verifyToken(await forge({ exp: now() - 20 }))).resolves.toBeTruthy()
    await expect(verifyToken(await forge({ nbf: now() + 20 }))).resolves.toBeTruthy()
    await expect(verifyToken(await forge({ exp: now() - 31 }))).rejects.toMatchObject(refused)
    await expect(verifyToken(await forge({ nbf: now() + 33 }))).rejects.toMatchObject(refused)
  })

  it('with alg none is refused', async () => {
    const token = new UnsecuredJWT({ scope: 'odata', jti: 'j' }).setIssuer(issuer).setAudience('mls-hub')
      .setSubject('portal').setIssuedAt().setExpirationTime('1h').encode()
    await expect(verifyToken(token)).rejects.toMatchObject(refused)
  })

  it('signed with HS256 under the public key is refused', async () => {
    const { jwks } = await tokenKeys()
    const secret = new TextEncoder().encode(JSON.stringify(jwks.keys[0]))
    const token = await new SignJWT({ scope: 'odata', jti: 'j' }).setProtectedHeader({
      alg: 'HS256',
      kid: 'k1',
    })
      .setIssuer(issuer).setAudience('mls-hub').setSubject('portal').setIssuedAt().setExpirationTime('1h')
      .sign(secret)
    await expect(verifyToken(token)).rejects.toMatchObject(refused)
  })

  it('of another key is refused, whether it names our kid, its own, none, or carries itself', async () => {
    const other = await newPrivateJwk('k2')
    await expect(verifyToken(await forge({}, { ...other, kid: 'k1' }))).rejects.toMatchObject(refused)
    await expect(verifyToken(await forge({}, other))).rejects.toMatchObject(refused)
    await expect(verifyToken(await forge({}, key, { kid: undefined }))).rejects.toMatchObject(refused)
    const { d: _, ...jwk } = other
    await expect(verifyToken(await forge({}, { ...other, kid: 'k1' }, { jwk }))).rejects.toMatchObject(
      refused,
    )
  })

  it.each(['', 'x', 'a.b', 'a.b.c', '..', 'null'])('"%s" is refused', async (token) => {
    await expect(verifyToken(token)).rejects.toMatchObject(refused)
  })
})

describe('the keys', () => {
  it('rotate: tokens of the old key are accepted while its public half is configured', async () => {
    const token = await issueToken({ clientId: 'portal', scopes: ['odata'] })
    const next = await newPrivateJwk('k2')
    useKeys(next, [key])
    expect(await verifyToken(token)).toMatchObject({ clientId: 'portal' })
    expect(await verifyToken(await issueToken({ clientId: 'portal', scopes: ['odata'] }))).toBeTruthy()
    useKeys(next)
    await expect(verifyToken(token)).rejects.toMatchObject(refused)
  })

  it('are published without private parts, even if a private key was configured as public', async () => {
    useKeys(key, [await newPrivateJwk('old')])
    const { jwks } = await tokenKeys()
    expect(jwks.keys.map((jwk) => jwk.kid)).toEqual(['k1', 'old'])
    for (const jwk of jwks.keys) {
      expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    }
  })

  it('absent: nothing is issued or accepted', async () => {
    const token = await issueToken({ clientId: 'portal', scopes: ['odata'] })
    useKeys(undefined, [key])
    await expect(issueToken({ clientId: 'portal', scopes: ['odata'] })).rejects.toMatchObject({
      code: 'not_configured',
    })
    await expect(verifyToken(token)).rejects.toMatchObject({ code: 'not_configured', status: 503 })
  })

  it('unusable: said without showing them', async () => {
    const { d: _, ...publicOnly } = key
    const { kid: __, ...nameless } = key
    for (
      const bad of [publicOnly, nameless, { ...key, crv: 'P-384' }, { ...key, x: 'AAAA' }, {
        kty: 'oct',
        k: 'c2VjcmV0',
      }]
    ) {
      useKeys(bad as JWK)
      const error = await issueToken({ clientId: 'portal', scopes: ['odata'] }).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'not_configured', status: 503 })
      expect(error.message).not.toContain(String((bad as JWK).d ?? 'c2VjcmV0'))
    }
    vi.stubEnv('MLS_OAUTH_PRIVATE_JWK', '{"kty": "EC", geheim')
    await expect(issueToken({ clientId: 'portal', scopes: ['odata'] })).rejects.toThrow(
      'MLS_OAUTH_PRIVATE_JWK is unusable: it is not a JSON object.',
    )
  })
})
