import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import door from '../../../functions/oauth/index.ts'
import { newPrivateJwk, useKeys } from './keys.ts'

const database = vi.hoisted(() => ({ query: vi.fn() }))
vi.mock('../../../functions/_shared/db/pool.ts', () => ({ servicePool: () => database }))

async function token(): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'portal',
    client_secret: 'secret',
  })
  return await door.fetch(new Request('http://hub.test/oauth/token', { method: 'POST', body }))
}

beforeEach(async () => {
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  useKeys(await newPrivateJwk('k1'))
  database.query.mockReset().mockResolvedValue({
    rows: [{
      client: { client_id: 'portal', scopes: ['odata'] },
      context: { offices: [], grants: [], profile: 'gold', api_visibility: 'all' },
    }],
  })
})
afterEach(() => vi.unstubAllEnvs())

describe('the oauth door', () => {
  it('issues nothing without a signing key, and does not look at the credentials', async () => {
    useKeys(undefined)
    for (const response of [await token(), await door.fetch(new Request('http://hub.test/oauth/jwks'))]) {
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({ error: 'server_error' })
    }
    expect(database.query).not.toHaveBeenCalled()
  })

  it('issues nothing without a public address', async () => {
    vi.stubEnv('MLS_PUBLIC_URL', '')
    vi.stubEnv('SUPABASE_URL', '')
    expect((await token()).status).toBe(503)
  })

  it('derives the issuer from the project address when none is configured', async () => {
    vi.stubEnv('MLS_PUBLIC_URL', '')
    vi.stubEnv('SUPABASE_URL', 'https://ref.supabase.co/')
    const { access_token } = await (await token()).json()
    expect(JSON.parse(atob(access_token.split('.')[1])).iss).toBe(
      'https://ref.supabase.co/functions/v1/oauth',
    )
  })

  it('answers 503 with Retry-After when the database is down', async () => {
    database.query.mockRejectedValue(
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    )
    const response = await token()
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(await response.json()).toMatchObject({ error: 'server_error' })
  })

  it('keeps the client secret out of the log', async () => {
    vi.stubEnv('MLS_LOG_LEVEL', 'info')
    const lines: string[] = []
    const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
    database.query.mockRejectedValueOnce(new Error('boom')).mockResolvedValueOnce({
      rows: [{ client: { refused: true, is_known: true } }],
    })
    expect([(await token()).status, (await token()).status, (await token()).status]).toEqual([500, 401, 200])
    spy.mockRestore()
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line).not.toMatch(/"secret"|eyJ/)
    expect(JSON.parse(lines[1]!)).toMatchObject({
      level: 'security',
      client_id: 'portal',
      code: 'invalid_client',
    })
  })
})
