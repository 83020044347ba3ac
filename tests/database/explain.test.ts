import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { explainDelivery } from '../../functions/_shared/delivery/explain.ts'
import { feedFormat } from '../../functions/_shared/delivery/feeds/formats.ts'
import { runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

/** Explain tells the truth, portals in trouble open as they are set, and what is mended renders anew. */
let database: TestDatabase
let dash: TestDash
let ids: string[]
let id: string

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  ids = await publishListings(database.pool, 12, 'QOBRIX_W')
  id = ids[0]!
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const update = (change: string, some = [id]) =>
  query(`update public.mls_listings set ${change} where id = any ($1)`, [some])
const retryNow = () =>
  query('update public.mls_listing_syndications set next_attempt_at = now() where next_attempt_at > now()')
const circuit = async () =>
  (await query(
    `select c.failures, extract(epoch from c.open_until - c.opened_at)::float8 as seconds from mls.portal_circuits c
     join public.mls_portal_definitions p on p.id = c.portal_id and p.code = 'SIR_GLOBAL'`,
  ))[0]
async function why(listing = id, portal = 'SIR_GLOBAL') {
  const { shown, reasons } = (await explainDelivery(database.pool, { listing, portal })) as unknown as {
    shown: boolean
    reasons: { code: string; message: string }[]
  }
  for (const { code, message } of reasons) expect(message).not.toBe(code)
  return [shown, ...reasons.map(({ code }) => code)]
}

describe('of a portal that is sent to', () => {
  test('never pushed, then shown; by id, key, reference, and none by another', async () => {
    expect(await why()).toEqual([false, 'never_pushed'])
    await runDeliveries(database.pool)
    expect(await why()).toEqual([true])
    await update(`ref = 'CY 12/3'`)
    await runDeliveries(database.pool)
    for (const name of [id, 'QOBRIX_W1', 'CY 12/3', `MANUAL_${id}`]) {
      expect(await why(name), name).toEqual([true])
    }
    expect(await explainDelivery(database.pool, { listing: 'CY 12/4', portal: 'SIR_GLOBAL' })).toBeUndefined()
    const [hu] = await query(`select id from public.mls_tenants where code = 'HU'`)
    expect(
      await explainDelivery(database.pool, { listing: 'CY 12/3', portal: 'SIR_GLOBAL', tenantId: hu.id }),
    ).toBeUndefined()
  })

  test('a key goes before the reference of another listing', async () => {
    await update(`ref = 'R2'`, [ids[1]!])
    await update(`ref = 'QOBRIX_W2'`, [ids[4]!])
    const { listing_id } =
      (await explainDelivery(database.pool, { listing: 'QOBRIX_W2', portal: 'SIR_GLOBAL' }))!
    expect(listing_id).toBe(ids[1])
  })

  test('while it is in trouble, an older version is there', async () => {
    await query(
      `update public.mls_portal_definitions set config = config || '{"circuit_failures": 3, "circuit_seconds": 7, "backoff_seconds": 0.01}' where code = 'SIR_GLOBAL'`,
    )
    await runDeliveries(database.pool)
    await dash.faults({ rate: 1, kinds: ['error'] })
    await update('bedrooms = 5') // due first, so it is tried before the circuit opens
    await update('bedrooms = 5', ids)
    await runDeliveries(database.pool) // ten at a time: all of them under way when the circuit opens
    expect((await circuit()).seconds).toBeCloseTo(7, 0)
    expect(await why()).toEqual([true, 'retrying', 'circuit_open'])
    const [added] = await publishListings(database.pool, 1, 'QOBRIX_LATE_')
    expect(await why(added!)).toEqual([false, 'never_pushed', 'circuit_open'])

    // one that was allowed before it opened and begun after tells nothing new
    await query(
      `update public.mls_listing_syndications set lease_token = gen_random_uuid(), leased_until = now() + interval '1 min',
         leased_version = desired_version, last_attempt_at = clock_timestamp() where listing_id = $1`,
      [id],
    )
    await query(
      `select mls.finish_delivery(s.id, s.lease_token, '{"outcome": "retry", "error_code": "http_500"}')
       from public.mls_listing_syndications s where s.listing_id = $1 and s.lease_token is not null`,
      [id],
    )
    expect((await circuit()).seconds).toBeCloseTo(7, 0)

    // each attempt in vain doubles it, up to the cap
    const seconds = []
    for (let attempt = 0; attempt < 3; attempt++) {
      await query(`update mls.portal_circuits set open_until = now() - interval '1 s' where true`)
      await retryNow()
      await runDeliveries(database.pool)
      seconds.push(Math.round((await circuit()).seconds))
    }
    expect(seconds).toEqual([14, 28, 56])
    await dash.faults({ rate: 0 })
    await query(`update mls.portal_circuits set open_until = now() - interval '1 s' where true`)
    await retryNow()
    await runDeliveries(database.pool)
    await retryNow()
    await runDeliveries(database.pool)
    expect(await why()).toEqual([true])
  })

  test('parked by the portal, or by us', async () => {
    await update('list_price = -1')
    await runDeliveries(database.pool)
    expect(await why()).toEqual([false, 'refused'])
    await query(
      `update public.mls_listing_syndications set last_error_code = 'gave_up' where listing_id = $1`,
      [id],
    )
    expect(await why()).toEqual([false, 'parked'])
    await update('list_price = 1')
  })
})

describe('of a feed', () => {
  const portal = 'HOMESOVERSEAS'
  test('waits for its rendering, for the build, for a build that is refused', async () => {
    expect(await why(id, 'KYERO')).toEqual([false, 'not_syndicated'])
    expect(await why(id, portal)).toEqual([false, 'never_pushed'])
    await runFeeds(database.pool)
    expect(await why(id, portal)).toEqual([true])
    await query('delete from public.mls_feed_snapshots')
    expect(await why(id, portal)).toEqual([false, 'not_built'])
    await query(`update mls.feed_builds set result = '{"status": "failed", "message": "trial"}' where true`)
    expect(await why(id, portal)).toEqual([false, 'feed_refused'])
    await runFeeds(database.pool)
    expect(await why(id, portal)).toEqual([true])
  })

  test('a region that is added, mended or taken away renders anew what names it, and nothing else', async () => {
    await update(`city = '  Kato   Paphos'`, ids.slice(0, 3))
    await runFeeds(database.pool)
    const region = async () =>
      (await query(
        `select distinct e.body ~ '424242' as is_mapped from public.mls_feed_bodies e join public.mls_feed_entries n using (hash) where n.listing_id = $1`,
        [id],
      ))[0].is_mapped
    expect(await region()).toBe(false)
    await query(
      `insert into public.mls_portal_regions values ('homesoverseas-v4', 'city', 'kato paphos', 424242)
      on conflict (format, level, name) do update set region_id = excluded.region_id`,
    )
    expect((await runFeeds(database.pool)).rendered).toBe(3)
    expect(await region()).toBe(true)
    await query(`update public.mls_portal_regions set region_id = region_id where true`)
    expect((await runFeeds(database.pool)).rendered).toBe(0)
    await query(`update public.mls_portal_regions set region_id = 424243 where name = 'kato paphos'`)
    expect((await runFeeds(database.pool)).rendered).toBe(3)
    expect(await region()).toBe(false)
    await query(`delete from public.mls_portal_regions where name = 'kato paphos'`)
    expect((await runFeeds(database.pool)).rendered).toBe(3)
  })

  test('a newer version of a format renders all of its listings anew, once, what was refused too', async () => {
    await query(
      `update public.mls_listing_syndications s set status = 'FAILED', last_error_code = 'refused'
      from public.mls_portal_definitions p where p.id = s.portal_id and p.code = 'HOMESOVERSEAS' and s.listing_id = $1`,
      [ids[1]],
    )
    const format = feedFormat('homesoverseas-v4')!
    const { version } = format
    format.version = 1_000
    expect((await runFeeds(database.pool)).rendered).toBe(13)
    expect((await runFeeds(database.pool)).rendered).toBe(0)
    expect(await why(ids[1], portal)).toEqual([true])
    format.version = version // an older function that still runs beside the new one
    expect((await runFeeds(database.pool)).rendered).toBe(0)
  })
})
