import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { type Hub, startHub } from '../support/hub.ts'
import { fill, type ResoServer, startResoServer } from '../support/sources/reso-server.ts'

/** What administrators have of sources (who else: routes.test.ts), and that nobody is shown what a source signs in with. */
let hub: Hub
let reso: ResoServer
let id: string
let other: string
const tokens: Record<string, string | null> = { anonymous: null }
const secret = 'secret-sesame-41d9'

beforeAll(async () => {
  hub = await startHub({ rest: true })
  reso = await startResoServer()
  fill(reso, 3)
  for (const client of ['operator', 'portal_cy', 'databricks']) tokens[client] = await hub.token(client)
  for (const [name, { access_token }] of Object.entries(hub.users)) tokens[name] = access_token
  const make = async (office_key: string, code: string) => {
    const body = {
      office_key,
      code,
      name: code,
      provider: 'RESO',
      settings: { root: reso.url, auth: { type: 'client_credentials', token_url: reso.tokenUrl } },
      credentials: { client_id: 'client-7f3a', client_secret: secret },
    }
    return (await call('operator', 'POST', '/sources', body)).body.id
  }
  id = await make('SHARPSIR-CY-001', 'CYRESO')
  other = await make('SHARPSIR-HU-001', 'HURESO')
}, 180_000)
afterAll(async () => {
  await reso?.close()
  await hub?.stop()
})

async function call(who: string, method: string, path: string, body?: unknown) {
  const token = tokens[who]
  const response = await fetch(`${hub.functionsUrl}${path}`, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, text, body: text ? JSON.parse(text) : undefined }
}

