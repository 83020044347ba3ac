import { z } from 'zod'
import { createDoor } from '../_shared/http/door.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import { prefersMarks } from '../_shared/marks/marks.ts'
import { quota } from '../_shared/oauth/quota.ts'
import { identify, type SearchVariables } from '../_shared/search/identify.ts'
import type { SearchCaller } from '../_shared/search/caller.ts'
import { type SearchInput, searchInput } from '../_shared/search/input.ts'
import { placesInput, readPlaces } from '../_shared/search/places.ts'
import { deleteSearch, listSearches, readMatches, savedInput, saveSearch } from '../_shared/search/saved.ts'
import { similarListings } from '../_shared/search/similar.ts'
import { suggest } from '../_shared/search/suggest.ts'
import { askUnsubscribe, unsubscribe } from '../_shared/search/unsubscribe.ts'
import { counted, readUsage } from '../_shared/search/usage.ts'
import { readTimeline } from '../_shared/search/timeline.ts'
import { searchListings } from '../_shared/search/search-listings.ts'

const limit = z.coerce.number().int().min(1).max(50).default(10)
const similarInput = z.strictObject({ limit, select: searchInput.shape.select })
const matchesInput = z.strictObject({ since: z.iso.datetime({ offset: true }).optional() })
const suggestInput = z.strictObject({ q: z.string().min(1).max(100), limit })

/** A polygon of 500 corners has some 20 kB. */
const maxBytes = 200_000

/** Listings for websites, maps and apps: F/search. */
export function createSearchDoor() {
  const door = createDoor<SearchVariables>('search', 'problem')
  // whoever has the link may end the mails: before anybody is asked who they are
  door.get('/unsubscribe/:token', askUnsubscribe)
  door.post('/unsubscribe/:token', unsubscribe)
  door.use(identify(), quota())
  door.get(
    '/listings',
    async (c) => answer(await search(c.req.raw, c.var.searcher, readQuery(c.req.raw, searchInput))),
  )
  door.post(
    '/listings',
    async (c) =>
      answer(
        await search(c.req.raw, c.var.searcher, await readJsonBody(c.req.raw, searchInput, { maxBytes })),
      ),
  )
  door.get('/similar/:key', async (c) => {
    const { limit, select } = readQuery(c.req.raw, similarInput)
    return answer(await similarListings(c.var.searcher, c.req.param('key'), { limit, select }))
  })
  door.get('/timeline/:key', async (c) => {
    const key = c.req.param('key')
    return c.json({ key, entries: await readTimeline(c.var.searcher, key) })
  })
  door.get('/suggest', async (c) => {
    const { q, limit } = readQuery(c.req.raw, suggestInput)
    return c.json({ suggestions: await suggest(c.var.searcher, q, limit) })
  })
  door.get(
    '/places',
    async (c) => c.json({ places: await readPlaces(c.var.searcher, readQuery(c.req.raw, placesInput)) }),
  )
  door.get('/saved', async (c) => c.json({ searches: await listSearches(c.var.searcher) }))
  door.post(
    '/saved',
    async (c) =>
      c.json(await saveSearch(c.var.searcher, await readJsonBody(c.req.raw, savedInput, { maxBytes })), 201),
  )
  door.delete('/saved/:id', async (c) => {
    await deleteSearch(c.var.searcher, c.req.param('id'))
    return c.body(null, 204)
  })
  door.get('/saved/:id/matches', async (c) => {
    const { since } = readQuery(c.req.raw, matchesInput)
    return c.json({ matches: await readMatches(c.var.searcher, c.req.param('id'), since) })
  })
  door.get('/usage', async (c) => c.json({ usage: await readUsage(c.var.searcher) }))
  return door
}

function search({ headers }: Request, caller: SearchCaller, input: SearchInput) {
  return counted(caller, searchListings(caller, input, { hasMarks: prefersMarks(headers) }))
}

function answer({ text }: { text: string }): Response {
  return new Response(text, { headers: { 'Content-Type': 'application/json;charset=utf-8' } })
}
