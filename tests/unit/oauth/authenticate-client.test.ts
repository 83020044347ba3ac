import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDoor } from '../../../functions/_shared/http/door.ts'
import { type ClientContext, forgetClients } from '../../../functions/_shared/oauth/client-context.ts'
import { type ClientVariables, requireScope } from '../../../functions/_shared/oauth/require-scope.ts'
import { issueToken } from '../../../functions/_shared/oauth/tokens.ts'
import { newPrivateJwk, useKeys } from './keys.ts'

/** Stands in for mls.api_client_context; the real one is tested in tests/database and tests/http. */
const database = vi.hoisted(() => ({ query: vi.fn() }))
vi.mock('../../../functions/_shared/db/pool.ts', () => ({ servicePool: () => database }))

const portal: ClientContext = {
  client_id: 'portal',
  scopes: ['odata'],
  offices: ['SHARPSIR-CY-001'],
  aliases: {},
  grants: [],
  edits: [],
  profile: 'gold',
  api_visibility: 'all',
  top_means: 'page',
  stamps: 'microseconds',
  rate_limit_per_minute: 600,
  claims: 'x.y',
}

const door = createDoor<ClientVariables>('odata', 'odata')
door.get('/', requireScope('odata'), (c) => c.json(c.get('client').offices))

async function ask(authorization?: string): Promise<Response> {
  const headers: HeadersInit = authorization === undefined ? {} : { Authorization: authorization }
  return await door.fetch(new Request('http://hub.test/odata', { headers }))
}
const bearer = async (scopes = ['odata']) => `Bearer ${await issueToken({ clientId: 'portal', scopes })}`

beforeEach(async () => {
  useKeys(await newPrivateJwk('k1'))
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  forgetClients()
  database.query.mockReset().mockResolvedValue({ rows: [{ context: portal }] })
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

describe('a door that requires a scope', () => {
  it('lets the client of a valid token in', async () => {
    const response = await ask(await bearer())
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual(['SHARPSIR-CY-001'])
  })

  it('asks for a token when none was sent', async () => {
    for (const authorization of [undefined, 'Basic cDpx', 'Token abc']) {
      const response = await ask(authorization)
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="mls-hub"')
    }
  })

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer a.b.c', 'bearer "x"'])(
    'refuses "%s" as invalid_token',
    async (header) => {
      const response = await ask(header)
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toMatch(
        /^Bearer realm="mls-hub", error="invalid_token", error_desc/,
      )
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_token' } })
      expect(database.query).not.toHaveBeenCalled()
    },
  )

  it('takes no token from the address', async () => {
    const token = (await bearer()).slice('Bearer '.length)
    const response = await door.fetch(new Request(`http://hub.test/odata?access_token=${token}`))
    expect(response.status).toBe(401)
  })

  it('refuses a token without the scope, and one whose client lost the scope', async () => {
    for (
      const [scopes, ofClient] of [[['ingest'], ['odata', 'ingest']], [['odata'], ['ingest']], [[], [
        'odata',
      ]]] as const
    ) {
      forgetClients()
      database.query.mockResolvedValue({ rows: [{ context: { ...portal, scopes: ofClient } }] })
      const response = await ask(await bearer([...scopes]))
      expect(response.status).toBe(403)
      expect(response.headers.get('WWW-Authenticate')).toBe(
        'Bearer realm="mls-hub", error="insufficient_scope", scope="odata"',
      )
    }
  })

  it('refuses the token of a client that is gone', async () => {
    database.query.mockResolvedValue({ rows: [{ context: null }] })
    const response = await ask(await bearer())
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
  })

  it('answers 503 when the database is down, and does not remember it', async () => {
    database.query.mockRejectedValueOnce(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))
    expect((await ask(await bearer())).status).toBe(503)
    expect((await ask(await bearer())).status).toBe(200)
  })
})

describe('the memory of clients', () => {
  it('shares one look-up among requests, for 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const token = await bearer()
    await Promise.all([ask(token), ask(token), ask(token)])
    vi.advanceTimersByTime(29_900)
    await ask(token)
    expect(database.query).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(200)
    database.query.mockResolvedValue({ rows: [{ context: null }] })
    expect((await ask(token)).status).toBe(401)
  })

  it('forgets a negative answer after 5 seconds', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    database.query.mockResolvedValueOnce({ rows: [{ context: null }] })
    const token = await bearer()
    expect((await ask(token)).status).toBe(401)
    expect((await ask(token)).status).toBe(401)
    expect(database.query).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(5_100)
    expect((await ask(token)).status).toBe(200)
  })

  it('cannot be made longer than 30 seconds, and can be made shorter', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    vi.stubEnv('MLS_CLIENT_CACHE_SECONDS', '3600')
    const token = await bearer()
    await ask(token)
    vi.advanceTimersByTime(30_100)
    await ask(token)
    expect(database.query).toHaveBeenCalledTimes(2)
    forgetClients()
    vi.stubEnv('MLS_CLIENT_CACHE_SECONDS', '0')
    await ask(token)
    await ask(token)
    expect(database.query).toHaveBeenCalledTimes(4)
  })
})
