import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** A fresh copy of the door: it keeps its pool. */
async function health(databaseUrl: string): Promise<Response> {
  vi.stubEnv('SUPABASE_DB_URL', databaseUrl)
  vi.resetModules()
  const { default: door } = await import('../../../functions/health/index.ts')
  return await door.fetch(new Request('http://hub.test/health'))
}

/** Listens and never answers, like a database that hangs. */
async function silentServer(): Promise<{ server: Server; port: number }> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { server, port: (server.address() as { port: number }).port }
}

beforeEach(() => vi.stubEnv('MLS_LOG_LEVEL', 'off'))
afterEach(() => vi.unstubAllEnvs())

describe('the health door', () => {
  const down = { status: 'unhealthy', database: 'down' }

  it('answers 503 when the database refuses connections, and says nothing about it', async () => {
    const response = await health('postgresql://postgres:geheim@127.0.0.1:1/postgres')
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('5')
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ ...down, code: 'database_unavailable' })
    expect(text).not.toMatch(/geheim|127\.0\.0\.1|postgres/)
  })

  it('answers 503 in bounded time when the database hangs', async () => {
    const { server, port } = await silentServer()
    const started = Date.now()
    const response = await health(`postgresql://postgres@127.0.0.1:${port}/postgres`)
    expect(response.status).toBe(503)
    expect(Date.now() - started).toBeLessThan(3_000)
    expect(await response.json()).toMatchObject(down)
    server.close()
  })

  it('answers 503 when no database is configured', async () => {
    const response = await health('')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ ...down, code: 'not_configured' })
  })
})
