import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { type Caller, sixCallers } from '../support/search/callers.ts'

/** The door for assistants, spoken to by the protocol's own client. */
let hub: Hub
let callers: Caller[]

beforeAll(async () => {
  hub = await startHub({ seed: true, rest: true })
  callers = await sixCallers(hub)
})
afterAll(() => hub?.stop())

async function connect({ headers }: Pick<Caller, 'headers'>): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${hub.functionsUrl}/mcp`), { requestInit: { headers } }),
  )
  return client
}

/** What the tools answer, as far as it is looked into here; each has some of it. */
interface Value {
  key: string
  count: number
  listings: { key: string }[]
  entries: unknown[]
  prices: { count: number }[]
}

async function call(client: Client, name: string, args: Record<string, unknown>) {
  const { content, isError } = await client.callTool({ name, arguments: args })
  const text = (content as { text: string }[])[0]!.text
  return { isError, text, value: (isError ? {} : JSON.parse(text)) as Value }
}

describe.each([0, 1, 2, 3, 4, 5])('caller %i', (n) => {
  it('sees through the tools what it may read, and nothing else', async () => {
    const caller = callers[n]!
    const client = await connect(caller)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      'search_listings',
      'get_listing',
      'listing_history',
      'explain_visibility',
      'market_statistics',
    ])
    const { value } = await call(client, 'search_listings', { limit: 3, include: ['count'] })
    expect([caller.name, value.count]).toEqual([caller.name, caller.rows.length])
    const statistics = await call(client, 'market_statistics', {})
    expect(statistics.value.count).toBe(caller.rows.length)
    const priced = caller.rows.filter(({ ListPrice }) => (ListPrice as number) > 0)
    expect(statistics.value.prices.reduce((sum, { count }) => sum + count, 0))
      .toBe(priced.length)

    for (const { key } of value.listings) {
      const listing = await call(client, 'get_listing', { key })
      expect(listing.value.key).toBe(key)
      expect((await call(client, 'listing_history', { key })).value.entries.length).toBeGreaterThan(0)
      expect((await call(client, 'explain_visibility', { key })).value).toMatchObject({
        key,
        visible: true,
        rule: 'served',
      })
    }
    const seen = new Set(caller.rows.map(({ ListingKey }) => ListingKey))
    const hidden = callers[1]!.rows.find(({ ListingKey, office_key }) =>
      !seen.has(ListingKey) && office_key === 'SHARPSIR-HU-001'
    )
    if (hidden) {
      for (const tool of ['get_listing', 'listing_history']) {
        expect((await call(client, tool, { key: hidden.ListingKey })).isError).toBe(true)
      }
      expect((await call(client, 'explain_visibility', { key: hidden.ListingKey })).value).toMatchObject({
        visible: false,
        rule: n === 2 ? 'client_visibility' : 'unknown',
      })
    }
    await client.close()
  })
})

describe('refusals', () => {
  it('reach the model in words', async () => {
    const client = await connect(callers[0]!)
    for (
      const [args, word] of [
        [{ filter: 'Colour eq 1' }, 'Colour'],
        [{ select: ['PrivateRemarks'] }, 'PrivateRemarks'],
        [{ sort: 'nearest' }, 'near'],
        [{ bbox: [1, 2, 3] }, 'bbox'],
        [{ limit: 500 }, 'limit'],
        [{ cursor: 'x' }, 'cursor'],
      ] as [Record<string, unknown>, string][]
    ) {
      const answer = await call(client, 'search_listings', args).catch((error: Error) => ({
        isError: true,
        text: error.message,
      }))
      expect([args, answer.isError, answer.text.includes(word)]).toEqual([args, true, true])
      expect(answer.text).not.toMatch(/SQLSTATE|relation |at file:/)
    }
    await client.close()
  })

  it('of each tool: of what is missing, wrong, too long or unknown', async () => {
    const client = await connect(callers[0]!)
    const wrong: [string, Record<string, unknown>][] = [
      ['get_listing', {}],
      ['get_listing', { key: '' }],
      ['get_listing', { key: 'x'.repeat(400) }],
      ['get_listing', { key: "x' or true --" }],
      ['get_listing', { key: '\u0000' }],
      ['listing_history', { key: 7 }],
      ['listing_history', { key: 'never' }],
      ['explain_visibility', {}],
      ['market_statistics', { filter: 'Colour eq 1' }],
      ['market_statistics', { near: [95, 0], radius: 10 }],
      ['market_statistics', { radius: 10 }],
      ['search_listings', { q: '' }],
      ['search_listings', { bbox: [33, 35, 34, 34] }],
      ['search_listings', { select: ['Nothing'] }],
      ['search_listings', { include: ['everything'] }],
      ['no_such_tool', {}],
    ]
    for (const [tool, args] of wrong) {
      const answer = await call(client, tool, args).catch((error: Error) => ({
        isError: true,
        text: error.message,
      }))
      expect([tool, args, answer.isError, answer.text.length > 10]).toEqual([tool, args, true, true])
      expect(answer.text).not.toMatch(/SQLSTATE|relation |at file:|internal/i)
    }
    await client.close()
  })

  it('without a token, with a wrong one, by GET, and of what is no message', async () => {
    await expect(connect({ headers: {} })).rejects.toThrow()
    await expect(connect({ headers: { Authorization: 'Bearer x.y.z' } })).rejects.toThrow()
    const send = (method: string, body?: string) =>
      fetch(`${hub.functionsUrl}/mcp`, {
        method,
        body,
        headers: {
          ...callers[0]!.headers,
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
        },
      })
    expect((await send('GET')).status).toBe(405)
    expect((await send('DELETE')).status).toBe(405)
    expect((await send('POST', '{')).status).toBe(400)
    expect((await send('POST', '{"hello":1}')).status).toBe(400)
    const missing = await fetch(`${hub.functionsUrl}/mcp`, { method: 'POST', body: '{}' })
    expect([missing.status, missing.headers.get('WWW-Authenticate')?.startsWith('Bearer')]).toEqual([
      401,
      true,
    ])
  })
})
