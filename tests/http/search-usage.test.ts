import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient } from './odata-client.ts'

/** The most of a minute and of a day, the same at every door that answers with listings. */
let hub: Hub
let headers: Record<string, string>

beforeAll(async () => {
  hub = await startHub()
  const client = await newClient(hub, { client_id: 'limited', offices: ['*'], rate_limit_per_minute: 100 })
  headers = { Authorization: `Bearer ${client.token}` }
})
afterAll(() => hub?.stop())

/** Two searches a day, of which none is made yet. */
async function allowTwo(): Promise<void> {
  await hub.pool.query(`update public.mls_api_clients set searches_per_day = 2 where client_id = 'limited'`)
  await hub.pool.query('delete from public.mls_search_usage')
}

async function used(): Promise<number> {
  const { rows } = await hub.pool.query<{ requests: number }>(
    `select requests::int from public.mls_search_usage where caller = 'limited'`,
  )
  return rows[0]!.requests
}

const get = (path: string) => fetch(`${hub.functionsUrl}${path}`, { headers })

describe('limits', () => {
  it('of a minute are told by every door', async () => {
    for (const path of ['/search/listings', '/api/v1/properties', '/api/v1/properties/never', '/mcp']) {
      expect([path, (await get(path)).headers.get('RateLimit-Policy')]).toEqual([path, '"minute";q=100;w=60'])
    }
  })

  it('of a day hold for the older lists as for searches', async () => {
    await allowTwo()
    const statuses = []
    for (
      const path of [
        '/search/listings?limit=1',
        '/api/v1/properties?limit=1',
        '/api/v1/properties/search?limit=1',
        '/search/listings?limit=1',
        '/api/v1/properties/never',
      ]
    ) statuses.push((await get(path)).status)
    expect(statuses).toEqual([200, 200, 429, 429, 404])
    expect(await used()).toBe(2)
  })

  it('of a day are shared by searches and statistics of an assistant', async () => {
    await allowTwo()
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${hub.functionsUrl}/mcp`), { requestInit: { headers } }),
    )
    const answers = []
    for (const name of ['search_listings', 'market_statistics', 'search_listings', 'market_statistics']) {
      const { content, isError } = await client.callTool({ name, arguments: {} })
      answers.push([isError ?? false, JSON.stringify(content).includes('rate_limited')])
    }
    expect(answers).toEqual([[false, false], [false, false], [true, true], [true, true]])
    expect(await used()).toBe(2)
    await client.close()
  })
})
