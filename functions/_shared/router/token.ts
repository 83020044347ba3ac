/**
 * The router's token: those of the hubs, sealed. It says nothing of itself: each hub verifies its own, and stays the only
 * one that decides who a client is and what it may see (docs/decisions/0012).
 */
import { Buffer } from 'node:buffer'
import { compactDecrypt, CompactEncrypt } from 'jose'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { bearerToken, refusedToken } from '../oauth/bearer.ts'
import type { RoutedHub } from './hubs.ts'

/** What a client has been given by the hubs. */
export interface HubTokens {
  /** By the name of the hub. */
  tokens: Record<string, string>
  /** Whether it asked for all hubs that there were. */
  isWhole: boolean
  /** Seconds since 1970. */
  expires: number
}

/** A hub with the client's token for it. */
export type Reached = RoutedHub & { token: string }

/** @throws HubError not_configured (503) without a key */
export async function sealTokens(tokens: HubTokens): Promise<string> {
  const content = new TextEncoder().encode(JSON.stringify(tokens))
  return await new CompactEncrypt(content).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key())
}

const opened = new Map<string, HubTokens>()
const mostOpened = 1_000

/**
 * The hubs that the caller's token is for, in the order of the configuration.
 *
 * @throws HubError unauthorized, invalid_token (401), not_configured (503)
 */
export async function hubsOf(request: Request, hubs: RoutedHub[]): Promise<Reached[]> {
  const sealed = bearerToken(request)
  const { tokens, isWhole, expires } = opened.get(sealed) ?? await open(sealed)
  if (expires * 1_000 <= Date.now()) {
    throw refusedToken('The access token has expired: request a new one.')
  }
  const reached = hubs.flatMap((hub) =>
    Object.hasOwn(tokens, hub.name) ? [{ ...hub, token: tokens[hub.name]! }] : []
  )
  const isComplete = isWhole ? reached.length === hubs.length : reached.length > 0
  if (!isComplete) {
    throw refusedToken('Hubs were added since this access token was given: request a new one.')
  }
  return reached
}

async function open(sealed: string): Promise<HubTokens> {
  const secret = key()
  try {
    const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }
    const { plaintext } = await compactDecrypt(sealed, secret, options)
    const tokens: HubTokens = JSON.parse(new TextDecoder().decode(plaintext))
    if (opened.size >= mostOpened) opened.delete(opened.keys().next().value!)
    opened.set(sealed, tokens)
    return tokens
  } catch (cause) {
    throw refusedToken('The access token is not one of this router: request one at its /oauth/token.', cause)
  }
}

function key(): Uint8Array {
  const text = env('MLS_ROUTER_KEY')
  const bytes = text === undefined ? undefined : new Uint8Array(Buffer.from(text, 'base64url'))
  if (bytes?.length === 32) return bytes
  const message = 'The router has no key: set MLS_ROUTER_KEY to 32 random bytes in base64url.'
  throw new HubError('not_configured', message)
}
