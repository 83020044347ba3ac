import process from 'node:process'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { jobs } from '../../functions/_shared/operate/jobs.ts'
import { clientWith, type ODataClient } from '../http/odata-client.ts'
import { listing } from '../support/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'
import {
  type Pooler,
  poolerEnvironment,
  poolerHost,
  serverConnections,
  startPooler,
} from '../support/pooler.ts'

/**
 * The functions on two isolates that share a few connections of a pooler, which gives each transaction any of them, beside
 * one isolate that has connections of its own. Both must do and answer the same.
 */
let hub: Hub
let pooler: Pooler
/** Addresses of the functions: two through the pooler, one directly. */
let pooled: string[]
let direct: string
let superuser: pg.Client

const readers = ['portal_cy', 'portal_hu', 'partner_all', 'verifier_all']
const queries = [
  `/Property?$orderby=ListingKey&$top=20&$count=true`,
  `/Property?$filter=ListPrice gt 300000 and City ne null&$select=ListingKey,ListPrice,City&$top=50&$count=true`,
  `/Property?$top=10&$orderby=ModificationTimestamp desc,ListingKey&$expand=Media($top=2),ListAgent`,
  '/Property/$count',
  '/Member?$top=5&$orderby=MemberKey',
  '/Media?$top=5&$orderby=MediaKey',
  '/Contacts?$top=5&$orderby=ContactKey',
  '/$metadata',
  `/Property?$filter=Nothing eq 1`,
  `/Property('none')`,
]

beforeAll(async () => {
  const { port, credentials } = inject('postgres')
  pooler = await startPooler(process.env.MLS_TEST_POOLER!, port, credentials)
  hub = await startHub({ seed: true, environment: { MLS_LOG_LEVEL: 'warn' } }) // its own isolate is pooled too
  const through = poolerEnvironment(pooler, credentials, hub.database.name)
  pooled = [await hub.addIsolate(through), await hub.addIsolate(through)]
  direct = await hub.addIsolate({ MLS_SERVICE_DB_URL: hub.dbUrl, MLS_GATE_DB_URL: hub.database.gateUrl })
  superuser = new pg.Client(hub.database.superuserUrl)
  await superuser.connect()
})
afterAll(async () => {
  await superuser?.end()
  await hub?.stop()
  await pooler?.stop()
})

const at = async (functionsUrl: string, client: string): Promise<ODataClient> =>
  clientWith({ functionsUrl }, await hub.token(client))

