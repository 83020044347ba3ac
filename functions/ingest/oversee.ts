import type { MiddlewareHandler } from 'hono'
import type { IngestCaller } from '../_shared/ingest/decide.ts'
import { identifyCaller, requireScopeOf } from '../_shared/oauth/authenticate-client.ts'
import { isUserToken } from '../_shared/oauth/authenticate-user.ts'
import { bearerToken } from '../_shared/oauth/bearer.ts'
import { identifyOperator } from '../_shared/oauth/require-operator.ts'

/** What the middleware leaves in the context: who asks, and the name for the log line. */
export interface OverseeVariables {
  asker: IngestCaller
  clientId?: string
}

export type Oversee = MiddlewareHandler<{ Variables: OverseeVariables }>

/**
 * Lets those pass who may look at runs, receipts and the quarantine: a client of scope `ingest` at what concerns its
 * offices, an operator (scope `admin`, a secret key, a signed-in administrator) at what others sent, too.
 */
export const oversee: Oversee = async (c, next) => {
  const asker = await askerOf(c.req.raw)
  c.set('asker', asker)
  c.set('clientId', asker.client_id)
  await next()
}

async function askerOf(request: Request): Promise<IngestCaller> {
  if (!request.headers.get('apikey')?.startsWith('sb_secret_') && !isUserToken(bearerToken(request))) {
    const caller = await identifyCaller(request)
    if (!caller.scopes.includes('admin')) {
      requireScopeOf(caller, 'ingest')
      return { client_id: caller.client.client_id, offices: caller.client.offices }
    }
  }
  const { name, offices, tenantId } = await identifyOperator(request)
  return { client_id: name, offices, operator: true, ...tenantId === undefined ? { whole_hub: true } : {} }
}
