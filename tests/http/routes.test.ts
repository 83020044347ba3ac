import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { type Callers, callers } from '../support/access/callers.ts'
import { aboutNothing, requestForNothing, requestOf, type World } from '../support/access/requests.ts'
import { routesOfDoors } from '../support/access/routes.ts'
import { makeWorld } from '../support/access/world.ts'
import { type Hub, startHub } from '../support/hub.ts'

/**
 * Who gets what from each route of each door: every route x every kind of caller. What is expected stands in
 * tests/fixtures/access/routes.txt, for people to read. The routes are asked of the routers, so that whoever adds one says
 * there who may use it.
 */
let hub: Hub
let world: World
let who: Callers

const lines = readFileSync(join(repository, 'tests/fixtures/access/routes.txt'), 'utf8').split('\n')
  .map((line) => line.trim()).filter((line) => line && !line.startsWith('#'))
const names = lines[0]!.split(/\s+/).slice(2)
const expected = new Map(
  lines.slice(1).map((line) => {
    const [method, path, ...statuses] = line.split(/\s+/)
    return [`${method} ${path}`, statuses.map(Number)]
  }),
)

beforeAll(async () => {
  const routing = {
    MLS_ROUTER_HUBS: '[{"name":"other","url":"http://127.0.0.1:9"}]',
    MLS_ROUTER_KEY: Buffer.alloc(32).toString('base64url'),
  }
  hub = await startHub({ rest: true, environment: { MLS_WEBHOOKS_LOCAL: 'true', ...routing } })
  world = await makeWorld(hub)
  who = await callers(hub)
})
afterAll(() => hub?.stop())

type Ask = { status: number; text: string }

async function send(request: Request, caller: string): Promise<Ask> {
  for (const [name, value] of Object.entries(who[caller]!)) request.headers.set(name, value)
  const response = await fetch(request)
  return { status: response.status, text: await response.text() }
}

it('the table names every route, and every kind of caller', async () => {
  expect([...expected.keys()].sort()).toEqual((await routesOfDoors()).sort())
  expect(names).toEqual(Object.keys(who))
})

it('whoever looks as somebody else is let write nowhere', () => {
  const reading = [
    'POST /odata/$batch',
    'POST /odata/%24batch',
    'POST /odata/:path',
    'POST /search/listings',
    'POST /api/v1/properties/search',
    'POST /mcp',
  ]
  for (const [route, statuses] of expected) {
    if (route.startsWith('GET ') || reading.includes(route)) continue
    for (const [column, name] of names.entries()) {
      if (name.startsWith('looks_')) {
        expect([route, name, statuses[column]! >= 400]).toEqual([route, name, true])
      }
    }
  }
})

it('what is of another market is answered as what never was', async () => {
  const wrong: string[] = []
  for (const [route, statuses] of expected) {
    const status = statuses[names.indexOf('other_admin')]!
    if (status < 400 || status === 401 || status === 403) continue
    const request = await requestOf(route, world)
    const ofNothing = await send(await requestForNothing(request), 'other_admin')
    const ofCyprus = await send(request, 'other_admin')
    if (
      ofCyprus.status !== ofNothing.status || aboutNothing(ofCyprus.text) !== aboutNothing(ofNothing.text)
    ) {
      wrong.push(`${route}\n  Cyprus: ${ofCyprus.text}\n  nothing: ${ofNothing.text}`)
    }
  }
  expect(wrong).toEqual([])
})

it('each route answers each caller as the table says', async () => {
  const wrong: string[] = []
  for (const [route, statuses] of expected) {
    const actual: Ask[] = []
    const asking = async (name: string) => await send(await requestOf(route, world), name)
    if (route.startsWith('GET ')) actual.push(...await Promise.all(names.map(asking)))
    else for (const name of names) actual.push(await asking(name))
    for (const [column, { status, text }] of actual.entries()) {
      if (status !== statuses[column]) {
        wrong.push(`${route}, ${names[column]}: ${status} ${text.slice(0, 200)}`)
      }
    }
  }
  expect(wrong).toEqual([])
})
