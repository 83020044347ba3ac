import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

/** Lists of doors, walked page by page: nothing is cut, missed or told twice, also where many came in one moment. */
let hub: Hub
let operator: string
const amount = 7

beforeAll(async () => {
  hub = await startHub({ rest: true })
  operator = await hub.token('operator')
  await fill()
}, 60_000)
afterAll(() => hub?.stop())

/** More than three pages of two of everything, all of one moment. */
async function fill(): Promise<void> {
  const { pool } = hub
  const market = `(select id from mls_tenants where code = 'CY')`
  await pool.query(
    `insert into mls_admin_actions (operator, tenant_id, action, target, at)
     select 'test', ${market}, 'test.' || n, 'x', now() from generate_series(1, $1::int) n`,
    [amount],
  )
  await pool.query(
    `insert into mls_alerts (code, subject, level, message, opened_at)
     select 'test', 'CY/' || n, 'warning', 'Number ' || n, now() from generate_series(1, $1::int) n`,
    [amount],
  )
  await pool.query(
    `insert into mls_api_clients (client_id, name, secret_hash, scopes, offices)
     select 'paged.' || n, 'n', repeat('0', 64), '{odata}', '{SHARPSIR-CY-001}' from generate_series(1, $1::int) n`,
    [amount],
  )
  await pool.query(
    `insert into mls_webhook_subscriptions (client_id, url, resource, secret, created_at)
     select id, 'https://example.com/' || client_id, 'Property', 'whsec_x', now() from mls_api_clients where client_id like 'paged.%'`,
  )
  await pool.query(
    `insert into mls_offices (tenant_id, office_key, originating_office_key, name, is_market, origin_system)
     select ${market}, 'PAGED-' || n, 'PAGED-' || n, 'n', true, 'QOBRIX' from generate_series(1, $1::int) n`,
    [amount],
  )
  await pool.query(
    `insert into mls_sources (tenant_id, office_key, code, name, provider, key_prefix, created_at)
     select ${market}, 'PAGED-' || n, 'PAGED' || n, 'n', 'MOCK', 'P' || n, now() from generate_series(1, $1::int) n`,
    [amount],
  )
  await pool.query(
    `insert into mls_source_runs (source_id, tenant_id, mode, trigger, status, created_at)
     select s.id, s.tenant_id, 'DELTA', 'person', 'finished', now() from mls_sources s, generate_series(1, $1::int) where s.code = 'PAGED1'`,
    [amount],
  )
  await pool.query(
    `insert into mls_source_errors (source_id, run_id, tenant_id, code, message, record_key)
     select r.source_id, r.id, r.tenant_id, 'odd', 'Odd.', 'K' || n
     from (select * from mls_source_runs order by id limit 1) r, generate_series(1, $1::int) n`,
    [amount],
  )
  await pool.query(
    `insert into mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode, status, started_at)
     select 'test', 'paged', 'SHARPSIR-CY-001', ${market}, 'property', 'DELTA', 'finished', now() from generate_series(1, $1::int)`,
    [amount],
  )
  const ids = await publishListings(pool, amount, 'QOBRIX_PAGED')
  await pool.query(
    `insert into mls_listing_syndications (tenant_id, listing_id, portal_id, status, last_error_code, last_error, last_attempt_at)
     select l.tenant_id, l.id, p.id, 'FAILED', 'odd', 'Odd.', case when l.ref like '%1' then null else now() end
     from mls_listings l join mls_portal_definitions p on p.tenant_id = l.tenant_id and p.code = 'SIR_GLOBAL' where l.id = any ($1)
     on conflict (listing_id, portal_id) do update set
       (last_error_code, last_attempt_at, desired_at) = (excluded.last_error_code, excluded.last_attempt_at, now())`,
    [ids],
  )
}

// deno-lint-ignore no-explicit-any
type Answer = Record<string, any>

