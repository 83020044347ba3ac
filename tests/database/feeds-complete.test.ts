import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { feedReport, findFeed } from '../../functions/_shared/delivery/feeds/find-feed.ts'
import { feedFormat } from '../../functions/_shared/delivery/feeds/formats.ts'
import { type FeedRun, runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { type Selection, streamFeed } from '../../functions/_shared/delivery/feeds/stream-feed.ts'
import { act, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { parseFeed, schemaFaults } from '../support/homesoverseas-schema.ts'
import { kyeroFaults, kyeroProperties } from '../support/kyero-schema.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { rounds } from '../support/tiers.ts'
import { textAt } from '../support/xml-schema.ts'
import { trovitFaults } from '../support/trovit-schema.ts'
import { yandexFaults } from '../support/yandex-realty-schema.ts'

/** A market larger than any limit of a format, in every feed of its own: 2,500 listings with MLS_TEST_LONG=1. */
const amount = rounds(1_200, 2_500)
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`update public.mls_offices set phone = '+357 26 000000' where office_key = 'SHARPSIR-CY-001'`)
  await query('update public.mls_portal_definitions set auto_syndicate = false')
  await publishListings(database.pool, amount, 'QOBRIX_F')
  await query(`insert into public.mls_listing_syndications (listing_id, portal_id)
    select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id
    where p.channel_type = 'FEED'`)
  await configure('TROVIT', { page_url: 'https://example.com/{ref}' })
  await run()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
/** Until nothing is left to render, as the clock does. */
async function run(): Promise<FeedRun> {
  let last: FeedRun
  do last = await runFeeds(database.pool, { limit: 10_000 })
  while (last.rendered > 0)
  return last
}
async function file(name: string, selection: Selection = 'file'): Promise<string> {
  const feed = (await findFeed(database.pool, name))!
  return await new Response(
    streamFeed(database.pool, feed.snapshot!, feedFormat(feed.snapshot!.format)!, selection),
  )
    .text()
}
const configure = (portal: string, config: object) =>
  query(`update public.mls_portal_definitions set config = config || $2 where code = $1`, [
    portal,
    JSON.stringify(config),
  ])
const explain = async (id: string, portal: string) =>
  (await query('select public.explain_syndication($1, $2) as why', [id, portal]))[0].why

describe(`a market of ${amount} listings`, () => {
  test('is complete in every format that has no limit', async () => {
    const json = JSON.parse(await file('mls-feed-cy.json'))
    expect(new Set(json.value.map(({ ListingKey }: { ListingKey: string }) => ListingKey)).size).toBe(amount)
    // every object is counted; a part is read against the schema, since objects are rendered one by one
    const ids = (xml: string, pattern: RegExp) => new Set([...xml.matchAll(pattern)].map(([, id]) => id)).size
    expect(ids(await file('kyero-cy.xml'), /^<id>(\d+)<\/id>$/gm)).toBe(amount)
    expect(ids(await file('trovit-cy.xml'), /^<id>(\d+)<\/id>$/gm)).toBe(amount)
    expect(ids(await file('yandex-cy.xml'), /^<offer internal-id="(QOBRIX_F\d+)">$/gm)).toBe(amount)
    expect(kyeroFaults(await file('kyero-cy.xml', { newest: 150 }))).toEqual([])
    expect(trovitFaults(await file('trovit-cy.xml', { newest: 150 }))).toEqual([])
    expect(yandexFaults(await file('yandex-cy.xml', { newest: 150 }))).toEqual([])
  })

  test('is cut to a thousand for HomesOverseas, and says so everywhere', async () => {
    const xml = await file('homesoverseas.xml')
    expect(schemaFaults(xml)).toEqual([])
    const shown = parseFeed(xml).map(({ ref }) => String(ref))
    expect(shown).toHaveLength(1_000)
    const feed = (await findFeed(database.pool, 'homesoverseas.xml'))!
    expect(await feedReport(database.pool, feed)).toMatchObject({
      objects: amount,
      max_objects: 1_000,
      cut: amount - 1_000,
    })
    expect((await run()).builds).toMatchObject({
      'CY/HOMESOVERSEAS': { status: 'unchanged', objects: amount, max_objects: 1_000, cut: amount - 1_000 },
      'CY/KYERO': { status: 'unchanged', objects: amount, max_objects: null, cut: 0 },
    })
    const [{ status }] = await query('select mls.operations_status() as status')
    const cuts = status.feeds.map(({ cut }: { cut: number }) => cut).filter((cut: number) => cut > 0)
    expect(cuts).toEqual([amount - 1_000])

    const rows = await query('select id, ref, tenant_id from public.mls_listings order by ref')
    for (const { id, ref } of rows.filter((_, index) => index % 47 === 0)) {
      const why = await explain(id, 'HOMESOVERSEAS')
      const isShown = shown.includes(ref)
      expect(why.shown, ref).toBe(isShown)
      expect(why.reasons.map(({ code }: { code: string }) => code)).toEqual(isShown ? [] : ['cut'])
      expect(await explain(id, 'KYERO')).toMatchObject({ shown: true, reasons: [] })
    }
    const { id, tenant_id } = rows.find(({ ref }) => !shown.includes(ref))!
    const ask = `select public.explain_syndication($1, 'HOMESOVERSEAS') as why`
    const [seen] = await act(database.pool, claimsOf(tenant_id).admin, ask, [id])
    expect(seen!.why).toMatchObject({ shown: false, reasons: [{ code: 'cut' }] })
    const elsewhere = claimsOf('00000000-0000-4000-8000-000000000000').admin
    const [hidden] = await act(
      database.pool,
      elsewhere,
      `select mls.feed_cuts(p.id, $1) as cuts from (values ($2::uuid)) p (id)`,
      [
        id,
        (await findFeed(database.pool, 'homesoverseas.xml'))!.portal,
      ],
    )
    expect(hidden!.cuts).toBe(false)
  })

  test('can be had whole by a limit in the path, newest first', async () => {
    const ids = parseFeed(await file('homesoverseas.xml', { newest: 10_000 })).map(({ objectid }) =>
      Number(objectid)
    )
    expect(ids).toEqual(Array.from({ length: amount }, (_, index) => amount - index))
    expect(parseFeed(await file('homesoverseas.xml', { newest: 3 }))).toHaveLength(3)
  })

  test('max_objects of a portal goes before the limit of the format, in either direction', async () => {
    await configure('HOMESOVERSEAS', { max_objects: 1_100 })
    await configure('KYERO', { max_objects: 10 })
    const built = await runFeeds(database.pool)
    expect(built.rendered).toBe(0)
    expect(built.builds).toMatchObject({
      'CY/HOMESOVERSEAS': { max_objects: 1_100, cut: amount - 1_100 },
      'CY/KYERO': { max_objects: 10, cut: amount - 10 },
    })
    expect(parseFeed(await file('homesoverseas.xml'))).toHaveLength(1_100)
    const properties = kyeroProperties(await file('kyero-cy.xml'))
    expect(properties.map((property) => Number(textAt(property, 'id')))).toEqual(
      Array.from({ length: 10 }, (_, index) => amount - index),
    )
    const [{ id }] = await query(`select l.id from public.mls_listings l
      join public.mls_feed_object_ids o on o.listing_key = l.origin_key
      join public.mls_portal_definitions p on p.id = o.portal_id and p.code = 'KYERO' where o.object_id = 5`)
    expect(await explain(id, 'KYERO')).toMatchObject({
      shown: false,
      publishable: true,
      reasons: [{ code: 'cut' }],
    })
    await query(
      `update public.mls_portal_definitions set config = config - 'max_objects' where config ? 'max_objects'`,
    )
    expect((await run()).builds).toMatchObject({ 'CY/KYERO': { status: 'built', max_objects: null, cut: 0 } })
    expect((await file('kyero-cy.xml')).match(/<property>/g)).toHaveLength(amount)
  })
})
