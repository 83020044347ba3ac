import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { closePools, gatePool, servicePool } from '../../functions/_shared/db/pool.ts'
import { withTransaction } from '../../functions/_shared/db/transaction.ts'
import { createDoor } from '../../functions/_shared/http/door.ts'
import { toHubError } from '../../functions/_shared/http/error-handler.ts'
import { forgetClients } from '../../functions/_shared/oauth/client-context.ts'
import { type ClientVariables, requireScope } from '../../functions/_shared/oauth/require-scope.ts'
import { issueToken } from '../../functions/_shared/oauth/tokens.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { newPrivateJwk, useKeys } from '../unit/oauth/keys.ts'

let database: TestDatabase
let operator: pg.Client

const door = createDoor<ClientVariables>('odata', 'odata')
door.get('/', requireScope('odata'), (c) => c.json(c.get('client')))

beforeAll(async () => {
  database = await createDatabase()
  operator = new pg.Client({ connectionString: database.url })
  await operator.connect()
  useKeys(await newPrivateJwk('k1'))
  vi.stubEnv('SUPABASE_DB_URL', database.url)
  vi.stubEnv('MLS_GATE_DB_URL', database.gateUrl)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await upsert({ secret: randomBytes(24).toString('base64url'), scopes: ['odata'], offices: ['*'] })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await closePools()
  await operator?.end()
  await database?.drop()
})

async function upsert(properties: Record<string, unknown>): Promise<void> {
  await operator.query('select mls.upsert_api_client($1)', [{ client_id: 'portal', ...properties }])
}

describe('a client at a door', () => {
  const ask = async (token: string) =>
    await door.fetch(new Request('http://hub.test/odata', { headers: { Authorization: `Bearer ${token}` } }))
  const token = () => issueToken({ clientId: 'portal', scopes: ['odata'] })

  beforeEach(async () => {
    forgetClients()
    vi.stubEnv('MLS_CLIENT_CACHE_SECONDS', '1')
    await upsert({
      secret: randomBytes(24).toString('base64url'),
      scopes: ['odata'],
      offices: ['*'],
      disabled_at: null,
    })
  })

  it('is described by the database', async () => {
    const response = await ask(await token())
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      client_id: 'portal',
      scopes: ['odata'],
      grants: [],
      edits: [],
      profile: 'gold',
      api_visibility: 'all',
      top_means: 'page',
      stamps: 'microseconds',
      rate_limit_per_minute: 600,
      claims: expect.stringMatching(/^[\w-]+\.[0-9a-f]{64}$/),
    })
  })

  it('is shut out when disabled, as soon as the cache ends, while its token is still good', async () => {
    const good = await token()
    expect((await ask(good)).status).toBe(200)
    await upsert({ disabled_at: new Date().toISOString() })
    await expect.poll(async () => (await ask(good)).status).toBe(401)
  })

  it('loses a scope just so', async () => {
    const good = await token()
    expect((await ask(good)).status).toBe(200)
    await upsert({ scopes: ['ingest'] })
    await expect.poll(async () => (await ask(good)).status).toBe(403)
  })
})

describe('pools', () => {
  const failure = async (promise: Promise<unknown>) => toHubError(await promise.catch((error) => error)).code
  const endAllConnections = () =>
    operator.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
    )

  it('go on after their connections were ended, idle or in the middle of a transaction', async () => {
    await Promise.all([1, 2, 3, 4].map(() => servicePool().query('select 1')))
    await endAllConnections()
    await expect.poll(() => servicePool().totalCount).toBe(0) // it has heard of it
    expect((await servicePool().query('select 1 as x')).rows).toEqual([{ x: 1 }])

    const interrupted = withTransaction(servicePool(), async (client) => {
      await client.query('select 1')
      await endAllConnections()
      await new Promise((resolve) => setTimeout(resolve, 100))
      await client.query('select 2')
    })
    expect(await failure(interrupted)).toBe('database_unavailable')
    expect(await withTransaction(servicePool(), async (client) => (await client.query('select 3 as x')).rows))
      .toEqual([
        { x: 3 },
      ])
  })

  it('roll back what fails, and refuse to commit over an ignored failure', async () => {
    const rename = (then: string) =>
      withTransaction(servicePool(), async (client) => {
        await client.query(`update public.mls_api_clients set name = 'changed' where true`)
        await client.query(then).catch((error) => then === 'select 1/0' ? undefined : Promise.reject(error))
      })
    await expect(rename('select nonsense')).rejects.toThrow('nonsense')
    await expect(rename('select 1/0')).rejects.toThrow('rolled back')
    expect((await operator.query(`select 1 from public.mls_api_clients where name = 'changed'`)).rowCount)
      .toBe(0)
  })

  it('bound statements by a timeout that ends with the transaction', async () => {
    const slow = withTransaction(servicePool(), (client) => client.query('select pg_sleep(5)'), {
      statementTimeoutMs: 50,
    })
    expect(await failure(slow)).toBe('query_timeout')
    const { rows } = await servicePool().query('show statement_timeout')
    expect(rows).not.toEqual([{ statement_timeout: '50ms' }])
    const writing = withTransaction(servicePool(), (client) => client.query('create table x ()'), {
      readOnly: true,
    })
    await expect(writing).rejects.toThrow('read-only')
  })

  it('leave times as text, and json too for the reading side', async () => {
    const sql =
      `select '2026-01-02'::date d, '2026-01-02 03:04:05.123456+00'::timestamptz at time zone 'utc' t, '{"a":1}'::jsonb j,
         timestamptz '2026-01-02 03:04:05.123456+00' z, timestamptz 'infinity' never`
    expect((await servicePool().query(sql)).rows).toEqual([{
      d: '2026-01-02',
      t: '2026-01-02 03:04:05.123456',
      j: { a: 1 },
      // as json of the database has it
      z: '2026-01-02T03:04:05.123456+00:00',
      never: 'infinity',
    }])
    expect((await gatePool().query(sql)).rows[0]).toMatchObject({ j: '{"a": 1}' })
  })

  it('pipeline the reading side: role, claims, query and commit in one go', async () => {
    const { rows } = await operator.query(`select mls.api_client_context('portal') ->> 'claims' as claims`)
    const client = await gatePool().connect()
    try {
      const [, , answer] = await Promise.all([
        client.query('begin read only; set local role mls_api_read'),
        client.query(`select set_config('mls.claims', $1, true)`, [rows[0].claims]),
        client.query('select current_user, mls.claim_offices() as offices'),
        client.query('commit'),
      ])
      expect(answer.rows[0]).toMatchObject({ current_user: 'mls_api_read', offices: expect.any(Array) })
      const after = await client.query(`select current_user, current_setting('mls.claims', true) as claims`)
      expect(after.rows[0].current_user).toBe('mls_gate')
      expect(after.rows[0].claims || null).toBeNull()
    } finally {
      client.release()
    }
  })
})
