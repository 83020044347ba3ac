import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guidOf } from '../support/sources/dash-listing.ts'
import { type DashMarket, openDashMarket } from '../support/sources/dash-market.ts'

/**
 * A market whose listings go to Dash and are read back from it by the source DASH_API, in each phase: one home for each
 * listing, changes from the other side only where they are followed, and nothing that was pushed counts as a change.
 */
let market: DashMarket
beforeAll(async () => {
  market = await openDashMarket()
})
afterAll(() => market?.close())

describe('PULL: Dash is the source and is sent nothing', () => {
  test('what Dash says is followed, and no edit here reaches it', async () => {
    await market.phase('PULL')
    const id = await market.claimed(1)
    expect(await market.deliver()).toMatchObject({ sent: 0, withdrawn: 0 })
    await market.query(`update public.mls_listings set list_price = 7, name = 'Mine' where id = $1`, [id])
    await market.deliver()
    expect(await market.thereOf(guidOf(1))).toMatchObject({ listPrice: 100_001 })
    expect(await market.callsOf(guidOf(1))).toBeUndefined()
    await market.atDash({ listingGuid: guidOf(1), listPrice: 120_000 })
    expect(await market.pull('DELTA')).toMatchObject({ counts: { track: 1, insert: 0 } })
    expect(await market.hereOf(id)).toMatchObject({
      price: 120_000,
      name: 'Mine',
      photos: 2,
      prices_followed: 1,
    })
    await market.settle()
    expect(await market.callsOf(guidOf(1))).toBeUndefined()
  })
})

describe('ROUND_TRIP: listings of Dash go back to it', () => {
  test('edits on both sides meet: each side once, no echo, no second photo', async () => {
    await market.phase('ROUND_TRIP')
    const id = await market.claimed(2)
    await market.settle()
    const before = await market.homes()
    expect(await market.thereOf(guidOf(2))).toMatchObject({ listPrice: 100_002, statusCode: 'AC' })

    await market.query(
      `update public.mls_listings set list_price = 130000, name = 'Edited here' where id = $1`,
      [
        id,
      ],
    )
    await market.settle()
    expect(await market.thereOf(guidOf(2))).toMatchObject({
      listPrice: 130_000,
      propertyDetails: { propertyName: 'Edited here' },
    })
    expect(await market.hereOf(id)).toMatchObject({ price: 130_000, prices_followed: 0, tasks: 0, photos: 2 })

    // there: a price, a place and a name; the name is a broker's after a claim
    const { propertyDetails } = await market.thereOf(guidOf(2)) as unknown as {
      propertyDetails: { location: object }
    }
    await market.atDash({
      listingGuid: guidOf(2),
      listPrice: 140_000,
      propertyDetails: {
        ...propertyDetails,
        propertyName: 'Edited there',
        location: { ...propertyDetails.location, latitude: 43.5 },
      },
    })
    expect(await market.pull('DELTA')).toMatchObject({ counts: { track: expect.any(Number), insert: 0 } })
    expect(await market.hereOf(id)).toMatchObject({
      price: 140_000,
      latitude: 43.5,
      name: 'Edited here',
      prices_followed: 1,
      photos: 2,
    })
    expect(
      await market.query(
        `select field, theirs from public.mls_listing_drift where listing_id = $1 and field = 'X_PropertyName'`,
        [
          id,
        ],
      ),
    ).toEqual([{ field: 'X_PropertyName', theirs: 'Edited there' }])
    await market.settle()
    expect(await market.hereOf(id)).toMatchObject({ price: 140_000, prices_followed: 1, tasks: 0 })

    // both at once: the newer word of Dash came before the broker's, so the broker's stands and goes out
    await market.atDash({ listingGuid: guidOf(2), listPrice: 150_000 })
    await market.pull('DELTA')
    await market.query(`update public.mls_listings set list_price = 130000 where id = $1`, [id])
    await market.settle()
    expect(await market.hereOf(id)).toMatchObject({ price: 130_000, prices_followed: 2 })
    expect(await market.thereOf(guidOf(2))).toMatchObject({ listPrice: 130_000 })
    expect(await market.callsOf(guidOf(2))).toMatchObject({ create: 0 })
    expect(await market.homes()).toEqual(before)
  })

  test('a photo that is added here comes back under the id that Dash gave it, and is no second one', async () => {
    const id = await market.claimed(3)
    await market.settle()
    await market.query(
      `insert into public.mls_listing_media (tenant_id, listing_id, originating_office_key, media_key, media_url, display_order)
       select l.tenant_id, l.id, l.originating_office_key, 'ADDED-3', 'https://photos.example/added.jpg', 9
       from public.mls_listings l where l.id = $1`,
      [id],
    )
    await market.settle()
    expect((await market.thereOf(guidOf(3))).media).toHaveLength(3)
    expect(await market.hereOf(id)).toMatchObject({ photos: 3 })
  })

  test('withdrawn here is withdrawn there, and does not come back as news; withdrawn there likewise', async () => {
    const here = await market.claimed(4)
    const there = await market.claimed(5)
    await market.settle()
    await market.query(`update public.mls_listings set status = 'WITHDRAWN' where id = $1`, [here])
    await market.deliver()
    expect(await market.thereOf(guidOf(4))).toMatchObject({ statusCode: 'WD' })
    await market.settle()
    expect(await market.hereOf(here)).toMatchObject({ status: 'WITHDRAWN', tasks: 0, gone: false })

    await market.atDash({ listingGuid: guidOf(5), statusCode: 'WD' })
    expect(await market.pull('DELTA')).toMatchObject({ counts: { insert: 0, delete: 0 } })
    expect(await market.hereOf(there)).toMatchObject({ status: 'WITHDRAWN', tasks: 0 })
    await market.settle()
    expect(await market.thereOf(guidOf(5))).toMatchObject({ statusCode: 'WD' })
  })
})

