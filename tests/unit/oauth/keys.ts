import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { vi } from 'vitest'

/** A fresh ES256 key as a private JWK. */
export async function newPrivateJwk(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...await exportJWK(privateKey), kid }
}

/** Configures the token keys of this test as the environment would. */
export function useKeys(privateJwk: JWK | undefined, publicJwks: JWK[] = []): void {
  vi.stubEnv('MLS_PUBLIC_URL', 'http://hub.test/functions/v1')
  vi.stubEnv('MLS_OAUTH_PRIVATE_JWK', privateJwk ? JSON.stringify(privateJwk) : '')
  vi.stubEnv('MLS_OAUTH_PUBLIC_JWKS', publicJwks.length > 0 ? JSON.stringify({ keys: publicJwks }) : '')
}
