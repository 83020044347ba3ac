import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { feedReport, findFeed } from '../../functions/_shared/delivery/feeds/find-feed.ts'
import { runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

/** The brake of feeds before rules of a portal: a rule that empties a file is named before it does, and let pass by a person. */
let database: TestDatabase
let ids: string[]
let prefix: string
let count = 0

beforeAll(async () => {
  database = await createDatabase()
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`update public.mls_portal_definitions set is_active = code = 'MLS_FEED'`)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const file = 'mls-feed-cy.json'
const build = async (force = false) => (await runFeeds(database.pool, { force })).builds['CY/MLS_FEED']!
const change = (changes: string) =>
  query(
    `update public.mls_portal_definitions set ${changes}
     where code = 'MLS_FEED' and tenant_id = (select id from public.mls_tenants where code = 'CY')`,
  )
const update = (some: string[], changes: string) =>
  query(`update public.mls_listings set ${changes} where id = any ($1)`, [some])
const report = async () => await feedReport(database.pool, (await findFeed(database.pool, file))!)
const alerts = () => query(`select message from mls.alert_conditions() where code = 'feed_refused'`)
const plain = `phase = 'PUSH_ONLY', statuses = '{PUBLISHED}', requires_fields = '{}',
  config = '{"format": "reso-json", "file": "mls-feed-cy.json"}'`

/** A feed of thirty, with nothing of the test before. */
beforeEach(async () => {
  await query('delete from public.mls_feed_snapshots')
  await query('delete from mls.feed_builds')
  await query('delete from public.mls_listing_syndications')
  await query('delete from public.mls_feed_entries')
  await change(plain)
  prefix = `QOBRIX_RULE${++count}_`
  ids = await publishListings(database.pool, 30, prefix)
  await update(ids, 'is_externally_managed = true')
  await query(
    `insert into public.mls_listing_syndications (listing_id, portal_id)
     select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id and p.code = 'MLS_FEED'
     where l.id = any ($1) on conflict do nothing`,
    [ids],
  )
  expect(await build()).toMatchObject({ status: 'built', objects: 30 })
})

describe.each<[rule: string, what: string, changes: string]>([
  ['missing_year_built', 'a field more is required', `requires_fields = '{city,year_built}'`],
  ['externally_managed', 'only what the hub owns', `config = config || '{"owned_only": true}'`],
  ['not_sir_branded', 'only what is of the brand', `config = config || '{"sir_branded_only": true}'`],
  ['status_not_carried', 'other statuses', `statuses = '{UNDER_OFFER}'`],
  ['managed_there', 'another origin', `config = config || '{"origin_systems": ["QOBRIX"]}'`],
])('%s: %s', (rule, _, changes) => {
  test('holds back all but what was taken off, until it is undone or let pass', async () => {
    await change(changes)
    expect(await build()).toMatchObject({ status: 'refused', held: 30 })
    await change(plain)
    expect(await build()).toMatchObject({ status: 'unchanged', objects: 30 })
    expect(await alerts()).toEqual([])

    await change(changes)
    await update(ids.slice(0, 3), `status = 'SOLD'`)
    expect(await build()).toMatchObject({ status: 'refused', held: 27, rules: { [rule]: 27 }, objects: 27 })
    const { rules, reasons, holding } = await report()
    expect([rules, reasons]).toEqual([{ [rule]: 27 }, { unexplained: 27 }])
    const [alert] = await alerts()
    expect(alert.message).toContain(`${rule} 27`)
    expect(alert.message).toContain((holding as string[])[0])
    expect(alert.message).toContain(`POST /egress/feeds/${file}?force=true`)

    // it stays held, and what is taken off of it leaves
    await update(ids.slice(3, 5), `status = 'WITHDRAWN'`)
    expect(await build()).toMatchObject({ status: 'refused', held: 25, objects: 25 })
    await update(ids.slice(5, 6), `status = 'SOLD'`)
    expect(await build()).toMatchObject({ status: 'refused', held: 24, objects: 24 })

    expect(await build(true)).toMatchObject({ status: 'built', objects: 0 })
    expect(await build()).toMatchObject({ status: 'unchanged', objects: 0 })
    expect(await alerts()).toEqual([])
  })
})

test('several rules are counted apart, with rows that are gone', async () => {
  await change(`requires_fields = '{year_built}'`)
  await update(ids.slice(0, 12), 'year_built = 2001')
  await change(`config = config || '{"sir_branded_only": true}'`)
  await update(ids.slice(12), 'x_sm_is_sir_branded = true')
  await query('delete from public.mls_listings where id = any ($1)', [ids.slice(28)])
  expect(await build()).toMatchObject({
    status: 'refused',
    rules: { not_sir_branded: 12, missing_year_built: 16, row_gone: 2 },
  })
})

test('what the format cannot say is called refused', async () => {
  await update(ids, 'latitude = 35, longitude = 33')
  await change(`config = config || '{"format": "kyero-v3"}'`)
  expect(await build()).toMatchObject({ status: 'built', objects: 30 })
  await update(ids.slice(0, 10), 'list_price = null')
  expect(await build()).toMatchObject({ status: 'refused', held: 10, rules: { refused: 10 } })
})

test('a status that was let in and not used since is a listing’s own again', async () => {
  await change(`statuses = '{PUBLISHED,UNDER_OFFER}'`)
  expect(await build()).toMatchObject({ status: 'unchanged' })
  await change(`statuses = '{PUBLISHED}'`)
  expect(await build()).toMatchObject({ status: 'unchanged' })
  await update(ids.slice(0, 20), `status = 'UNDER_OFFER'`)
  expect(await build()).toMatchObject({ status: 'built', objects: 10, vanish: 20 })
})

test('what a portal carried and does not any more is held, though it is not published', async () => {
  await change(`statuses = '{PUBLISHED,UNDER_OFFER}'`)
  await update(ids.slice(0, 20), `status = 'UNDER_OFFER'`)
  expect(await build()).toMatchObject({ objects: 30 })
  await change(`statuses = '{PUBLISHED}'`)
  expect(await build()).toMatchObject({ status: 'refused', held: 20, rules: { status_not_carried: 20 } })
  await update(ids.slice(0, 20), `status = 'SOLD'`)
  expect(await build()).toMatchObject({ status: 'built', objects: 10 })
})

test('an address that is hidden, or has no region, takes nothing out', async () => {
  await update(
    ids.slice(0, 20),
    `extensions = coalesce(extensions, '{}') || '{"InternetAddressDisplayYN": "No"}'`,
  )
  expect(await build()).toMatchObject({ objects: 30 })
  await query('delete from public.mls_portal_regions')
  expect(await build()).toMatchObject({ objects: 30 })
})
