import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Checkout, makeCheckout } from '../support/checkout.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'

let checkout: Checkout
let database: pg.Client
let sandbox: string

beforeAll(async () => {
  checkout = makeCheckout()
  const started = await checkout.run('start', '--detach', '--port', String(await findFreePort()))
  expect(started.code, started.stderr).toBe(0)
  const status = JSON.parse((await checkout.run('status', '--json')).stdout)
  sandbox = status.sandbox_dash_url
  database = new pg.Client(status.db_url)
  await database.connect()
})
afterAll(async () => {
  await database?.end()
  await checkout.run('stop')
  checkout.remove()
})

/** A tick is a minute; the seconds more are for the delivery itself. */
async function withinOneTick(check: () => Promise<boolean>): Promise<boolean> {
  for (const until = performance.now() + 70_000; performance.now() < until;) {
    if (await check()) return true
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return false
}

async function inDash(key: string) {
  const listings = await (await fetch(`${sandbox}/sandbox/listings`)).json()
  return listings.find((listing: { externalReference: string }) => listing.externalReference === key)
}

test('the clock takes an edit and a withdrawal to the sandbox Dash within one tick', async () => {
  const { rows: [edited, withdrawn] } = await database.query(`select l.id, l.origin_key as key
    from public.mls_listings l join public.mls_listing_syndications s on s.listing_id = l.id
    join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'SIR_GLOBAL'
    where l.status = 'PUBLISHED' and s.status = 'ACTIVE' order by l.origin_key limit 2`)
  expect(
    await withinOneTick(async () =>
      await inDash(edited.key) !== undefined && await inDash(withdrawn.key) !== undefined
    ),
  ).toBe(true)

  await database.query('update public.mls_listings set bedrooms = 77 where id = $1', [edited.id])
  await database.query(`update public.mls_listings set status = 'WITHDRAWN' where id = $1`, [withdrawn.id])
  expect(
    await withinOneTick(async () =>
      (await inDash(edited.key)).propertyDetails.noOfBedrooms === 77 &&
      (await inDash(withdrawn.key)).statusCode === 'WD'
    ),
  ).toBe(true)
  expect((await inDash(edited.key)).statusCode).not.toBe('WD')
  const told = await database.query(
    `select s.external_id, s.removed_at, s.last_error
    from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'SIR_GLOBAL'
    where s.listing_id = $1`,
    [withdrawn.id],
  )
  expect(told.rows[0]).toMatchObject({
    external_id: (await inDash(withdrawn.key)).listingGuid,
    last_error: null,
  })
  expect(told.rows[0].removed_at).not.toBeNull()
}, 240_000)