describe('an administrator of a market', () => {
  it('has its own sources, and no others', async () => {
    expect(
      (await call('org_admin_cy', 'GET', '/sources')).body.sources.map(({ code }: { code: string }) => code),
    ).toEqual(['CYRESO'])
    expect((await call('system_admin', 'GET', '/sources')).body.sources).toHaveLength(2)
    expect((await call('operator', 'GET', '/sources')).body.sources).toHaveLength(2)
    for (
      const path of [
        `/sources/${other}`,
        '/sources/HURESO',
        `/sources/${other}/runs`,
        `/sources/${other}/errors`,
        '/api/v1/admin/mls/status/HURESO',
      ]
    ) {
      expect([path, (await call('org_admin_cy', 'GET', path)).status]).toEqual([path, 404])
    }
    for (
      const [method, path, body] of [
        ['PATCH', `/sources/${other}`, { name: 'mine' }],
        ['DELETE', `/sources/${other}`, undefined],
        ['POST', `/sources/${other}/test`, {}],
        ['POST', `/sources/${other}/runs`, { mode: 'FULL' }],
        ['POST', `/sources/${other}/files`, {}],
        ['POST', '/api/v1/admin/mls/sync', { providerId: 'HURESO', syncType: 'full' }],
        ['PUT', '/api/v1/admin/mls/provider/HURESO/toggle', { enabled: false }],
        ['PUT', '/api/v1/admin/mls/provider/HURESO/interval', { minutes: 5 }],
      ] as const
    ) {
      expect([path, (await call('org_admin_cy', method, path, body)).status]).toEqual([path, 404])
    }
    const elsewhere = {
      office_key: 'SHARPSIR-KZ-001',
      code: 'KZ',
      name: 'KZ',
      provider: 'MOCK',
      settings: { listings: 1 },
    }
    expect((await call('org_admin_cy', 'POST', '/sources', elsewhere)).status).toBe(422)
    expect((await call('org_admin_cy', 'POST', '/sources/run', {})).status).toBe(403)
  })

  it('has its own by a code that another market has too; whoever has both names one by its id', async () => {
    expect((await call('operator', 'PATCH', `/sources/${other}`, { code: 'cyreso' })).status).toBe(200)
    const toggle = '/api/v1/admin/mls/provider/CYRESO/toggle'
    expect((await call('org_admin_cy', 'GET', '/sources/CYRESO')).body.id).toBe(id)
    for (const who of ['operator', 'system_admin']) {
      expect((await call(who, 'GET', '/sources/CYRESO')).body.detail).toContain('name it by its id')
      expect((await call(who, 'PUT', toggle, { enabled: false })).status).toBe(404)
      expect((await call(who, 'DELETE', '/sources/CYRESO')).status).toBe(404)
      expect((await call(who, 'GET', `/sources/${id}`)).body).toMatchObject({ id, enabled: true })
    }
    expect((await call('operator', 'PATCH', `/sources/${other}`, { code: 'HURESO' })).status).toBe(200)
  })

  it('reads whole runs through the older paths', async () => {
    const started = await call('org_admin_cy', 'POST', '/api/v1/admin/mls/sync', {
      providerId: 'CYRESO',
      syncType: 'full',
    })
    expect(started).toMatchObject({ status: 202, body: { data: { status: 'queued', syncType: 'full' } } })
    const run = started.body.data.run_id
    await expect.poll(async () => (await call('org_admin_cy', 'GET', `/sources/runs/${run}`)).body.status)
      .toBe('finished')
    expect((await call('system_admin', 'GET', `/sources/runs/${run}`)).status).toBe(200)
    const { body } = await call('org_admin_cy', 'GET', '/api/v1/admin/mls/status')
    expect(body).toMatchObject({
      data: [{ providerId: id, code: 'CYRESO', last_run: { id: run, status: 'finished' } }],
      meta: { total: 1 },
    })
    expect((await call('org_admin_cy', 'GET', `/api/v1/admin/mls/status/${id}`)).body.data.code).toBe(
      'CYRESO',
    )
    expect((await call('org_admin_cy', 'GET', '/api/v1/admin/mls/history')).body.data).toHaveLength(1)
    expect((await call('org_admin_cy', 'GET', '/api/v1/admin/mls/history/CYRESO?limit=5')).body.data[0].id)
      .toBe(run)
    expect((await call('org_admin_cy', 'GET', '/api/v1/admin/mls/errors/CYRESO')).body).toEqual({
      data: [],
      meta: { total: 0 },
    })
    expect((await call('org_admin_cy', 'GET', '/api/v1/admin/mls/statistics')).body.data).toMatchObject({
      sources: 1,
      runs_30_days: { finished: 1 },
    })
    expect((await call('operator', 'GET', '/api/v1/admin/mls/statistics')).body.data).toMatchObject({
      sources: 2,
    })
    expect((await call('org_admin_cy', 'POST', '/api/v1/admin/mls/sync/CYRESO/cancel')).status).toBe(409)
    expect(
      (await call('org_admin_cy', 'PUT', '/api/v1/admin/mls/provider/CYRESO/interval', { minutes: 45 })).body
        .data,
    ).toMatchObject({ interval_minutes: 45, cron: null })
    expect(
      (await call('org_admin_cy', 'PUT', '/api/v1/admin/mls/provider/CYRESO/toggle', { enabled: false })).body
        .data,
    ).toMatchObject({ enabled: false, status: 'disabled' })
    expect(
      (await call('org_admin_cy', 'PUT', '/api/v1/admin/mls/provider/CYRESO/interval', { minutes: 0 }))
        .status,
    ).toBe(400)
    expect(
      (await call('org_admin_cy', 'POST', '/api/v1/admin/mls/sync', {
        providerId: 'CYRESO',
        syncType: 'some',
      })).status,
    ).toBe(400)
    expect((await call('org_admin_cy', 'DELETE', '/api/v1/admin/mls/status')).status).toBe(405)
    expect((await call('org_admin_cy', 'GET', '/api/v1/admin/mls/nothing')).status).toBe(404)
  })

  it('sees runs and errors through the Data API, and writes nothing there', async () => {
    const rest = async (who: string, table: string, init: RequestInit = {}) => {
      const response = await fetch(`${hub.apiUrl}/rest/v1/${table}`, {
        ...init,
        headers: {
          apikey: hub.publishableKey,
          Authorization: `Bearer ${tokens[who]}`,
          'Content-Type': 'application/json',
          ...init.headers,
        },
      })
      return { status: response.status, body: await response.json().catch(() => undefined) }
    }
    for (const table of ['mls_sources', 'mls_source_runs', 'mls_source_usage']) {
      expect([table, (await rest('org_admin_cy', table)).body.length]).toEqual([table, 1])
      expect([table, (await rest('broker_cy', table)).body]).toEqual([table, []])
    }
    expect(
      (await rest('org_admin_cy', 'mls_sources?id=neq.0', { method: 'PATCH', body: '{"name": "x"}' })).status,
    ).toBeGreaterThanOrEqual(400)
    expect((await rest('org_admin_cy', 'mls_source_hosts')).status).toBeGreaterThanOrEqual(400)
  })
})

