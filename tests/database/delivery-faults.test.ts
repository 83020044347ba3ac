import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { runDoomedWorkers } from '../support/doomed-workers.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { rounds } from '../support/tiers.ts'

/** Enough to meet every fault in every step many times over: the recipes go through all of it again. */
const amount = rounds(160, 1_000)

/** What an operator does on a bad day, at moments of which nobody knows whether they are good ones. */
const recipes = [
  `select mls.redeliver('SIR_GLOBAL')`,
  `select mls.redeliver('SIR_GLOBAL', now() - interval '5 seconds')`,
  `select mls.redeliver_failures('SIR_GLOBAL')`,
  'select mls.recover_deliveries()',
]

let database: TestDatabase
let dash: TestDash

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  await seedMarkets(database.pool)
  // The rhythm of a test: seconds instead of hours. The circuit stays shut: it would only lengthen the wait.
  await database.pool.query(`update public.mls_portal_definitions
    set config = config || '{"backoff_seconds": 0.1, "backoff_cap_seconds": 1, "max_attempts": 200, "circuit_failures": 100000}'
    where code = 'SIR_GLOBAL'`)
})
afterAll(async () => {
  await dash.close()
  await database.drop()
})

async function due(): Promise<number> {
  const { rows } = await database.pool.query(`select count(*)::int as n
    from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
    where p.code = 'SIR_GLOBAL' and s.next_attempt_at is not null`)
  return rows[0].n
}

test(
  'with 30 % of calls failing in every way, workers killed and recipes applied, each listing is in Dash once with its last state',
  async () => {
    const ids = await publishListings(database.pool, amount)
    // one that Dash will never take, due before all others
    await database.pool.query('update public.mls_listings set list_price = -1 where id = $1', [ids[0]])
    await dash.faults({ rate: 0.3, hang_ms: 2_000 })
    const environment = { ...dash.environment, SUPABASE_DB_URL: database.url, MLS_DASH_TIMEOUT_MS: '1000' }

    let edited = false
    const left = [...recipes, ...recipes].sort(() => Math.random() - 0.5)
    const killed = await runDoomedWorkers('deliveries', environment, async () => {
      const waiting = await due()
      if (edited && left.length > 0 && Math.random() < 0.2) await database.pool.query(left.pop()!)
      if (!edited && waiting < amount / 2) {
        edited = true
        await database.pool.query(`update public.mls_listings set bedrooms = 9 where id = any ($1)`, [
          ids.slice(amount / 4, amount / 2),
        ])
        await database.pool.query(`update public.mls_listings set status = 'WITHDRAWN' where id = any ($1)`, [
          ids.slice(amount / 2, amount * 3 / 4),
        ])
        return false
      }
      return edited && left.length === 0 && waiting === 0
    })
    expect(killed).toBeGreaterThan(0)

    const listings = await dash.listings()
    const references = listings.map(({ externalReference }) => externalReference)
    expect(new Set(references).size).toBe(references.length)
    const { rows } = await database.pool.query(`
    select l.origin_key, l.status, l.list_price::float8, l.bedrooms, s.status as syndication, s.external_id
    from public.mls_listings l join public.mls_listing_syndications s on s.listing_id = l.id
    join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'SIR_GLOBAL'`)
    const byReference = new Map(listings.map((listing) => [listing.externalReference, listing]))
    for (const { origin_key, status, list_price, bedrooms, syndication, external_id } of rows) {
      if (list_price === -1) {
        expect(syndication).toBe('FAILED')
        continue
      }
      const there = byReference.get(origin_key)
      if (status === 'WITHDRAWN') {
        if (there) expect(there.statusCode).toBe('WD')
        continue
      }
      expect(syndication).toBe('ACTIVE')
      expect(there, origin_key).toMatchObject({
        listingGuid: external_id,
        statusCode: 'AC',
        listPrice: list_price,
        propertyDetails: { noOfBedrooms: bedrooms },
      })
      expect(there!.media).toHaveLength(1)
    }
    const calls = await dash.calls()
    expect(calls.filter(({ create }) => create !== 1)).toEqual([])
    // A call still on its way when its worker was killed or gave up can land after the next one has asked: that one
    // sends it again. Nobody can know better, and it is rare.
    const unchanged = calls.reduce((sum, call) => sum + call.unchanged, 0)
    expect(unchanged).toBeLessThanOrEqual(Math.ceil(amount / 100))
    console.log(`${amount} listings, ${killed} workers killed, 0 duplicates, ${unchanged} unchanged calls`)
  },
  300_000,
)
