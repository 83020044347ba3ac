import type { MiddlewareHandler } from 'hono'
import { servicePool } from '../db/pool.ts'
import { sha256Hex } from '../http/sha256.ts'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { authenticateClient } from './authenticate-client.ts'
import { authenticateUser, isUserToken } from './authenticate-user.ts'
import { bearerToken } from './bearer.ts'
import { marketOffices, type Operator, operatorOfUser } from './operator.ts'

/** What the middleware leaves in the context: who operates, and the name for the log line. */
export interface OperatorVariables {
  operator: Operator
  clientId?: string
}

type OperatorMiddleware = MiddlewareHandler<{ Variables: OperatorVariables }>

/**
 * Lets operators pass: an API client with scope `admin`; a signed-in user of scope `system_admin`, or of `org_admin` for
 * the own market; or the clock with a secret key of the project in the header `apikey` (hosted: the key named `cron`;
 * keys are no JWTs and do not go into Authorization). A route that shows or changes more than one market's own must
 * look at `operator.tenantId`, or stand behind requireWholeHub().
 */
export function requireOperator(): OperatorMiddleware {
  return async (c, next) => {
    const operator = await identifyOperator(c.req.raw)
    c.set('operator', operator)
    c.set('clientId', operator.name)
    await next()
  }
}

/** After requireOperator(): refuses administrators of one market. */
export function requireWholeHub(): OperatorMiddleware {
  return async (c, next) => {
    if (c.var.operator.tenantId !== undefined) {
      throw new HubError(
        'forbidden',
        'This concerns all markets: an API client of scope admin or a system_admin may do it.',
      )
    }
    await next()
  }
}

/**
 * Finds out who operates.
 *
 * @throws HubError `unauthorized` or `invalid_token` (401), `insufficient_scope` (403)
 */
export async function identifyOperator(request: Request): Promise<Operator> {
  const key = request.headers.get('apikey')
  // an app sends its publishable key beside the user's token
  if (key?.startsWith('sb_secret_')) {
    return { name: await nameOfSecret(key), offices: await marketOffices(servicePool()) }
  }
  const token = bearerToken(request)
  if (isUserToken(token)) {
    return await operatorOfUser(servicePool(), await authenticateUser(request), request.method)
  }
  const { client_id } = await authenticateClient(request, 'admin')
  return { name: client_id, offices: await marketOffices(servicePool()) }
}

/** A secret key of this project, for calls of ours to ourselves: the clock's own where there is one. */
export function ownSecretKey(): string | undefined {
  const keys = secretKeys()
  return keys.cron ?? Object.values(keys)[0]
}

/** Digests are compared, so that the time taken says nothing about the key. */
async function nameOfSecret(key: string): Promise<string> {
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
