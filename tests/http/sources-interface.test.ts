import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Callers, callers } from '../support/access/callers.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { badRequests, badSources, csv, mapping, secret } from '../support/sources/bad-input.ts'

/**
 * What is published of sources, line by line: the ten addresses of the older property service as six kinds of callers see
 * them, the shapes of answers, pages, and what is said about input that makes no sense.
 */
let hub: Hub
let who: Callers
let id: string
const source = {
  office_key: 'SHARPSIR-CY-001',
  code: 'Kypros',
  name: 'Κύπρος, мок',
  provider: 'MOCK',
  settings: { listings: 3 },
}

beforeAll(async () => {
  hub = await startHub({ rest: true })
  who = await callers(hub)
  const made = await call('operator', 'POST', '/sources', source)
  expect(made.status).toBe(201)
  id = made.body.id
}, 180_000)
afterAll(() => hub?.stop())

async function call(as: string, method: string, path: string, body?: unknown, headers = {}) {
  const response = await fetch(`${hub.functionsUrl}${path}`, {
    method,
    headers: { ...who[as], ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    body: text ? JSON.parse(text) : undefined,
  }
}

/** A run that no worker takes, at a stage of its life. */
async function run(mode: string, status: string): Promise<string> {
  const { rows: [row] } = await hub.pool.query(
    `insert into mls_source_runs (source_id, tenant_id, mode, trigger, status, due_at, mapping_version, finished_at)
     select id, tenant_id, $2, 'person', $3, clock_timestamp() + interval '1 hour', 1, case when $3 = 'finished' then clock_timestamp() end
     from mls_sources where id = $1 returning id`,
    [id, mode, status],
  )
  return row.id
}
const problem = (status: number) => ({
  status,
  type: 'application/problem+json',
  body: { status, code: expect.any(String), detail: expect.any(String) },
})
const runShape = {
  id: expect.any(String),
  source_id: expect.any(String),
  mode: 'FULL',
  trigger: 'person',
  status: 'cancelled',
  progress: { done: 0 },
  counts: expect.objectContaining({ insert: 0, reject: 0, delete: 0 }),
  counts_by_resource: {},
  requests: 0,
  slices: 0,
}

describe('the ten addresses of the older service', () => {
  const mls = '/api/v1/admin/mls'
  const statusShape = {
    code: 'Kypros',
    name: 'Κύπρος, мок',
    provider: 'MOCK',
    office_key: 'SHARPSIR-CY-001',
    enabled: true,
    usage: { listings: expect.any(Number), requests_today: expect.any(Number) },
  }
  const one = { total: 1 }
  /** Method, path, body, what administrators of the market get, and what those of another do. */
  const ten: [string, string, unknown, number, unknown, number][] = [
    ['POST', '/sync/KYPROS/cancel', undefined, 202, { data: runShape }, 404],
    ['GET', '/status', undefined, 200, { data: [statusShape], meta: one }, 200],
    ['GET', '/status/kypros', undefined, 200, { data: statusShape }, 404],
    ['GET', '/history', undefined, 200, { data: [runShape], meta: one }, 200],
    ['GET', '/history/KYPROS', undefined, 200, { data: [runShape], meta: one }, 404],
    ['GET', '/errors/KYPROS', undefined, 200, { data: [], meta: { total: 0 } }, 404],
    ['GET', '/statistics', undefined, 200, {
      data: { sources: 1, enabled: 1, by_provider: { MOCK: 1 }, runs_30_days: { cancelled: 1 } },
    }, 200],
    ['PUT', '/provider/KYPROS/toggle', { enabled: false }, 200, {
      data: { enabled: false, status: 'disabled' },
    }, 404],
    ['PUT', '/provider/KYPROS/interval', { minutes: 90 }, 200, {
      data: { interval_minutes: 90, cron: null },
    }, 404],
    ['POST', '/sync', { providerId: 'KYPROS', syncType: 'incremental' }, 202, {
      data: { run_id: expect.any(String), providerId: 'KYPROS', syncType: 'incremental', status: 'queued' },
    }, 404],
  ]

  it.each(['org_admin', 'operator'])('answer %s as published, and nobody else', async (administrator) => {
    await hub.pool.query('delete from mls_source_runs where true')
    await call('operator', 'PATCH', `/sources/${id}`, { enabled: true })
    await run('FULL', 'waiting')
    for (const [method, path, body, status, answer, toOther] of ten) {
      const line = `${method} ${path}`
      const asked = async (as: string) => ({ line, as, ...await call(as, method, mls + path, body) })
      expect(await asked('anonymous')).toMatchObject({ line, ...problem(401) })
      for (const as of ['broker', 'portal']) {
        expect(await asked(as)).toMatchObject({ line, as, ...problem(403) })
      }
      const other = await asked('other_admin')
      expect(other).toMatchObject(toOther === 404 ? { line, ...problem(404) } : { line, status: 200 })
      expect(other.text).not.toMatch(/Kypros|Κύπρος/)
      expect(await asked(administrator)).toMatchObject({ line, as: administrator, status, body: answer })
    }
    await expect.poll(async () => (await call('operator', 'GET', `/sources/${id}`)).body.last_run.status)
      .toBe(
        'finished',
      )
  })

  it('take the id for the code', async () => {
    expect((await call('org_admin', 'GET', `${mls}/status/${id.toUpperCase()}`)).body.data.providerId).toBe(
      id,
    )
    expect((await call('other_admin', 'GET', `${mls}/history/${id}`)).status).toBe(404)
  })

  it('cancel what is active, whatever has run and ended since', async () => {
    const full = await run('FULL', 'waiting')
    for (let n = 0; n < 25; n++) await run('DELTA', 'finished')
    expect(await call('org_admin', 'POST', `${mls}/sync/KYPROS/cancel`)).toMatchObject({
      status: 202,
      body: { data: { id: full, status: 'cancelled' } },
    })
    expect(await call('org_admin', 'POST', `${mls}/sync/KYPROS/cancel`)).toMatchObject(problem(409))
  })

  it('tell how many runs and errors there are, page by page', async () => {
    const { rows: [{ total }] } = await hub.pool.query('select count(*)::int as total from mls_source_runs')
    const seen = new Set<string>()
    let next: string | undefined
    do {
      const query = new URLSearchParams({ limit: '10', ...(next && { before: next }) })
      const { body } = await call('org_admin', 'GET', `${mls}/history/KYPROS?${query}`)
      expect(body.meta.total).toBe(total)
      for (const { id } of body.data) seen.add(id)
      next = body.meta.next
    } while (next)
    expect(seen.size).toBe(total)
    expect(total).toBeGreaterThan(25)

    await hub.pool.query(
      `insert into mls_source_errors (source_id, tenant_id, run_id, stage, record_key, code, message)
       select source_id, tenant_id, id, 'property', 'K' || n, 'invalid_fields', 'no'
       from (select * from mls_source_runs limit 1) r, generate_series(1, 3) n`,
    )
    const first = (await call('org_admin', 'GET', `${mls}/errors/KYPROS?limit=2`)).body
    expect(first).toMatchObject({ data: [{ record_key: 'K3' }, { record_key: 'K2' }], meta: { total: 3 } })
    expect((await call('org_admin', 'GET', `${mls}/errors/KYPROS?limit=2&before=${first.meta.next}`)).body)
      .toEqual({ data: [expect.objectContaining({ record_key: 'K1' })], meta: { total: 3 } })
  })

  it.each(badRequests)('say what is wrong with %s %s %j', async (method, path, body) => {
    const answer = await call('org_admin', method, mls + path, body)
    expect(answer).toMatchObject(problem(400))
    expect(answer.body.detail.length).toBeGreaterThan(10)
  })

  it.each(
    [['GET', '/status/NONE'], ['GET', '/history/NONE'], ['GET', '/errors/Κύπρος'], [
      'POST',
      '/sync/NONE/cancel',
    ], ['PUT', '/provider/NONE/toggle', { enabled: true }]] as const,
  )('know no other provider: %s %s', async (method, path, body?: unknown) => {
    for (const as of ['operator', 'org_admin']) {
      expect(await call(as, method, mls + path, body)).toMatchObject(problem(404))
    }
  })
})

describe('a source that is asked for', () => {
  it.each(badSources)('is refused with what is wrong and where: %j', async (changes, pointer) => {
    const wanted = { ...source, office_key: 'SHARPSIR-HU-001', code: 'HU', ...changes }
    const answer = await call('operator', 'POST', '/sources', wanted)
    expect(answer).toMatchObject({ ...problem(422), body: { code: 'invalid_settings' } })
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    for (const { message } of answer.body.errors) expect(message.length).toBeGreaterThan(5)
    expect(answer.text).not.toContain(secret)
    expect(answer.text.length).toBeLessThan(3_000)
  })

  it('is there once per office and code, however the code is written', async () => {
    const taken = { ...problem(409), body: { code: 'source_exists' } }
    expect(await call('operator', 'POST', '/sources', { ...source, code: 'else' })).toMatchObject(taken)
    const elsewhere = { ...source, office_key: 'SHARPSIR-HU-001' }
    const made = await call('operator', 'POST', '/sources', {
      ...elsewhere,
      enabled: false,
      cron: '5 * * * *',
    })
    expect(made).toMatchObject({
      status: 201,
      body: { enabled: false, cron: '5 * * * *', next_run_at: null },
    })
    expect((await call('operator', 'DELETE', `/sources/${made.body.id}`)).status).toBe(204)
    // whoever may not see the market learns nothing of its offices
    for (const office_key of ['SHARPSIR-HU-001', 'SHARPSIR-XX-001']) {
      expect(
        (await call('org_admin', 'POST', '/sources', { ...elsewhere, office_key, code: 'HU' })).body.errors,
      )
        .toEqual([{ pointer: '/office_key', message: 'There is no such market office that you administer.' }])
    }
  })

  it('is changed by the same rules, and answered with all its members', async () => {
    for (
      const [changes, pointer] of [[{ name: 'a\0b' }, '/name'], [{ name: null }, '/name'], [
        { cron: 'x' },
        '/cron',
      ], [{ id }, '/id']] as const
    ) {
      const answer = await call('org_admin', 'PATCH', '/sources/KYPROS', changes)
      expect(answer).toMatchObject({ ...problem(422), body: { errors: [{ pointer }] } })
    }
    expect((await call('org_admin', 'GET', '/sources/KYPROS')).body).toMatchObject({
      ...source,
      mapping: null,
      resources: [],
      timezone: 'UTC',
      key_prefix: 'KYPROS_',
      mapping_version: 1,
      max_listings: null,
      media: { hotlink: 'allowed' },
      has_credentials: false,
      last_run: { mode: 'DELTA' },
    })
    expect(await call('org_admin', 'POST', '/sources/KYPROS/test', { settings: { listings: 1, seed: '\0' } }))
      .toMatchObject({ ...problem(422), body: { errors: [{ pointer: '/settings/seed' }] } })
    expect(await call('org_admin', 'GET', '/sources/a%00b')).toMatchObject(problem(400))
  })

  it('takes a file by any name', async () => {
    await call('operator', 'DELETE', '/sources/KYPROS')
    await call('operator', 'POST', '/sources', { ...source, ...csv, mapping })
    const names = [
      'a%00b.csv',
      '%D0%9A%D0%B8%D0%BF%D1%80.csv',
      '..%2F..%2Fetc%2Fpasswd',
      '%',
      `${'n'.repeat(900)}.csv`,
    ]
    for (const [n, name] of names.entries()) {
      const headers = { 'X-File-Name': name, 'Content-Type': 'text/csv' }
      expect(await call('org_admin', 'POST', '/sources/KYPROS/files', `Ref\n${n}\n`, headers)).toMatchObject({
        status: 202,
        body: {
          file_id: expect.any(String),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          duplicate: false,
        },
      })
    }
    const { rows } = await hub.pool.query('select name from mls_source_files order by arrived_at')
    expect(rows.map(({ name }) => name)).toEqual(['ab.csv', 'Кипр.csv', 'passwd', '%', 'n'.repeat(255)])
  })
})
