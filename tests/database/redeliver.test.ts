import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

/** What operators do on a bad day: parked is not withdrawn, and what is brought again is what the listing says. */
let database: TestDatabase
let dash: TestDash
let count = 0
let id: string
let key: string

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`update public.mls_portal_definitions set is_active = code = 'SIR_GLOBAL'`)
})
beforeEach(async () => {
  await query('delete from public.mls_listing_syndications')
  const prefix = `QOBRIX_AGAIN${++count}_`
  key = `${prefix}1`
  ;[id] = await publishListings(database.pool, 1, prefix) as [string]
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const run = () => runDeliveries(database.pool)
const update = (change: string) => query(`update public.mls_listings set ${change} where id = $1`, [id])
const row = async () =>
  (await query('select * from public.mls_listing_syndications where listing_id = $1', [id]))[0]
const inDash = async () =>
  (await dash.listings()).filter(({ externalReference }) => externalReference === key)
const calls = async () => (await dash.calls()).find(({ reference }) => reference === key)
const due = () => query('update public.mls_listing_syndications set next_attempt_at = now() where true')

/** Published at Dash, then refused for its price, then mended behind the triggers' backs. */
async function park() {
  await run()
  await update('list_price = -1')
  expect(await run()).toMatchObject({ refused: 1 })
  expect(await row()).toMatchObject({ status: 'FAILED', parked_status: 'ACTIVE' })
  await query(`alter table public.mls_listings disable trigger user`)
  await update('list_price = 77')
  await query(`alter table public.mls_listings enable trigger user`)
}

const recipes: Record<string, () => Promise<unknown>> = {
  'redeliver by code': () => query(`select mls.redeliver('SIR_GLOBAL')`),
  'redeliver since a time': () => query(`select mls.redeliver('SIR_GLOBAL', now() + interval '1 hour')`),
  'redeliver by id': () =>
    query(`select mls.redeliver(id) from public.mls_portal_definitions where code = 'SIR_GLOBAL'`),
  recover: () => query('select mls.recover_deliveries()'),
  'an update of the row': due,
}

describe.each(Object.entries(recipes))('%s', (_, recipe) => {
  test('a parked listing that is published is brought there, and its failure is over', async () => {
    await park()
    await recipe()
    expect(await run()).toMatchObject({ sent: 1, withdrawn: 0, refused: 0 })
    expect(await inDash()).toMatchObject([{ statusCode: 'AC', listPrice: 77 }])
    expect(await calls()).toMatchObject({ create: 1 })
    const after = await row()
    expect(after).toMatchObject({
      status: 'ACTIVE',
      next_attempt_at: null,
      last_error_code: null,
      removed_at: null,
    })
    expect(after.pushed_version).toBe(after.desired_version)
  })

  test('a parked listing that was refused at its first attempt is created', async () => {
    await update('list_price = -1')
    await run()
    await query(`alter table public.mls_listings disable trigger user`)
    await update('list_price = 78')
    await query(`alter table public.mls_listings enable trigger user`)
    await recipe()
    expect(await run()).toMatchObject({ sent: 1, withdrawn: 0 })
    expect(await inDash()).toMatchObject([{ statusCode: 'AC', listPrice: 78 }])
  })

  test('a parked listing that was withdrawn meanwhile is withdrawn', async () => {
    await park()
    await query(`alter table public.mls_listings disable trigger user`)
    await update(`status = 'WITHDRAWN'`)
    await query(`alter table public.mls_listings enable trigger user`)
    await recipe()
    expect(await run()).toMatchObject({ withdrawn: 1, sent: 0 })
    expect(await inDash()).toMatchObject([{ statusCode: 'WD' }])
  })

  test('a removal that was parked stays a removal', async () => {
    await run()
    await query(`select public.remove_syndication($1, 'SIR_GLOBAL')`, [id])
    await query(
      `update public.mls_listing_syndications set status = 'FAILED', next_attempt_at = null where listing_id = $1`,
      [id],
    )
    await recipe()
    expect(await run()).toMatchObject({ withdrawn: 1, sent: 0 })
    expect(await row()).toMatchObject({ status: 'REMOVED', next_attempt_at: null })
  })

  test('what is there as it should be is not doubled, and a pause stays one', async () => {
    await run()
    await query(`select public.pause_syndication($1, 'SIR_GLOBAL')`, [id])
    await run()
    await recipe()
    expect(await run()).toMatchObject({ sent: 0, withdrawn: 0 })
    expect(await inDash()).toMatchObject([{ statusCode: 'AC' }])
    expect(await row()).toMatchObject({ status: 'PAUSED', next_attempt_at: null })
    await query(`select public.resume_syndication($1, 'SIR_GLOBAL')`, [id])
    await recipe()
    await run()
    expect(await inDash()).toHaveLength(1)
    expect(await calls()).toMatchObject({ create: 1 })
  })
})

test.each([
  `select mls.redeliver('SIR_GLOBAL')`,
  `select mls.redeliver_failures('SIR_GLOBAL')`,
  'select mls.recover_deliveries()',
  `update public.mls_portal_definitions set config = config || '{"note": "again"}' where code = 'SIR_GLOBAL'`,
])('a worker that reports a failure meanwhile is not in the way: %s', async (recipe) => {
  await query(
    `update public.mls_listing_syndications set last_error_code = 'http_500' where listing_id = $1`,
    [
      id,
    ],
  )
  await query(
    `insert into mls.portal_circuits (portal_id, failures)
    select portal_id, 1 from public.mls_listing_syndications where listing_id = $1 on conflict do nothing`,
    [id],
  )
  const [claimed] = await query(`select c ->> 'syndication_id' as syndication, c ->> 'lease_token' as lease
    from mls.claim_deliveries('deliveries', 1, 60) c`)
  const worker = await database.pool.connect()
  try {
    await worker.query('begin')
    await worker.query('select from public.mls_listing_syndications where id = $1 for update', [
      claimed.syndication,
    ])
    const operator = query(recipe)
    await vi.waitUntil(async () =>
      (await query(`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`)).length > 0, { timeout: 30_000 })
    await worker.query('select mls.finish_delivery($1, $2, $3)', [
      claimed.syndication,
      claimed.lease,
      { outcome: 'retry', error_code: 'http_500', error: 'down' },
    ])
    await worker.query('commit')
    await operator
  } finally {
    worker.release()
  }
  expect(await row()).toMatchObject({ attempt_count: 0 })
})

test('redeliver names what it does not know', async () => {
  await expect(query(`select mls.redeliver('NOWHERE')`)).rejects.toThrow('There is no portal NOWHERE')
  await expect(query(`select mls.redeliver(null::text)`)).rejects.toThrow('There is no portal null')
})
test('since a time, what was not attempted since is left alone', async () => {
  await run()
  const [{ made_due }] = await query(
    `select mls.redeliver('SIR_GLOBAL', now() + interval '1 hour') as made_due`,
  )
  expect(made_due).toBe(0)
})
