import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { runWebhooks } from '../../functions/_shared/delivery/webhooks/run-webhooks.ts'
import { newSecret } from '../../functions/_shared/delivery/webhooks/signature.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { runDoomedWorkers } from '../support/doomed-workers.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { rounds } from '../support/tiers.ts'

/** Two messages each, one that it was created and one that it was published. */
const listings = rounds(200, 500)
const environment = {
  MLS_PUBLIC_URL: 'https://hub.example',
  MLS_WEBHOOKS_LOCAL: 'true',
  MLS_WEBHOOK_TIMEOUT_MS: '200',
  MLS_LOG_LEVEL: 'off',
}
const secret = newSecret()

let database: TestDatabase
let healthy: Receiver
let broken: Receiver

beforeAll(async () => {
  database = await createDatabase()
  healthy = await startReceiver(() => secret)
  broken = await startReceiver(() => secret)
  broken.answers(() => 'hang')
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  await seedMarkets(database.pool)
  await query(
    `select mls.upsert_api_client('{"client_id": "subscriber", "name": "Subscriber", "secret": "0123456789abcdef0123456789abcdef",
    "scopes": ["odata"], "offices": ["*"], "grants": [], "profile": "gold", "api_visibility": "all"}')`,
  )
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await healthy?.close()
  await broken?.close()
  await database?.drop()
})
beforeEach(async () => {
  const url = [broken.url, healthy.url]
  await query(
    `insert into public.mls_webhook_subscriptions (client_id, url, resource, secret, position)
     select c.id, u.url, 'Property', $2, coalesce((select max(sequence) from public.mls_entity_events), 0)
     from public.mls_api_clients c, unnest($1::text[]) u (url) where c.client_id = 'subscriber'`,
    [url, secret],
  )
})
afterEach(async () => {
  await query('delete from public.mls_webhook_subscriptions')
  healthy.received.length = 0
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
/** Messages to the subscriber who can be reached, by state. */
async function messages() {
  const rows = await query(
    `select m.id, m.sequence::text, m.status, m.body::jsonb #>> '{data,key}' as key
     from public.mls_webhook_messages m join public.mls_webhook_subscriptions w on w.id = m.subscription_id
     where w.url = $1`,
    [healthy.url],
  )
  return rows as { id: string; sequence: string; status: string; key: string }[]
}

test('who never answers takes no turn of who does', async () => {
  // who answers has the time that a busy machine takes
  vi.stubEnv('MLS_WEBHOOK_TIMEOUT_MS', '2000')
  await publishListings(database.pool, 20, 'QOBRIX_TURN_')
  await runWebhooks(database.pool, { limit: 4 }) // turns events into messages
  await query(
    `update public.mls_webhook_messages m set next_attempt_at = now() - case when w.url = $1 then interval '1 hour' else interval '1 s' end
     from public.mls_webhook_subscriptions w where w.id = m.subscription_id and m.status = 'PENDING'`,
    [broken.url],
  )
  const waiting = (await messages()).filter(({ status }) => status === 'PENDING').length
  // all but the two calls that find out
  expect(await runWebhooks(database.pool, { workers: 2, limit: waiting + 2 })).toMatchObject({
    delivered: waiting,
  })
})

test(
  'with 30 % of calls failing in every way and workers killed, each message arrives under one id, the last state too',
  async () => {
    // the rhythm of a test: a moment instead of days, and no giving up
    await query(`create or replace function mls.webhook_delay(attempts integer) returns interval
      language sql immutable set search_path = '' as $$ select interval '100 ms' $$`)
    const faults = [500, 429, 302, 'drop', 'hang', 'lost', 'flood'] as const
    healthy.answers(() => Math.random() < 0.3 ? faults[Math.floor(Math.random() * faults.length)]! : 204)
    const ids = await publishListings(database.pool, listings, 'QOBRIX_FAULT_')

    let edited = false
    const killed = await runDoomedWorkers(
      'webhooks',
      { ...environment, SUPABASE_DB_URL: database.url },
      async () => {
        const sent = (await messages()).filter(({ status }) => status === 'DELIVERED').length
        if (!edited && sent > listings) {
          edited = true
          await query('update public.mls_listings set bedrooms = 9 where id = any ($1)', [ids.slice(0, 100)])
        }
        const [{ position }] = await query(
          `select w.position = (select max(sequence) from public.mls_entity_events) as position
           from public.mls_webhook_subscriptions w where w.url = $1`,
          [healthy.url],
        )
        return edited && position && (await messages()).every(({ status }) => status === 'DELIVERED')
      },
      2,
      [300, 1_500],
    )
    expect(killed).toBeGreaterThan(0)

    const told = await messages()
    const received = new Map(healthy.received.map((message) => [message.id, message]))
    expect(healthy.received.every(({ isSigned }) => isSigned)).toBe(true)
    expect(new Set(received.keys())).toEqual(new Set(told.map(({ id }) => id)))
    expect(told.every(({ id, sequence }) => received.get(id)!.body.data.sequence === sequence)).toBe(true)
    // nothing is announced twice, and the newest event of every listing was
    expect(new Set(told.map(({ sequence }) => sequence)).size).toBe(told.length)
    const newest = await query(
      `select max(sequence)::text as sequence from public.mls_entity_events
       where resource = 'Property' and record_key like 'QOBRIX\\_FAULT\\_%' group by record_key`,
    )
    expect(newest).toHaveLength(listings)
    const sequences = new Set(told.map(({ sequence }) => sequence))
    expect(newest.filter(({ sequence }) => !sequences.has(sequence))).toEqual([])
    console.log(
      `${told.length} messages, ${healthy.received.length} calls taken, ${killed} workers killed, 0 lost`,
    )
  },
  300_000,
)
