import type { MiddlewareHandler } from 'hono'
import type { ClientContext } from '../oauth/client-context.ts'
import { identifySearcher, type SearchCaller } from './caller.ts'

/** What the middleware leaves in the context: who searches, for the quota as a client, and the name for the log line. */
export interface SearchVariables {
  searcher: SearchCaller
  client: ClientContext
  clientId?: string
}

/** Lets API clients of scope odata, users and visitors with the publishable key pass. */
export function identify(): MiddlewareHandler<{ Variables: SearchVariables }> {
  return async (c, next) => {
    const searcher = await identifySearcher(c.req.raw)
    c.set('searcher', searcher)
    c.set('client', searcher.client)
    c.set('clientId', searcher.client.client_id)
    await next()
  }
}
