import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { deliveryHistory } from '../../functions/_shared/delivery/history.ts'
import { claimDeliveries, finishDelivery } from '../../functions/_shared/delivery/queue.ts'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { toldOf } from '../../functions/_shared/delivery/told.ts'
import { act, claimsOf } from '../support/act.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

let database: TestDatabase
let dash: TestDash
let market: string
let count = 0

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  market = (await query(`select id from public.mls_tenants where code = 'CY'`))[0]!.id
})
beforeEach(async () => {
  vi.stubEnv('MLS_DASH_ADAPTER', 'http')
  await dash.faults({ rate: 0 })
  await query('delete from public.mls_listing_syndications')
  await query('delete from mls.portal_circuits')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows
const publish = async () => (await publishListings(database.pool, 1, `QOBRIX_HIST${++count}_`))[0]!
const update = (id: string, change: string) =>
  query(`update public.mls_listings set ${change} where id = $1`, [id])
const toDash = (listing: string) =>
  deliveryHistory(database.pool, { listing, portal: 'SIR_GLOBAL', limit: 50 })
const dueNow = () =>
  query(
    'update public.mls_listing_syndications set next_attempt_at = now() where next_attempt_at is not null',
  )

test('each delivery to Dash says when, what was asked, the answer, and what was new', async () => {
  const id = await publish()
  await runDeliveries(database.pool)
  await update(id, `bedrooms = 4, city = 'Πάφος'`)
  await runDeliveries(database.pool)
  await runDeliveries(database.pool)
  await update(id, `status = 'WITHDRAWN'`)
  await runDeliveries(database.pool)
  await update(id, `status = 'PUBLISHED'`)
  await runDeliveries(database.pool)
  const rows = (await toDash(id)).reverse()
  expect(rows).toMatchObject([
    {
      outcome: 'sent',
      status: 200,
      attempts: 1,
      calls: [{ operation: 'create', status: 201 }, { operation: 'media', status: 200 }],
      changes: null,
      error_code: null,
      portal: 'SIR_GLOBAL',
      market: 'CY',
    },
    {
      outcome: 'sent',
      calls: [{ operation: 'update', status: expect.any(Number) }],
      changes: {
        'propertyDetails.noOfBedrooms': [3, 4],
        'propertyDetails.location.city': ['Paphos', 'Πάφος'],
      },
    },
    { outcome: 'withdrawn', calls: [{ operation: 'withdraw', status: expect.any(Number) }], changes: null },
    { outcome: 'sent', changes: null },
  ])
  expect(Object.keys(rows[1]!.changes!)).toHaveLength(2)
  const times = rows.map(({ first_at, last_at }) => [Date.parse(first_at), Date.parse(last_at)])
  expect(times.flat()).toEqual(times.flat().sort((a, b) => a! - b!))
  expect(new Set(rows.map(({ payload_hash }) => payload_hash)).size).toBe(3)
})

test('failures alike stand in one row while they follow each other; another reason is another row', async () => {
  const id = await publish()
  await dash.faults({ rate: 1, kinds: ['error'] })
  for (let run = 0; run < 3; run++) {
    await runDeliveries(database.pool)
    await dueNow()
  }
  await dash.faults({ rate: 1, kinds: ['rate_limit'] })
  await runDeliveries(database.pool)
  await dash.faults({ rate: 0 })
  await query(`update public.mls_listing_syndications set next_attempt_at = now()`)
  await query('update mls.portal_circuits set open_until = null, failures = 0')
  await runDeliveries(database.pool)
  expect((await toDash(id)).reverse()).toMatchObject([
    { outcome: 'retry', error_code: 'server_error', attempts: 3, status: expect.any(Number) },
    { outcome: 'retry', error_code: 'rate_limited', attempts: 1, status: 429 },
    { outcome: 'sent', error_code: null, attempts: 1 },
  ])
})

test('what a worker took with it is told as lost, once; a report without a lease writes nothing', async () => {
  const id = await publish()
  const [job] = (await claimDeliveries(database.pool, 'deliveries', 50)).filter(({ portal }) =>
    portal.code === 'SIR_GLOBAL'
  )
  await query(
    `update public.mls_listing_syndications set leased_until = now() - interval '1 second' where leased_until is not null`,
  )
  await runDeliveries(database.pool)
  expect(await finishDelivery(database.pool, job!, { outcome: 'sent', payload_hash: 'x' })).toBe(false)
  expect((await toDash(id)).map(({ outcome }) => outcome)).toEqual(['sent', 'lost'])
})

test('a dry run says that nothing left the hub', async () => {
  vi.stubEnv('MLS_DASH_ADAPTER', 'dry-run')
  const id = await publish()
  await runDeliveries(database.pool)
  expect(await toDash(id)).toMatchObject([{
    outcome: 'sent',
    status: null,
    calls: [
      { operation: 'create', status: null, recorded: true },
      { operation: 'media', status: null, recorded: true },
    ],
  }])
})

test('a feed: an object that changed, not one that was rendered as it was', async () => {
  const id = await publish()
  const history = () => deliveryHistory(database.pool, { listing: id, portal: 'HOMESOVERSEAS', limit: 50 })
  await query(`select mls.syndicate($1, 'HOMESOVERSEAS')`, [id])
  await runFeeds(database.pool)
  await update(id, 'expiration_date = current_date + 300')
  await runFeeds(database.pool)
  await update(id, 'list_price = 321000')
  await runFeeds(database.pool)
  await update(id, `status = 'WITHDRAWN'`)
  await runFeeds(database.pool)
  expect((await history()).map(({ outcome }) => outcome)).toEqual(['withdrawn', 'sent', 'sent'])
})

test('no personal data and no long texts: they show as a new hash', async () => {
  const told = await toldOf({
    ListAgentFullName: 'Анна',
    primaryAgent: { personGuid: 'x' },
    office: { phone: '+357', name: 'Paphos' },
    PublicRemarks: 'x'.repeat(121),
    features: ['sea', 'pool'],
    remarks: [{ remark: 'call the owner' }],
    zero: 0,
    none: null,
  })
  expect(told).toEqual({
    'office.name': 'Paphos',
    PublicRemarks: expect.stringMatching(/^121 characters, sha256 [0-9a-f]{12}$/),
    features: ['sea', 'pool'],
    remarks: expect.stringMatching(/^1 items, sha256 [0-9a-f]{12}$/),
    zero: 0,
    none: null,
  })
  const id = await publish()
  await runDeliveries(database.pool)
  await update(id, `agent_id = 'somebody-else'`)
  await runDeliveries(database.pool)
  const rows = await toDash(id)
  expect(rows[0]!.changes).toEqual({})
  expect(rows[0]!.payload_hash).not.toBe(rows[1]!.payload_hash)
  expect(JSON.stringify(await query('select told from mls.delivery_told'))).not.toContain('somebody-else')
})

test('brokers read the history of listings they see, and write none', async () => {
  const id = await publish()
  await runDeliveries(database.pool)
  const seen = (claims: Record<string, unknown>) =>
    act(database.pool, claims, 'select outcome from public.mls_delivery_history where listing_id = $1', [id])
  const { admin, broker, user } = claimsOf(market)
  await update(id, `claimed_at = now(), broker_id = '${broker.sub}'`)
  expect(await seen(broker)).toMatchObject([{ outcome: 'sent' }])
  expect(await seen(admin)).toMatchObject([{ outcome: 'sent' }])
  expect(await seen(user(99))).toEqual([])
  expect(await seen({ ...admin, uoi: crypto.randomUUID() })).toEqual([])
  await expect(act(database.pool, admin, 'delete from public.mls_delivery_history')).rejects.toThrow()
  expect(await deliveryHistory(database.pool, { listing: id, limit: 1 }, market)).toHaveLength(1)
  const [hungary] = await query(`select id from public.mls_tenants where code = 'HU'`)
  await expect(deliveryHistory(database.pool, { listing: id, limit: 1 }, hungary!.id)).rejects.toThrow(
    'no such listing',
  )
})

test('rows older than 90 days go', async () => {
  const id = await publish()
  await runDeliveries(database.pool)
  await query(
    `update public.mls_delivery_history set last_at = now() - interval '91 days' where listing_id = $1`,
    [id],
  )
  await query('select mls.run_retention()')
  expect(await toDash(id)).toEqual([])
})
