import type { MiddlewareHandler } from 'hono'
import { createDoor } from '../_shared/http/door.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import type { ClientContext } from '../_shared/oauth/client-context.ts'
import { quota } from '../_shared/oauth/quota.ts'
import { identifySearcher, type SearchCaller } from '../_shared/search/caller.ts'
import { searchInput } from '../_shared/search/input.ts'
import { searchListings } from '../_shared/search/search-listings.ts'

interface SearchVariables {
  searcher: SearchCaller
  client: ClientContext
  clientId?: string
}

/** A polygon of 500 corners has some 20 kB. */
const maxBytes = 200_000

/** Listings for websites, maps and apps: F/search. */
export function createSearchDoor() {
  const door = createDoor<SearchVariables>('search', 'problem')
  door.use(identify(), quota())
  door.get(
    '/listings',
    async (c) => answer(await searchListings(c.var.searcher, readQuery(c.req.raw, searchInput))),
  )
  door.post(
    '/listings',
    async (c) =>
      answer(await searchListings(c.var.searcher, await readJsonBody(c.req.raw, searchInput, { maxBytes }))),
  )
  return door
}

function identify(): MiddlewareHandler<{ Variables: SearchVariables }> {
  return async (c, next) => {
    const searcher = await identifySearcher(c.req.raw)
    c.set('searcher', searcher)
    c.set('client', searcher.client)
    c.set('clientId', searcher.client.client_id)
    await next()
  }
}

function answer({ text }: { text: string }): Response {
  return new Response(text, { headers: { 'Content-Type': 'application/json;charset=utf-8' } })
}
