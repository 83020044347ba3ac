import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { claimDeliveries } from '../../functions/_shared/delivery/queue.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

let database: TestDatabase
let dash: TestDash

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  vi.stubEnv('MLS_DASH_TIMEOUT_MS', '400')
  await seedMarkets(database.pool)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash.close()
  await database.drop()
})
afterEach(() => dash.faults({ rate: 0, latency_ms: 0 }))

const row = async (id: string, portal = 'SIR_GLOBAL') => {
  const { rows } = await database.pool.query(
    `select s.* from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
     where s.listing_id = $1 and p.code = $2`,
    [id, portal],
  )
  return rows[0]
}
const update = (id: string, change: string) =>
  database.pool.query(`update public.mls_listings set ${change} where id = $1`, [id])
const inDash = async (key: string) =>
  (await dash.listings()).filter(({ externalReference }) => externalReference === key)
const callsOf = async (key: string) => (await dash.calls()).find(({ reference }) => reference === key)!

describe('a listing on its way to Dash', () => {
  test('publish creates, edit updates, withdraw withdraws, publish again brings back', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_TOUR_')
    const key = 'QOBRIX_TOUR_1'
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1 })
    let [listing] = await inDash(key)
    expect(listing).toMatchObject({
      statusCode: 'AC',
      listPrice: 100001,
      propertyDetails: {
        noOfBedrooms: 3,
        livingArea: 120.5,
        livingAreaUnitCode: 'SM',
        location: { city: 'Paphos' },
      },
    })
    expect(listing!.media).toHaveLength(1)
    expect(await row(id!)).toMatchObject({
      status: 'ACTIVE',
      external_id: listing!.listingGuid,
      external_url: listing!.listingUrl,
      attempt_count: 0,
      last_error: null,
    })

    await update(id!, 'bedrooms = 4')
    await runDeliveries(database.pool)
    expect((await inDash(key))[0]).toMatchObject({ propertyDetails: { noOfBedrooms: 4 } })
    expect(await callsOf(key)).toMatchObject({ create: 1, update: 1, media: 1, unchanged: 0 })

    await update(id!, "status = 'WITHDRAWN'")
    expect(await runDeliveries(database.pool)).toMatchObject({ withdrawn: 1 })
    expect((await inDash(key))[0]).toMatchObject({ statusCode: 'WD' })
    expect((await row(id!)).removed_at).not.toBeNull()

    await update(id!, "status = 'PUBLISHED'")
    await runDeliveries(database.pool)
    ;[listing] = await inDash(key)
    expect(listing).toMatchObject({ statusCode: 'AC' })
    expect((await row(id!)).removed_at).toBeNull()
    expect(await inDash(key)).toHaveLength(1)
  })

  test('what Dash would not see as a change is not sent', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_SAME_')
    await runDeliveries(database.pool)
    const before = await callsOf('QOBRIX_SAME_1')
    await update(id!, "private_remarks = 'for the office only'")
    expect(await runDeliveries(database.pool)).toMatchObject({ unchanged: 1, sent: 0 })
    expect(await callsOf('QOBRIX_SAME_1')).toEqual(before)
  })

  test('a burst of edits is one delivery of the last state', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_BURST_')
    for (let price = 1; price <= 20; price++) await update(id!, `list_price = ${price}`)
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1 })
    expect(await callsOf('QOBRIX_BURST_1')).toMatchObject({ create: 1, update: 0 })
    expect((await inDash('QOBRIX_BURST_1'))[0]).toMatchObject({ listPrice: 20 })
  })

  test('a refusal parks the listing with its reason; an edit tries again', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_BAD_')
    await update(id!, 'list_price = -1')
    expect(await runDeliveries(database.pool)).toMatchObject({ refused: 1 })
    expect(await row(id!)).toMatchObject({
      status: 'FAILED',
      last_error_code: 'refused',
      next_attempt_at: null,
    })
    expect((await row(id!)).last_error).toContain('listPrice must be a number, 0 or more.')
    await update(id!, 'list_price = 5')
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1 })
    expect(await row(id!)).toMatchObject({ status: 'ACTIVE', last_error: null })
  })

  test('a pause holds edits back but never a withdrawal', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_PAUSE_')
    await runDeliveries(database.pool)
    await database.pool.query(`select public.pause_syndication($1, 'SIR_GLOBAL')`, [id])
    await update(id!, 'list_price = 7')
    await runDeliveries(database.pool)
    expect((await inDash('QOBRIX_PAUSE_1'))[0]).toMatchObject({ listPrice: 100001 })
    await update(id!, "status = 'WITHDRAWN'")
    await runDeliveries(database.pool)
    expect((await inDash('QOBRIX_PAUSE_1'))[0]).toMatchObject({ statusCode: 'WD' })
  })

  test('excluded from marketing after publication is taken off', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_EXCL_')
    await runDeliveries(database.pool)
    await update(id!, 'x_sm_excluded_from_marketing = true')
    expect(await runDeliveries(database.pool)).toMatchObject({ withdrawn: 1 })
    const { rows } = await database.pool.query(`select public.explain_syndication($1, 'SIR_GLOBAL') as why`, [
      id,
    ])
    expect(rows[0].why).toMatchObject({ publishable: false, reasons: [{ code: 'excluded_from_marketing' }] })
  })

  test('a refused token is renewed once', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_TOKEN_')
    await dash.revokeTokens()
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1, retry: 0 })
    expect((await row(id!)).external_id).not.toBeNull()
  })

  test('a portal in phase PULL is sent nothing', async () => {
    await database.pool.query(
      `update public.mls_portal_definitions set phase = 'PULL' where code = 'SIR_GLOBAL'`,
    )
    await publishListings(database.pool, 1, 'QOBRIX_PULL_')
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 0, none: 0 })
    expect(await inDash('QOBRIX_PULL_1')).toEqual([])
    await database.pool.query(
      `update public.mls_portal_definitions set phase = 'PUSH_ONLY' where code = 'SIR_GLOBAL'`,
    )
    await runDeliveries(database.pool)
    expect(await inDash('QOBRIX_PULL_1')).toHaveLength(1)
  })
})

describe('while a delivery is under way', () => {
  test('edit, withdrawal and re-publication end in the last state', async () => {
    const [id] = await publishListings(database.pool, 1, 'QOBRIX_FLIGHT_')
    await dash.faults({ latency_ms: 150 })
    for (
      const change of ['list_price = 11', "status = 'WITHDRAWN'", "status = 'PUBLISHED', list_price = 12"]
    ) {
      const running = runDeliveries(database.pool)
      await new Promise((resolve) => setTimeout(resolve, 60))
      await update(id!, change)
      await running
    }
    await runDeliveries(database.pool)
    expect(await inDash('QOBRIX_FLIGHT_1')).toMatchObject([{ statusCode: 'AC', listPrice: 12 }])
    expect(await callsOf('QOBRIX_FLIGHT_1')).toMatchObject({ create: 1, unchanged: 0 })
    expect(await row(id!)).toMatchObject({ next_attempt_at: null })
  })

  test('two workers never have the same delivery', async () => {
    await publishListings(database.pool, 20, 'QOBRIX_TWO_')
    const batches = await Promise.all([1, 2, 3].map(() => claimDeliveries(database.pool, 'deliveries', 10)))
    const claimed = batches.flat().map(({ syndication_id }) => syndication_id)
    expect(new Set(claimed).size).toBe(claimed.length)
    expect(claimed).toHaveLength(20)
    await database.pool.query(
      `update public.mls_listing_syndications set leased_until = now() - interval '1 second' where leased_until is not null`,
    )
    await runDeliveries(database.pool)
  })
})
