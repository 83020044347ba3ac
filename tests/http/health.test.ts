import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'

let hub: Hub

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub?.stop())

describe('GET /health', () => {
  it('says that the hub works, without a token', async () => {
    const response = await fetch(`${hub.functionsUrl}/health`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      status: 'healthy',
      database: 'up',
      database_ms: expect.any(Number),
      checked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
  })

  it('answers HEAD without a body and returns the request id', async () => {
    const response = await fetch(`${hub.functionsUrl}/health`, {
      method: 'HEAD',
      headers: { 'X-Request-Id': 'probe-1' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('X-Request-Id')).toBe('probe-1')
    expect(await response.text()).toBe('')
  })

  it('answers other methods with 405', async () => {
    const response = await fetch(`${hub.functionsUrl}/health`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  })
})
