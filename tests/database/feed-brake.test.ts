import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { feedReport, findFeed } from '../../functions/_shared/delivery/feeds/find-feed.ts'
import { feedFormat } from '../../functions/_shared/delivery/feeds/formats.ts'
import { runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { streamFeed } from '../../functions/_shared/delivery/feeds/stream-feed.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { parseFeed } from '../support/homesoverseas-schema.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

/** The brake of feeds: what somebody took off leaves, what vanishes without a reason stays, all else goes out. */
let database: TestDatabase
let count = 0
let ids: string[]
let prefix: string

beforeAll(async () => {
  database = await createDatabase()
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(
    `update public.mls_portal_definitions set is_active = code = 'HOMESOVERSEAS', requires_fields = '{city}'`,
  )
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const portal = 'CY/HOMESOVERSEAS'
const build = async (force = false) => (await runFeeds(database.pool, { force })).builds[portal]!
const update = (some: string[], change: string) =>
  query(`update public.mls_listings set ${change} where id = any ($1)`, [some])
const setStatus = (some: string[], status: string) =>
  query('update public.mls_listing_syndications set status = $2 where listing_id = any ($1)', [some, status])
async function served() {
  const feed = (await findFeed(database.pool, 'homesoverseas.xml'))!
  const format = feedFormat(feed.snapshot!.format)!
  return parseFeed(await new Response(streamFeed(database.pool, feed.snapshot!, format, 'file')).text())
}
const refs = async () =>
  (await served()).map(({ ref }) => Number(String(ref).slice(prefix.length))).sort((a, b) => a - b)
const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

/** A market that is served so many objects. */
async function market(amount: number) {
  await query('delete from public.mls_feed_snapshots')
  await query('delete from mls.feed_builds')
  await query('delete from public.mls_listing_syndications')
  await query('delete from public.mls_feed_entries')
  prefix = `QOBRIX_BRAKE${++count}_`
  ids = await publishListings(database.pool, amount, prefix)
  await query(
    `insert into public.mls_listing_syndications (listing_id, portal_id)
     select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id and p.code = 'HOMESOVERSEAS'
     where l.id = any ($1) on conflict do nothing`,
    [ids],
  )
  expect(await build()).toMatchObject({ status: 'built', objects: amount })
}

test('one withdrawal in a market of four leaves, and the new price of another goes out', async () => {
  await market(4)
  await update([ids[0]!], `status = 'WITHDRAWN'`)
  await update([ids[1]!], 'list_price = 7')
  expect(await build()).toMatchObject({ status: 'built', objects: 3, vanish: 1 })
  expect(await refs()).toEqual([2, 3, 4])
  expect((await served()).find(({ ref }) => ref === `${prefix}2`)).toMatchObject({ price: { sale: '7' } })
})

describe.each<[string, (some: string[]) => Promise<unknown>]>([
  ['withdrawn', (some) => update(some, `status = 'WITHDRAWN'`)],
  ['sold', (some) => update(some, `status = 'SOLD'`)],
  ['under offer', (some) => update(some, `status = 'UNDER_OFFER'`)],
  ['deleted at the source', (some) => update(some, 'origin_deleted = true')],
  ['excluded from marketing', (some) => update(some, 'x_sm_excluded_from_marketing = true')],
  ['hidden online', (some) => update(some, 'hide_listing_online = true')],
  [
    'not to be shown on the internet, says the source',
    (some) => update(some, `extensions = extensions || '{"InternetEntireListingDisplayYN": "No"}'`),
  ],
  ['paused', (some) => setStatus(some, 'PAUSED')],
  ['taken off', (some) => setStatus(some, 'REMOVED')],
  [
    'no longer syndicated',
    (some) => query('delete from public.mls_listing_syndications where listing_id = any ($1)', [some]),
  ],
])('what was %s', (_, leave) => {
  test('leaves at once, though it is nearly all', async () => {
    await market(30)
    await leave(ids.slice(0, 28))
    expect(await build()).toMatchObject({ status: 'built', objects: 2, vanish: 28 })
    expect(await refs()).toEqual([29, 30])
  })
})

describe('what vanishes without a reason', () => {
  beforeEach(() => market(30))

  test('is held back and named; withdrawals and changes go out beside it', async () => {
    await update(ids.slice(0, 10), `city = ''`)
    await update(ids.slice(10, 15), `status = 'WITHDRAWN'`)
    await update([ids[20]!], 'list_price = 7')
    const added = await publishListings(database.pool, 1, 'QOBRIX_BRAKE_NEW_')
    await query(`select mls.syndicate($1, 'HOMESOVERSEAS')`, [added[0]])
    const held = all(1, 10).map((n) => prefix + n).sort()
    const result = await build()
    expect(result).toMatchObject({
      status: 'refused',
      reason: 'shrink',
      held: 10,
      holding: held,
      rest: 'built',
      objects: 26,
    })
    const objects = await served()
    expect(objects.map(({ ref }) => ref).sort()).toEqual(
      [...all(1, 10), ...all(16, 30)].map((n) => prefix + n).concat('QOBRIX_BRAKE_NEW_1').sort(),
    )
    expect(objects.find(({ ref }) => ref === `${prefix}21`)).toMatchObject({ price: { sale: '7' } })

    const report = await feedReport(database.pool, (await findFeed(database.pool, 'homesoverseas.xml'))!)
    expect(report).toMatchObject({
      objects: 16,
      held: 10,
      holding: held,
      vanish: 10,
      reasons: { unexplained: 10 },
    })
    const [alert] = await query(
      `select subject, message from mls.alert_conditions() where code = 'feed_refused'`,
    )
    expect(alert.subject).toBe(portal)
    for (const key of held) expect(alert.message).toContain(key)

    // again and again: it stays held, and what is taken off of it leaves
    expect(await build()).toMatchObject({ status: 'refused', held: 10 })
    await update([ids[0]!], `status = 'WITHDRAWN'`)
    expect(await build()).toMatchObject({ status: 'refused', held: 9, rest: 'built' })
    expect(await refs()).not.toContain(1)

    // mended: the file is whole, and the alert is over
    await update(ids.slice(1, 10), `city = 'Paphos'`)
    expect(await build()).toMatchObject({ objects: 25 })
    expect(await query(`select 1 from mls.alert_conditions() where code = 'feed_refused'`)).toEqual([])
  })

  test('leaves by force', async () => {
    await update(ids.slice(0, 10), `city = ''`)
    await build()
    expect(await build(true)).toMatchObject({ status: 'built', objects: 20, vanish: 10 })
    expect(await refs()).toEqual(all(11, 30))
    expect(await build()).toMatchObject({ status: 'unchanged' })
    expect(await query(`select 1 from mls.alert_conditions() where code = 'feed_refused'`)).toEqual([])
  })

  test('leaves where it is few, by number or by share', async () => {
    await update(ids.slice(0, 6), `city = ''`) // 6 of 30: not more than a fifth
    expect(await build()).toMatchObject({ status: 'built', objects: 24 })
    await market(6)
    await update(ids.slice(0, 5), `city = ''`) // 5 of 6: not more than five
    expect(await build()).toMatchObject({ status: 'built', objects: 1 })
  })

  test('rows that are gone, and those that the format refuses, are held too', async () => {
    await query('delete from public.mls_listings where id = any ($1)', [ids.slice(0, 7)])
    expect(await build()).toMatchObject({ status: 'refused', held: 7 })
    expect(await refs()).toEqual(all(1, 30))
  })

  test('limits are settings of the portal', async () => {
    await query(
      `update public.mls_portal_definitions set config = config || '{"min_shrink": 1, "max_shrink": 0}' where code = 'HOMESOVERSEAS'`,
    )
    await update(ids.slice(0, 2), `city = ''`)
    expect(await build()).toMatchObject({ status: 'refused', held: 2 })
    await query(
      `update public.mls_portal_definitions set config = config - array['min_shrink', 'max_shrink'] where code = 'HOMESOVERSEAS'`,
    )
  })
})

test('a withdrawal leaves an old file too that waits for another format, and before its rendering has its turn', async () => {
  await market(8)
  await query(
    `update public.mls_portal_definitions set config = config || '{"format": "reso-json"}' where code = 'HOMESOVERSEAS'`,
  )
  await update([ids[0]!], `status = 'WITHDRAWN'`)
  const { builds } = await runFeeds(database.pool, { limit: 0 }) // nothing is rendered in this run
  expect(builds[portal]).toMatchObject({ status: 'waiting', rest: 'built', objects: 7 })
  expect(await refs()).toEqual(all(2, 8))
  await query(
    `update public.mls_portal_definitions set config = config || '{"format": "homesoverseas-v4"}' where code = 'HOMESOVERSEAS'`,
  )
})