async function answers(client: ODataClient): Promise<{ status: number; text: string }[]> {
  return await Promise.all(queries.map(async (query) => {
    const { status, text } = await client.get(query)
    return { status, text: text.replace(/"request_id":"[^"]*"/g, '') }
  }))
}

function send(functionsUrl: string, token: string, resource: string, records: unknown[], key?: string) {
  return fetch(`${functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      ...key && { 'Idempotency-Key': key },
    },
    body: JSON.stringify(records),
  })
}

const inserted = async (prefix: string) =>
  (await hub.pool.query('select count(*)::integer as n from public.mls_listings where origin_key like $1', [
    `${prefix}%`,
  ]))
    .rows[0].n as number

const run = async (functionsUrl: string, job: string) => {
  const response = await fetch(`${functionsUrl}/egress/run`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
    body: JSON.stringify({ job }),
  })
  return { status: response.status, body: await response.json() }
}

describe('through the pooler', () => {
  it('reads what is read directly, many clients at once over few connections', async () => {
    const expected = new Map<string, Awaited<ReturnType<typeof answers>>>()
    for (const reader of readers) expected.set(reader, await answers(await at(direct, reader)))
    expect(expected.get('portal_cy')).not.toEqual(expected.get('portal_hu'))

    const callers = await Promise.all(
      pooled.flatMap((functionsUrl) =>
        readers.map(async (reader) => ({ reader, client: await at(functionsUrl, reader) }))
      ),
    )
    for (let round = 0; round < 5; round++) {
      const found = await Promise.all(
        callers.map(async ({ reader, client }) => [reader, await answers(client)] as const),
      )
      for (const [reader, one] of found) expect(one).toEqual(expected.get(reader))
    }
  })

  it('shares connections, more clients than there are, and leaves nothing in them', async () => {
    const { rows } = await superuser.query<{ usename: string; n: number }>(
      `select usename, count(*)::integer as n from pg_stat_activity
       where datname = $1 and application_name = 'mls-hub' group by 1`,
      [hub.database.name],
    )
    for (const { n } of rows) expect(n).toBeLessThanOrEqual(2 * serverConnections + 4) // two poolers and the direct isolate

    const { passwords } = inject('postgres').credentials
    const gate = new pg.Client({
      connectionString: `postgresql://mls_gate:${
        encodeURIComponent(passwords.gate)
      }@${poolerHost}:${pooler.port}/${hub.database.name}`,
      ssl: { ca: pooler.ca },
    })
    await gate.connect()
    for (let n = 0; n < 10; n++) {
      const { rows: [left] } = await gate.query(
        `select current_user, current_setting('mls.claims', true) as claims, current_setting('TimeZone') as zone,
           current_setting('transaction_read_only') as read_only, (select count(*)::integer from pg_prepared_statements) as prepared`,
      )
      expect(left).toMatchObject({ current_user: 'mls_gate', read_only: 'off', prepared: 0 })
      expect(left.claims ?? '').toBe('')
    }
    await gate.end()
  })

  it('takes batches from all sides, each record once', async () => {
    const token = await hub.token('databricks')
    const batches = Array.from(
      { length: 12 },
      (_, batch) =>
        Array.from(
          { length: 40 },
          (_, n) => listing(batch * 40 + n, { ListingKey: `QOBRIX_P${batch}_${n}` }),
        ),
    )
    const sides = [...pooled, direct]
    const receipts = await Promise.all(
      batches.map(async (records, index) => {
        const response = await send(sides[index % sides.length]!, token, 'property', records)
        return [response.status, (await response.json()).totals?.insert]
      }),
    )
    expect(receipts).toEqual(batches.map(() => [200, 40]))
    expect(await inserted('QOBRIX_P')).toBe(480)
    const [one, other] = await Promise.all(
      [pooled[0]!, direct].map(async (side) =>
        (await at(side, 'portal_cy')).count('Property', `startswith(ListingKey,'QOBRIX_P')`)
      ),
    )
    expect(one).toBe(480)
    expect(other).toBe(480)
  })

  it('runs every job, and delivers', async () => {
    await publishListings(hub.pool, 20, 'QOBRIX_D')
    const before = (await hub.dash.listings()).length
    for (const job of Object.keys(jobs)) {
      const side = pooled[job.length % 2]!
      expect(await run(side, job)).toMatchObject({ status: 200, body: { job, status: 'ok' } })
    }
    expect((await hub.dash.listings()).length).toBeGreaterThanOrEqual(before + 20)
    const report = async (side: string) => {
      const response = await fetch(`${side}/admin/integrity`, {
        headers: { Authorization: `Bearer ${await hub.token('operator')}` },
      })
      const { checked_at: _, ...rest } = await response.json()
      return [response.status, rest.ok]
    }
    expect(await report(pooled[0]!)).toEqual(await report(direct))
  })
})

describe('accidents', () => {
  /** Sends batches with a key each, repeating what was not answered with a receipt, while `accident` happens. */
  async function insist(prefix: string, accident: () => Promise<unknown>): Promise<void> {
    const token = await hub.token('databricks')
    const reader = await at(pooled[1]!, 'portal_cy')
    let isOver = false
    const others = (async () => {
      while (!isOver) {
        await accident()
        await new Promise((resolve) => setTimeout(resolve, 150))
      }
    })()
    const statuses = new Set<number>()
    for (let batch = 0; batch < 12; batch++) {
      const records = Array.from(
        { length: 30 },
        (_, n) => listing(batch * 30 + n, { ListingKey: `${prefix}${batch}_${n}` }),
      )
      for (let attempt = 0;; attempt++) {
        if (attempt > 100) throw new Error(`batch ${batch} was never taken`)
        const response = await send(pooled[batch % 2]!, token, 'property', records, `${prefix}${batch}`)
        statuses.add(response.status)
        await response.text()
        if (response.ok) break
        expect(response.status).toBeGreaterThanOrEqual(500)
      }
      statuses.add((await reader.get('/Property?$top=1')).status)
    }
    isOver = true
    await others
    expect(hub.output.filter((line) => line.includes('"status":500'))).toEqual([])
    expect([...statuses].filter((status) => ![200, 503, 504].includes(status))).toEqual([])
    expect(await inserted(prefix)).toBe(360)
    await expect.poll(async () => (await reader.get('/Property?$top=1')).status, { timeout: 20_000 }).toBe(
      200,
    )
  }

  it('connections of the pooler to the server are ended', async () => {
    await insist('QOBRIX_K', () =>
      superuser.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = $1 and usename in ('postgres', 'mls_gate') and application_name = 'mls-hub' and random() < 0.15`,
        [hub.database.name],
      ))
  })

  it('the pooler itself ends and comes back', async () => {
    let crashes = 0
    await insist('QOBRIX_L', async () => {
      if (crashes++ < 6) await pooler.crash()
    })
    expect(crashes).toBeGreaterThan(0)
  })

  it('the functions end in the midst of a batch, which is repeated', async () => {
    const token = await hub.token('databricks')
    const records = Array.from({ length: 800 }, (_, n) => listing(n, { ListingKey: `QOBRIX_M${n}` }))
    const first = send(hub.functionsUrl, token, 'property', records, 'midst').then(
      ({ status }) => status,
      () => 0,
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    await hub.crash()
    await first
    const again = await send(hub.functionsUrl, token, 'property', records, 'midst')
    expect(again.status).toBe(200)
    await again.text()
    expect(await inserted('QOBRIX_M')).toBe(800)
  })
})
