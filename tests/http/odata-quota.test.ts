import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { inOneMinute } from '../support/one-minute.ts'
import { newClient } from './odata-client.ts'

let hub: Hub
beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub?.stop())

describe('quotas', () => {
  it('are told on every answer, errors included', async () => {
    const client = await newClient(hub, { offices: ['*'], rate_limit_per_minute: 100 })
    for (const path of ['', '/Property', '/Nothing', '/Property?$top=x']) {
      const { headers } = await client.get(path)
      expect(headers.get('RateLimit-Policy')).toBe('"minute";q=100;w=60')
      expect(headers.get('RateLimit')).toMatch(/^"minute";r=\d+;t=\d+$/)
      expect(headers.get('Access-Control-Expose-Headers')).toContain('RateLimit')
    }
  })

  it('are told to whoever is known, also when the method or the scope is refused', async () => {
    const client = await newClient(hub, { offices: ['*'], rate_limit_per_minute: 100 })
    const loader = await newClient(hub, { offices: ['*'], scopes: ['ingest'], rate_limit_per_minute: 100 })
    for (
      const [method, token, status] of [
        ['DELETE', client.token, 405],
        ['GET', loader.token, 403],
      ] as const
    ) {
      const response = await fetch(`${hub.functionsUrl}/odata/Property`, {
        method,
        headers: { Authorization: `Bearer ${token}` },
      })
      expect(response.status).toBe(status)
      expect(response.headers.get('RateLimit')).toMatch(/^"minute";r=\d+;t=\d+$/)
    }
    const stranger = await fetch(`${hub.functionsUrl}/odata/Property`, { method: 'DELETE' })
    expect([stranger.status, stranger.headers.get('RateLimit')]).toEqual([401, null])
  })

  it(
    'end in 429 with Retry-After, after exactly as many requests as allowed',
    inOneMinute(async () => {
      const client = await newClient(hub, { offices: ['*'], rate_limit_per_minute: 30 })
      const other = await newClient(hub, { offices: ['*'], rate_limit_per_minute: 30 })
      const answers = await Promise.all(Array.from({ length: 45 }, () => client.get('/Office?$top=1')))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(30)
      const refused = answers.find(({ status }) => status === 429)!
      expect(refused.body.error.code).toBe('rate_limited')
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(refused.headers.get('RateLimit')).toMatch(/^"minute";r=0;t=\d+$/)
      expect((await other.get('/Office?$top=1')).status).toBe(200)
    }),
  )
})

describe('quotas across isolates', () => {
  const limit = 60
  const block = limit / 20
  let isolates: string[]
  beforeAll(async () => {
    isolates = [hub.functionsUrl, await hub.addIsolate(), await hub.addIsolate()]
  })

  /** A new client, and a way to ask as it at one of the isolates. */
  async function metered() {
    const { token } = await newClient(hub, { offices: ['*'], rate_limit_per_minute: limit })
    return async (isolate: string) => {
      const { status, headers } = await fetch(`${isolate}/odata/Office?$top=1`, {
        headers: { Authorization: `Bearer ${token}` },
      })
      expect(headers.get('RateLimit-Policy')).toBe(`"minute";q=${limit};w=60`)
      const [, left, seconds] = /^"minute";r=(\d+);t=(\d+)$/.exec(headers.get('RateLimit')!)!.map(Number)
      expect(left).toBeLessThan(limit)
      expect(headers.get('Retry-After')).toBe(status === 429 ? String(seconds) : null)
      if (status === 429) expect(left).toBe(0)
      return status
    }
  }
  const served = (statuses: number[]) => {
    expect(statuses.every((status) => status === 200 || status === 429)).toBe(true)
    return statuses.filter((status) => status === 200).length
  }

  it(
    'together never exceed the limit, and waste less than a block each',
    inOneMinute(async () => {
      const ask = await metered()
      const statuses = await Promise.all(
        Array.from({ length: 2 * limit }, (_, n) => ask(isolates[n % isolates.length]!)),
      )
      expect(served(statuses)).toBeLessThanOrEqual(limit)
      expect(served(statuses)).toBeGreaterThan(limit - isolates.length * block)
    }),
  )

  it(
    'keep for an isolate what it has leased',
    inOneMinute(async () => {
      const [first, second] = isolates as [string, string]
      const ask = await metered()
      const ask10 = (isolate: string) => Promise.all(Array.from({ length: 10 }, () => ask(isolate)))
      expect(await ask(first)).toBe(200)
      let elsewhere = 0
      for (let round = 0; round < 7; round++) elsewhere += served(await ask10(second))
      expect(elsewhere).toBe(limit - block)
      expect(served(await ask10(first))).toBe(block - 1)
    }),
  )
})

describe('revocation', () => {
  it('ends a token with its client', async () => {
    const impatient = await startHub({ environment: { MLS_CLIENT_CACHE_SECONDS: '0' } })
    try {
      const client = await newClient(impatient, { client_id: 'revoked', offices: ['*'] })
      expect((await client.get('/Property')).status).toBe(200)
      await impatient.pool.query(
        'update public.mls_api_clients set disabled_at = now() where client_id = $1',
        ['revoked'],
      )
      expect((await client.get('/Property')).status).toBe(401)
    } finally {
      await impatient.stop()
    }
  })
})
