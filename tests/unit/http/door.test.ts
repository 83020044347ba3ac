import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDoor } from '../../../functions/_shared/http/door.ts'
import { HubError } from '../../../functions/_shared/http/errors.ts'
import type { ErrorShape } from '../../../functions/_shared/http/render.ts'

const secretText = 'syntax error at or near "selekt" in select * from mls_listings'

function door(shape: ErrorShape) {
  const app = createDoor('shop', shape)
  app.get('/', (c) => c.json({ ok: true }))
  app.get('/raw', () => new Response('streamed'))
  app.get('/throw', () => {
    throw Object.assign(new Error(secretText), { code: '42601' })
  })
  app.get('/conflict', () => {
    throw new HubError('shrink_refused', 'Too many would go.', {
      target: 'force',
      details: [{ code: 'shrink_refused', message: '9 of 10' }],
      members: { would_flag: 9, of: 10, threshold: 0.2 },
    })
  })
  app.get('/down', () => {
    throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })
  })
  return (path: string, init?: RequestInit) => app.fetch(new Request(`http://hub.test/shop${path}`, init))
}

function captureLog() {
  const lines: Record<string, unknown>[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(JSON.parse(line)))
  return lines
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('a door', () => {
  it('answers with the request id of the caller if it is sane, else with its own', async () => {
    captureLog()
    const fetch = door('problem')
    const id = async (value: string) =>
      (await fetch('/', { headers: { 'X-Request-Id': value } })).headers.get('X-Request-Id')
    expect(await id('abc-1.2:3')).toBe('abc-1.2:3')
    expect(await id('a b\tc')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await id('x'.repeat(200))).toMatch(/^[0-9a-f-]{36}$/)
    for (const path of ['/raw', '/throw', '/nowhere']) {
      expect((await fetch(path)).headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('logs one line per request, without the query string', async () => {
    const lines = captureLog()
    const response = await door('problem')('/?token=geheim&$filter=Name%20eq%20%27Smith%27')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      level: 'info',
      event: 'request',
      door: 'shop',
      method: 'GET',
      path: '/shop',
      status: 200,
    })
    expect(lines[0]!.request_id).toBe(response.headers.get('X-Request-Id'))
    expect(JSON.stringify(lines)).not.toMatch(/geheim|Smith/)
  })

  it('logs the cause of a failure and keeps it from the caller', async () => {
    const lines = captureLog()
    const response = await door('problem')('/throw')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toMatch(/selekt|mls_listings|42601/)
    expect(lines[0]).toMatchObject({
      level: 'error',
      code: 'internal_error',
      cause: { code: '42601', message: secretText },
    })
  })

  it('blanks values that Postgres quotes in messages about data', async () => {
    const lines = captureLog()
    const app = createDoor('shop', 'problem')
    app.get('/', () => {
      throw Object.assign(new Error('invalid input syntax for type integer: "Mrs Smith"'), { code: '22P02' })
    })
    await app.fetch(new Request('http://hub.test/shop'))
    expect(JSON.stringify(lines)).not.toContain('Smith')
  })

  it('can be told to log less', async () => {
    const lines = captureLog()
    vi.stubEnv('MLS_LOG_LEVEL', 'error')
    await door('problem')('/')
    expect(lines).toHaveLength(0)
    await door('problem')('/throw')
    expect(lines).toHaveLength(1)
  })

  it('answers 405 with Allow, and HEAD like GET without a body', async () => {
    const lines = captureLog()
    const refused = await door('problem')('/', { method: 'DELETE' })
    expect(refused.status).toBe(405)
    expect(refused.headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
    expect(await refused.json()).toMatchObject({ code: 'method_not_allowed' })
    expect(lines[0]).toMatchObject({ status: 405, code: 'method_not_allowed' })
    expect((await door('problem')('/nowhere', { method: 'DELETE' })).status).toBe(404)
    expect(lines[1]).toMatchObject({ status: 404, code: 'not_found' })
    const head = await door('problem')('/', { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
  })

  it('tells by HEAD how long the answer to GET is', async () => {
    captureLog()
    for (const path of ['/', '/raw', '/nowhere']) {
      const headers = { 'X-Request-Id': 'r-3' }
      const head = await door('problem')(path, { method: 'HEAD', headers })
      const body = await (await door('problem')(path, { headers })).arrayBuffer()
      expect(head.headers.get('Content-Length')).toBe(String(body.byteLength))
    }
  })

  it('answers preflight requests, and lets any origin read answers and errors', async () => {
    captureLog()
    const preflight = await door('odata')('/', {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.test', 'Access-Control-Request-Method': 'GET' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Authorization')
    for (const path of ['/', '/raw', '/throw', '/nowhere']) {
      const response = await door('odata')(path, { headers: { Origin: 'https://app.test' } })
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull()
    }
  })
})

describe('errors', () => {
  it('of OData', async () => {
    captureLog()
    const response = await door('odata')('/conflict')
    expect(response.status).toBe(409)
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect(await response.json()).toEqual({
      error: {
        code: 'shrink_refused',
        message: 'Too many would go.',
        target: 'force',
        details: [{ code: 'shrink_refused', message: '9 of 10' }],
      },
    })
  })

  it('of RFC 6749', async () => {
    captureLog()
    const missing = await door('oauth')('/nowhere')
    expect(missing.status).toBe(404)
    expect(missing.headers.get('Cache-Control')).toBe('no-store')
    expect(await missing.json()).toEqual({
      error: 'invalid_request',
      error_description: 'There is nothing at /shop/nowhere.',
    })
    expect(await (await door('oauth')('/down')).json()).toMatchObject({ error: 'server_error' })
  })

  it('of RFC 9457', async () => {
    captureLog()
    const response = await door('problem')('/conflict', { headers: { 'X-Request-Id': 'r-1' } })
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'urn:mls-hub:error:shrink_refused',
      title: 'The run would flag more records as deleted than allowed',
      status: 409,
      detail: 'Too many would go.',
      code: 'shrink_refused',
      request_id: 'r-1',
      target: 'force',
      errors: [{ code: 'shrink_refused', message: '9 of 10' }],
      would_flag: 9,
      of: 10,
      threshold: 0.2,
    })
  })

  it('of a missing database are 503 with Retry-After and the request id', async () => {
    captureLog()
    const response = await door('odata')('/down', { headers: { 'X-Request-Id': 'r-2' } })
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('5')
    const text = await response.text()
    expect(text).toContain('r-2')
    expect(text).not.toContain('127.0.0.1')
  })
})