describe('PUSH_ONLY: the hub is the source', () => {
  test('what was made here returns as ours through every edit, and no edit there touches it', async () => {
    await market.phase('PUSH_ONLY')
    const { id, guid } = await market.made(1)
    const before = await market.homes()
    expect(await market.pull()).toMatchObject({ status: 'finished', counts: { insert: 0, reject: 0 } })
    await market.settle()
    await market.atDash({ listingGuid: guid, listPrice: 1, statusCode: 'CL' })
    expect(await market.pull('DELTA')).toMatchObject({ counts: { insert: 0, reject: 0 } })
    expect(await market.hereOf(id)).toMatchObject({
      price: 500_000,
      status: 'PUBLISHED',
      photos: 2,
      tasks: 0,
    })
    await market.query(`update public.mls_listings set list_price = 510000 where id = $1`, [id])
    await market.settle()
    expect(await market.thereOf(guid)).toMatchObject({ listPrice: 510_000, statusCode: 'AC' })
    expect(await market.hereOf(id)).toMatchObject({ price: 510_000, prices_followed: 0, photos: 2 })
    expect(await market.homes()).toEqual(before)
  })

  test('withdrawn here, gone there and made anew: one home all the time', async () => {
    const { id, guid } = await market.made(2)
    await market.settle()
    const before = await market.homes()
    await market.query(`update public.mls_listings set status = 'WITHDRAWN' where id = $1`, [id])
    await market.deliver()
    expect(await market.thereOf(guid)).toMatchObject({ statusCode: 'WD' })
    await market.settle()
    expect(await market.hereOf(id)).toMatchObject({ status: 'WITHDRAWN', gone: false, tasks: 0 })
    expect(await market.homes()).toEqual(before)
  })

  test('what Dash still manages stays there: nothing is pushed, nothing is withdrawn', async () => {
    const calls = await market.callsOf(guidOf(2))
    const [{ id }] = await market.query(`select id from public.mls_listings where origin_key = $1`, [
      `DASH_${guidOf(2)}`,
    ])
    await market.query(`update public.mls_listings set list_price = 1 where id = $1`, [id])
    await market.deliver()
    expect(await market.thereOf(guidOf(2))).toMatchObject({ statusCode: 'AC', listPrice: 130_000 })
    expect(await market.callsOf(guidOf(2))).toEqual(calls)
  })
})