async function read(path: string): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${hub.functionsUrl}/${path}`, {
    headers: { Authorization: `Bearer ${operator}` },
  })
  return { status: response.status, body: await response.json() }
}

const lists: { path: string; member: string; turn: 'before' | 'after'; key: string; count: number }[] = [
  { path: 'admin/actions', member: 'actions', turn: 'before', key: 'id', count: amount },
  { path: 'admin/alerts', member: 'alerts', turn: 'before', key: 'id', count: amount },
  { path: 'admin/clients', member: 'clients', turn: 'after', key: 'client_id', count: amount },
  { path: 'admin/subscriptions', member: 'subscriptions', turn: 'after', key: 'id', count: amount },
  { path: 'sources', member: 'sources', turn: 'after', key: 'id', count: amount },
  { path: 'sources/PAGED1/runs', member: 'runs', turn: 'before', key: 'id', count: amount },
  { path: 'sources/runs', member: 'runs', turn: 'before', key: 'id', count: amount },
  { path: 'sources/PAGED1/errors', member: 'errors', turn: 'before', key: 'id', count: amount },
  { path: 'ingest/runs?source=paged', member: 'runs', turn: 'before', key: 'run_id', count: amount },
  { path: 'egress/failures', member: 'failures', turn: 'before', key: 'listing_id', count: amount },
]

describe.each(lists)('$path', ({ path, member, turn, key, count }) => {
  const page = (limit: number, next?: string) =>
    `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({
      limit: String(limit),
      ...next ? { [turn]: next } : {},
    })}`

  it('goes on where a page ended, to the end', async () => {
    const whole = (await read(page(500))).body
    const wanted = whole[member].map((row: Answer) => row[key])
    expect(wanted.length).toBeGreaterThanOrEqual(count)
    expect(whole.next).toBeUndefined()
    const walked: unknown[] = []
    let next: string | undefined
    do {
      const { status, body } = await read(page(2, next))
      expect(status).toBe(200)
      expect(body[member].length).toBeLessThanOrEqual(2)
      walked.push(...body[member].map((row: Answer) => row[key]))
      next = body.next
    } while (next)
    expect(walked).toEqual(wanted)
    expect(new Set(walked).size).toBe(walked.length)
  })

  it('refuses a page that is none', async () => {
    for (const wrong of ['x/y', '-1', "1' or true", '2026-13-45T00:00:00Z', '']) {
      const { status, body } = await read(page(2, wrong || ' '))
      expect([wrong, status, body.code]).toEqual([wrong, 400, 'invalid_parameter'])
    }
    expect((await read(page(0))).status).toBe(400)
    expect((await read(page(501))).status).toBe(400)
  })
})

it('people with access are read by the Data API, page by page', async () => {
  const { pool, apiUrl, publishableKey, users } = hub
  await pool.query(
    `with people as (
       insert into auth.users (id, email) select gen_random_uuid(), 'p' || n || '@paged.example' from generate_series(1, $1::int) n returning id)
     insert into mls_user_access (user_id, tenant_id, scope, crud)
     select p.id, (select id from mls_tenants where code = 'CY'), 'self', 'r' from people p`,
    [amount],
  )
  const ask = async (query: string) => {
    const response = await fetch(`${apiUrl}/rest/v1/rpc/people_with_access?order=email,id&${query}`, {
      method: 'POST',
      headers: {
        apikey: publishableKey,
        Authorization: `Bearer ${users.org_admin_cy!.access_token}`,
        'Content-Type': 'application/json',
        Prefer: 'count=exact',
      },
      body: '{}',
    })
    const rows = await response.json() as { id: string; email: string }[]
    return { rows, count: Number(response.headers.get('content-range')?.split('/')[1]) }
  }
  const { rows: all, count } = await ask('limit=1000')
  expect(all.length).toBeGreaterThan(amount)
  expect(count).toBe(all.length)
  const walked: string[] = []
  for (let condition = '';;) {
    const { rows } = await ask(`limit=2${condition}`)
    walked.push(...rows.map(({ id }) => id))
    const last = rows.at(-1)
    if (!last) break
    condition = `&or=(email.gt."${last.email}",and(email.eq."${last.email}",id.gt.${last.id}),email.is.null)`
  }
  expect(walked).toEqual(all.map(({ id }) => id))
})