describe('credentials', () => {
  const needles = () => [secret, 'client-7f3a', 'token-']

  it('are in no answer, not even where the other side repeats them', async () => {
    reso.revoke({ refuse: true })
    await call('operator', 'PATCH', '/sources/CYRESO', {
      enabled: true,
      credentials: { client_id: 'client-7f3a', client_secret: secret },
    })
    reso.credentials.client_secret = 'changed'
    const started = await call('operator', 'POST', '/sources/CYRESO/runs', { mode: 'FULL' })
    await expect.poll(
      async () => (await call('operator', 'GET', `/sources/runs/${started.body.run_id}`)).body.status,
    ).toBe('failed')
    const wrong = await call('operator', 'POST', '/sources', {
      office_key: 'SHARPSIR-KZ-001',
      code: 'KZ',
      name: 'KZ',
      provider: 'RESO',
      settings: { root: reso.url, auth: { type: 'bearer' } },
      credentials: { client_secret: secret },
    })
    expect(wrong.status).toBe(422)
    const answers = [wrong]
    for (const who of ['operator', 'org_admin_cy', 'system_admin']) {
      for (
        const path of [
          '/sources',
          '/sources/CYRESO',
          '/sources/CYRESO/runs',
          '/sources/CYRESO/errors',
          '/sources/runs',
          '/sources/statistics',
          '/api/v1/admin/mls/status',
          '/api/v1/admin/mls/errors/CYRESO',
          '/admin/status',
        ]
      ) {
        answers.push(await call(who, 'GET', path))
      }
      answers.push(await call(who, 'POST', '/sources/CYRESO/test', {}))
    }
    for (const { text } of answers) for (const needle of needles()) expect(text).not.toContain(needle)
  })

  it('are in no table, log or line of output', async () => {
    const admin = new pg.Client(hub.database.superuserUrl)
    await admin.connect()
    const { rows: tables } = await admin.query(`
      select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`)
    for (const { name } of tables) {
      const { rows } = await admin.query(`select count(*)::int as found from ${name} t where t::text ~ $1`, [
        needles().join('|'),
      ])
      expect([name, rows[0].found]).toEqual([name, 0])
    }
    const { rows: kept } = await admin.query(
      `select count(*)::int as n from vault.decrypted_secrets where decrypted_secret like '%' || $1 || '%'`,
      [secret],
    )
    expect(kept[0].n).toBe(2)
    const { rows: [{ file }] } = await admin.query(`select pg_current_logfile() as file`)
    if (file) expect(readFileSync(file, 'utf8')).not.toContain(secret)
    await admin.end()
    for (const line of hub.output) for (const needle of needles()) expect(line).not.toContain(needle)
  })

  it('can be read by no role that asks the database', async () => {
    for (const role of ['anon', 'authenticated', 'service_role', 'mls_api_read']) {
      const client = await hub.pool.connect()
      try {
        for (
          const sql of [
            'select * from vault.decrypted_secrets',
            'select * from mls.source_secrets',
            `select vault._decrypt('x')`,
          ]
        ) {
          await client.query(`begin; set local role ${role}`)
          await expect(client.query(sql)).rejects.toThrow('permission denied')
          await client.query('rollback')
        }
      } finally {
        client.release()
      }
    }
  })

  it('stay with the host that they were given for', async () => {
    const kept = await call('org_admin_cy', 'PATCH', '/sources/CYRESO', {
      settings: { root: `${reso.url}/`, auth: { type: 'client_credentials', token_url: reso.tokenUrl } },
    })
    expect(kept.body.has_credentials).toBe(true)
    const thief = await startResoServer()
    const settings = { root: thief.url, auth: { type: 'client_credentials', token_url: thief.tokenUrl } }
    const tried = await call('org_admin_cy', 'POST', '/sources/CYRESO/test', { settings })
    expect(tried.body).toMatchObject({
      ok: false,
      checks: [{ ok: true }, { name: 'authenticate', ok: false }, { ok: false }, { ok: false }],
    })
    const moved = await call('org_admin_cy', 'PATCH', '/sources/CYRESO', { settings })
    expect(moved.body.has_credentials).toBe(false)
    expect(thief.requests).toEqual([])
    await thief.close()
    const { rows } = await hub.pool.query(`select count(*)::int as n from vault.secrets`)
    expect(rows[0].n).toBe(1)
    await call('operator', 'DELETE', '/sources/HURESO')
    expect((await hub.pool.query(`select count(*)::int as n from vault.secrets`)).rows[0].n).toBe(0)
  })
})
