import type { MiddlewareHandler } from 'hono'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { authenticateClient } from '../oauth/authenticate-client.ts'
import { sha256Hex } from '../delivery/sha256.ts'

/** What the middleware leaves in the context: who operates, for the log line. */
export interface OperatorVariables {
  clientId?: string
}

/**
 * Lets operators pass: an API client with scope `admin`, or the clock with a secret key of the project in the header
 * `apikey` (hosted: the key named `cron`; keys are no JWTs and do not go into Authorization).
 */
export function requireOperator(): MiddlewareHandler<{ Variables: OperatorVariables }> {
  return async (c, next) => {
    const key = c.req.header('apikey')
    if (isOperatorKey(key)) {
      c.set('clientId', await nameOfSecret(key))
    } else {
      c.set('clientId', (await authenticateClient(c.req.raw, 'admin')).client_id)
    }
    await next()
  }
}

/** Whether an `apikey` claims to be a secret key of the project. */
export function isOperatorKey(key: string | null | undefined): key is string {
  return key?.startsWith('sb_secret_') === true
}

/** A secret key of this project, for calls of ours to ourselves; the clock's own where there is one. */
export function ownSecretKey(): string | undefined {
  const keys = secretKeys()
  return keys.cron ?? Object.values(keys)[0]
}

/** Digests are compared, so that the time taken says nothing about the key. */
export async function nameOfSecret(key: string): Promise<string> {
  const digest = await sha256Hex(key)
  for (const [name, secret] of Object.entries(secretKeys())) {
    if (await sha256Hex(secret) === digest) return `secret:${name}`
  }
  throw new HubError('unauthorized', 'The apikey is none of the secret keys of this project.')
}

function secretKeys(): Record<string, string> {
  try {
    return JSON.parse(env('SUPABASE_SECRET_KEYS') ?? '{}')
  } catch {
    return {}
  }
}
