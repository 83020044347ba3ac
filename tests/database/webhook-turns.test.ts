import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { runWebhooks } from '../../functions/_shared/delivery/webhooks/run-webhooks.ts'
import { newSecret } from '../../functions/_shared/delivery/webhooks/signature.ts'
import { runJob } from '../../functions/_shared/operate/run-job.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

/** One subscriber never makes another wait. */
const secret = newSecret()
const events = 600
let database: TestDatabase
let receiver: Receiver
let big: string
let small: string

beforeAll(async () => {
  database = await createDatabase()
  receiver = await startReceiver(() => secret)
  const environment = {
    MLS_PUBLIC_URL: 'https://hub.example',
    MLS_WEBHOOKS_LOCAL: 'true',
    MLS_LOG_LEVEL: 'off',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  await seedMarkets(database.pool)
  await query(
    `select mls.upsert_api_client('{"client_id": "subscriber", "name": "Subscriber", "secret": "0123456789abcdef0123456789abcdef",
    "scopes": ["odata"], "offices": ["*"], "grants": [], "profile": "gold", "api_visibility": "all"}')`,
  )
  await publishListings(database.pool, events / 2, 'QOBRIX_TURNS_')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await receiver?.close()
  await database?.drop()
})
beforeEach(async () => {
  receiver.answers(() => 204)
  await query('delete from public.mls_webhook_subscriptions')
  await query(`update public.mls_schedules set settings = '{}' where job = 'webhooks'`)
  big = await subscribe('big', 0)
  small = await subscribe('small', null)
  receiver.received.length = 0
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
async function subscribe(name: string, position: number | null): Promise<string> {
  const [row] = await query(
    `insert into public.mls_webhook_subscriptions (client_id, url, resource, secret, position)
     select c.id, $1, 'Property', $2, coalesce($3::bigint, (select max(sequence) from public.mls_entity_events), 0)
     from public.mls_api_clients c where c.client_id = 'subscriber' returning id`,
    [`${receiver.url}/${name}`, secret, position],
  )
  return row.id
}
const messages = async (id: string, status: string) =>
  (await query(
    'select count(*)::int as n from public.mls_webhook_messages where subscription_id = $1 and status = $2',
    [id, status],
  ))[0].n
const touch = () =>
  query(
    `update public.mls_listings set bedrooms = coalesce(bedrooms, 0) + 1 where origin_key = 'QOBRIX_TURNS_1'`,
  )

test('a single event of one arrives with the first run, though hundreds of another are older', async () => {
  await touch()
  expect(await runWebhooks(database.pool, { limit: 20 })).toMatchObject({ delivered: 20 })
  expect(await messages(small, 'DELIVERED')).toBe(1)
  expect(await messages(big, 'DELIVERED')).toBe(19)
})

test('what fails takes few turns, but some', async () => {
  await query(
    `update public.mls_webhook_subscriptions set position = 0, failing_since = now(), url = 'http://127.0.0.1:1/' where id = $1`,
    [small],
  )
  await runWebhooks(database.pool, { limit: 120, workers: 1 })
  expect(await messages(big, 'DELIVERED')).toBeGreaterThan(110)
  const [{ n }] = await query(
    'select count(*)::int as n from public.mls_webhook_messages where subscription_id = $1 and attempt_count > 0',
    [small],
  )
  expect(n).toBeGreaterThan(0)
})

test('a replay takes the place of what waits of it, however often', async () => {
  const replay = (from: number) => query('select mls.replay_webhooks($1, $2) as n', [big, from])
  await runWebhooks(database.pool, { limit: 1, maxWaiting: 100_000 })
  const waiting = await messages(big, 'PENDING')
  for (let again = 0; again < 3; again++) {
    await replay(0)
    await runWebhooks(database.pool, { limit: 1, maxWaiting: 100_000 })
  }
  expect(await messages(big, 'PENDING')).toBeLessThanOrEqual(waiting + 1)

  // going on instead of back leaves what waits of before
  const [{ sequence }] = await query('select max(sequence)::text as sequence from public.mls_entity_events')
  const before = await messages(big, 'PENDING')
  expect(await replay(sequence)).toEqual([{ n: 0 }])
  expect(await messages(big, 'PENDING')).toBe(before)
})

test('of a long replay so many messages wait as are allowed, the rest in the log of events; all arrive', async () => {
  await query(
    `update public.mls_schedules set settings = '{"max_waiting": 200, "limit": 150}' where job = 'webhooks'`,
  )
  const [{ n }] = await query(
    `select count(*)::int as n from public.mls_entity_events where resource = 'Property'`,
  )
  let most = 0
  for (let run = 0; run < 10; run++) {
    expect(await runJob(database.pool, 'webhooks')).toMatchObject({ status: 'ok' })
    most = Math.max(most, await messages(big, 'PENDING'))
    if (await messages(big, 'DELIVERED') === n) break
  }
  expect(most).toBeLessThan(400)
  expect(await messages(big, 'DELIVERED')).toBe(n)
  expect(new Set(receiver.received.map(({ body }) => body.data.sequence)).size).toBe(n)
})

test.each(['{"limit": 0}', '{"limit": "many"}', '[]', '{"seconds": -1}'])(
  'settings %s are refused where they are written',
  async (settings) => {
    await expect(query(`update public.mls_schedules set settings = $1 where job = 'webhooks'`, [settings]))
      .rejects.toThrow(/check constraint/)
  },
)
