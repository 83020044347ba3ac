import { callerAddress } from '../_shared/http/caller-address.ts'
import { createDoor } from '../_shared/http/door.ts'
import { HubError } from '../_shared/http/errors.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { readTokenRequest } from '../_shared/oauth/token-request.ts'
import { postedQuery } from '../_shared/odata/posted-query.ts'
import { statedVersion } from '../_shared/odata/version.ts'
import { answerRouted } from '../_shared/router/answer.ts'
import { grantRouted } from '../_shared/router/grant.ts'
import { type RoutedHub, routedHubs } from '../_shared/router/hubs.ts'
import { mergedSearch } from '../_shared/router/search.ts'
import { hubsOf } from '../_shared/router/token.ts'
import { z } from 'zod'

/** A polygon of 500 corners has some 20 kB. */
const maxBytes = 200_000

/** One token for all hubs: `?hubs=cy,hu` asks for some of them. */
export function createTokenDoor() {
  const door = createDoor('router/oauth', 'oauth')
  door.post('/token', async (c) => {
    const { hubs, isWhole } = wanted(c.req.query('hubs'))
    const request = await readTokenRequest(c.req.raw)
    const reply = await grantRouted(request, hubs, { isWhole, address: callerAddress(c.req.raw) })
    c.set('clientId', request.clientId) // now that it is one: what else stands there may be a secret
    return c.json(reply, 200, { 'Cache-Control': 'no-store', Pragma: 'no-cache' })
  })
  return door
}

function wanted(names: string | undefined): { hubs: RoutedHub[]; isWhole: boolean } {
  const all = routedHubs()
  if (names === undefined) return { hubs: all, isWhole: true }
  const hubs = names.split(',').map((name) => {
    const hub = all.find((hub) => hub.name === name)
    if (hub) return hub
    const known = all.map((hub) => hub.name).join(', ')
    throw new HubError('invalid_request', `There is no hub ${name.slice(0, 40)}; there are ${known}.`)
  })
  return { hubs: [...new Set(hubs)], isWhole: false }
}

/** The RESO Web API of all hubs, to read. Who writes, writes to the hub that the record is in. */
export function createRoutedODataDoor() {
  const door = createDoor('router/odata', 'odata')
  door.use(statedVersion())
  door.get('*', (c) => answerRouted(c.req.raw))
  door.post(
    '/:path{.+/(?:\\$|%24)query}',
    async (c) => answerRouted(c.req.raw, await postedQuery(c.req.raw)),
  )
  return door
}

/** F/search/listings of all hubs, for API clients. */
export function createRoutedSearchDoor() {
  const door = createDoor('router/search', 'problem')
  door.get('/listings', async (c) => {
    const hubs = await hubsOf(c.req.raw, routedHubs())
    const query = new URL(c.req.url).searchParams
    const cursor = query.get('cursor') ?? undefined
    query.delete('cursor')
    return answered(await mergedSearch(c.req.raw, hubs, { query, cursor }))
  })
  door.post('/listings', async (c) => {
    const hubs = await hubsOf(c.req.raw, routedHubs())
    const { cursor, ...body } = await readJsonBody(c.req.raw, searchBody, { maxBytes })
    return answered(await mergedSearch(c.req.raw, hubs, { body, cursor }))
  })
  return door
}

/** All else is for the hubs to check, which do it alike. */
const searchBody = z.looseObject({ cursor: z.string().optional() })

function answered({ text, like: { headers } }: Awaited<ReturnType<typeof mergedSearch>>): Response {
  const passed = ['RateLimit', 'RateLimit-Policy']
  return new Response(text, {
    headers: [
      ['Content-Type', 'application/json;charset=utf-8'],
      ...passed.flatMap((name): [string, string][] => headers.has(name) ? [[name, headers.get(name)!]] : []),
    ],
  })
}
