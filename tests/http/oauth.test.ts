import { randomBytes } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'

let hub: Hub
let secret: string

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub?.stop())
beforeEach(async () => {
  secret = newSecret()
  await upsert({ secret, scopes: ['odata', 'ingest'], disabled_at: null, expires_at: null })
})

const newSecret = () => randomBytes(24).toString('base64url')

async function upsert(properties: Record<string, unknown>): Promise<void> {
  await hub.pool.query('select mls.upsert_api_client($1)', [{ client_id: 'flow_test', ...properties }])
}

interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

async function token(form: Record<string, string>, basic?: [string, string]): Promise<Answer> {
  const response = await fetch(`${hub.functionsUrl}/oauth/token`, {
    method: 'POST',
    headers: basic ? { Authorization: `Basic ${btoa(basic.map(encodeURIComponent).join(':'))}` } : {},
    body: new URLSearchParams(form),
  })
  return { status: response.status, headers: response.headers, body: await response.json() as Answer['body'] }
}

const grant = { grant_type: 'client_credentials' }
const inBody = (client_secret = secret) => token({ ...grant, client_id: 'flow_test', client_secret })
const inBasic = (client_secret = secret) => token(grant, ['flow_test', client_secret])

describe('POST /oauth/token', () => {
  it('gives a token for credentials in the body or in HTTP Basic', async () => {
    for (const answer of [await inBody(), await inBasic()]) {
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(answer.body).toEqual({
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'odata ingest',
        mls_view: expect.stringMatching(/^[\w-]{16}$/),
      })
    }
  })

  it('says by mls_view when the client may see other things than before', async () => {
    const view = async () => (await inBasic()).body.mls_view
    const views = [await view()]
    const changes = [
      { offices: ['SHARPSIR-CY-001'] },
      { offices: ['CSIR', 'SHARPSIR-HU-001'] },
      { grants: ['Contacts'] },
      { api_visibility: 'published' },
      { profile: 'dd2' },
    ]
    for (const change of changes) {
      await upsert(change)
      views.push(await view())
    }
    expect(new Set(views).size).toBe(views.length)
    // Another name of the same office, another secret, another quota: nothing else is to be seen.
    const unchanged = [{ offices: ['SHARPSIR-HU-001', 'SHARPSIR-CY-001'] }, { rate_limit_per_minute: 7 }]
    for (const change of unchanged) {
      await upsert(change)
      expect(await view()).toBe(views.at(-1))
    }
    await upsert({ offices: [], grants: [], api_visibility: 'all', profile: 'gold' })
    expect(await view()).toBe(views[0])
  })

  it('lets Basic win when both are sent', async () => {
    const form = { ...grant, client_id: 'flow_test', client_secret: 'wrong' }
    expect((await token(form, ['flow_test', secret])).status).toBe(200)
    expect((await token({ ...form, client_secret: secret }, ['flow_test', 'wrong'])).status).toBe(401)
  })

  it('signs with a key that /oauth/jwks publishes', async () => {
    const { body } = await inBasic()
    const published = await (await fetch(`${hub.functionsUrl}/oauth/jwks`)).json()
    const { payload, protectedHeader } = await jwtVerify(
      body.access_token as string,
      createLocalJWKSet(published),
      {
        audience: 'mls-hub',
      },
    )
    expect(payload).toMatchObject({ sub: 'flow_test', scope: 'odata ingest' })
    expect(payload.iss).toMatch(/\/functions\/v1\/oauth$/)
    expect(protectedHeader.alg).toBe('ES256')
    for (const key of published.keys) expect(key).not.toHaveProperty('d')
  })

  it('narrows the scope on request and never widens it', async () => {
    const asked = (scope: string) => token({ ...grant, scope }, ['flow_test', secret])
    expect((await asked('odata')).body).toMatchObject({ scope: 'odata' })
    for (const scope of ['admin', 'odata admin', 'api admin', '"odata"']) {
      expect(await asked(scope)).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    }
  })

  it('refuses wrong credentials with a challenge, and all alike', async () => {
    const answers = [
      await inBody('wrong'),
      await inBasic('wrong'),
      await token(grant, ['nobody', secret]),
      await token(grant, [`flow_test' or true --`, secret]),
      await token(grant),
    ]
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401)
      expect(headers.get('WWW-Authenticate')).toMatch(/^Basic realm=/)
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(body).toEqual(answers[0]!.body)
      expect(body.error).toBe('invalid_client')
    }
  })

  it('refuses a disabled and an expired client', async () => {
    await upsert({ disabled_at: new Date().toISOString() })
    expect((await inBasic()).status).toBe(401)
    await upsert({ disabled_at: null, expires_at: new Date(Date.now() - 1000).toISOString() })
    expect((await inBasic()).status).toBe(401)
    await upsert({ expires_at: new Date(Date.now() + 60_000).toISOString() })
    expect((await inBasic()).status).toBe(200)
  })

  it('accepts the old and the new secret while a rotation lasts', async () => {
    const next = newSecret()
    const rotate = (to: string, grace: string) =>
      hub.pool.query('select mls.rotate_api_client_secret($1, $2, $3)', ['flow_test', to, grace])
    await rotate(next, '1 hour')
    expect([(await inBasic()).status, (await inBasic(next)).status]).toEqual([200, 200])
    const last = newSecret()
    await rotate(last, '0')
    expect([(await inBasic()).status, (await inBasic(next)).status, (await inBasic(last)).status]).toEqual([
      401,
      401,
      200,
    ])
  })

  it('answers malformed requests as RFC 6749 says', async () => {
    expect(await token({ client_id: 'flow_test', client_secret: secret })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
    expect(await token({ grant_type: 'password', username: 'a', password: 'b' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    })
    const json = await fetch(`${hub.functionsUrl}/oauth/token`, {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    })
    expect(json.status).toBe(400)
    expect(await json.json()).toMatchObject({ error: 'invalid_request' })
    expect((await token({ ...grant, padding: 'x'.repeat(20_000) }, ['flow_test', secret])).status).toBe(413)
  })

  it('takes no credentials from the address', async () => {
    const query = new URLSearchParams({ ...grant, client_id: 'flow_test', client_secret: secret })
    const response = await fetch(`${hub.functionsUrl}/oauth/token?${query}`, {
      method: 'POST',
      body: new URLSearchParams(grant),
    })
    expect(response.status).toBe(401)
  })
})

describe('the log', () => {
  it('has a line for each request, with the client and without its secret or token', async () => {
    const { body } = await inBody()
    await inBody('wrong-secret-of-somebody')
    expect(hub.output.join('\n')).toContain('"client_id":"flow_test"')
    for (const leak of [secret, 'wrong-secret-of-somebody', body.access_token as string]) {
      expect(hub.output.join('\n')).not.toContain(leak)
    }
  })
})

describe('/oauth', () => {
  it.each([
    ['GET', '/oauth/token', 405, 'POST, OPTIONS'],
    ['DELETE', '/oauth/token', 405, 'POST, OPTIONS'],
    ['POST', '/oauth/jwks', 405, 'GET, HEAD, OPTIONS'],
    ['GET', '/oauth/authorize', 404, null],
    ['GET', '/oauth', 404, null],
  ])('answers %s %s with %i', async (method, path, status, allow) => {
    const response = await fetch(`${hub.functionsUrl}${path}`, { method })
    expect(response.status).toBe(status)
    expect(response.headers.get('Allow')).toBe(allow)
    expect(response.headers.get('X-Request-Id')).toBeTruthy()
    expect(await response.json()).toHaveProperty('error')
  })
})
