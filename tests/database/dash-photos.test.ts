import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { guidOf } from '../support/sources/dash-listing.ts'
import { type DashMarket, openDashMarket } from '../support/sources/dash-market.ts'

/**
 * Photos that go to Dash and come back keep their identity: whatever happens to their address or caption on either side,
 * a photo is one photo there and one here. The source has a key prefix of its own, which says nothing of Dash.
 */
let market: DashMarket
beforeAll(async () => {
  market = await openDashMarket('KZD_')
})
afterAll(() => market?.close())
beforeEach(async () => void await market.phase('ROUND_TRIP'))

type Photo = { mediaGuid: string; url: string; caption?: string; sequenceNumber: number }
const photosAt = async (guid: string) => (await market.thereOf(guid)).media as Photo[]

const addPhoto = (id: string, key: string) =>
  market.query(
    `insert into public.mls_listing_media (tenant_id, listing_id, originating_office_key, media_key, media_url, display_order)
     select l.tenant_id, l.id, l.originating_office_key, $2, 'https://photos.example/' || $2 || '.jpg', 9
     from public.mls_listings l where l.id = $1`,
    [id, key],
  )
/** As copying does: the photo is served and told under the address of our copy. */
const copied = (id: string, address: string, where = 'true') =>
  market.query(
    `update public.mls_listing_media set copy_status = 'stored', file_sha256 = repeat('a', 64),
       media_url = $2 || display_order, resolution_urls = jsonb_build_object('jpeg', jsonb_build_object('url', $2 || display_order))
     where listing_id = $1 and ${where}`,
    [id, address],
  )
const rowsOf = (id: string) =>
  market.query(
    `select media_key, source_url, media_url, origin_deleted as gone from public.mls_listing_media where listing_id = $1
     order by display_order, seq`,
    [id],
  )

test('a listing of Dash is written back under its guid, whatever its source begins its keys with', async () => {
  const id = await market.claimed(1)
  await market.settle()
  await market.query(`update public.mls_listings set list_price = 5 where id = $1`, [id])
  await market.settle()
  expect(await market.thereOf(guidOf(1))).toMatchObject({ listPrice: 5 })
  expect(await market.callsOf(guidOf(1))).toMatchObject({ create: 0 })
  expect((await market.dash.listings()).length).toBe(1)
})

test('photos of Dash keep their guids when our copies are told instead, and what is edited there is followed', async () => {
  const id = await market.claimed(2)
  await market.settle()
  const before = await photosAt(guidOf(2))
  expect(before.map(({ mediaGuid }) => mediaGuid)).toEqual(['M-2-1', 'M-2-2'])
  await copied(id, 'https://hub.example/2/')
  await market.settle()
  const told = await photosAt(guidOf(2))
  expect(told).toMatchObject([{ mediaGuid: 'M-2-1', url: 'https://hub.example/2/1' }, { mediaGuid: 'M-2-2' }])
  expect(await rowsOf(id)).toMatchObject([
    { source_url: 'https://img.example.com/2/1.jpg', gone: false },
    { source_url: 'https://img.example.com/2/2.jpg', gone: false },
  ])

  // there: a new file and a caption under the same guid
  await market.atDash({
    listingGuid: guidOf(2),
    media: [{ ...told[0], url: 'https://img.example.com/2/new.jpg', caption: 'Edited there' }, told[1]],
  })
  expect(await market.pull('DELTA')).toMatchObject({ counts_by_resource: { media: { insert: 0 } } })
  expect(await rowsOf(id)).toMatchObject([
    { media_key: 'KZD_MEDIA_M-2-1', source_url: 'https://img.example.com/2/new.jpg', gone: false },
    { media_key: 'KZD_MEDIA_M-2-2', source_url: 'https://img.example.com/2/2.jpg', gone: false },
  ])
  await market.settle()
  expect(await rowsOf(id)).toHaveLength(2)
})

test('a photo of ours keeps the guid that Dash gave it, through new copies here and a new host there', async () => {
  const id = await market.claimed(3)
  await market.settle()
  await addPhoto(id, 'OURS-3')
  await market.settle()
  const given = (await photosAt(guidOf(3)))[2]!.mediaGuid
  expect(given).toBeTruthy()

  await copied(id, 'https://hub.example/3/', "media_key = 'OURS-3'")
  await market.settle()
  await copied(id, 'https://hub.example/3-again/', "media_key = 'OURS-3'")
  await market.settle()
  const told = await photosAt(guidOf(3))
  expect(told[2]).toMatchObject({ mediaGuid: given, url: 'https://hub.example/3-again/9' })

  // Dash keeps the file under an address of its own, and somebody gives it a caption: ours all the same
  await market.atDash({
    listingGuid: guidOf(3),
    media: [told[0], told[1], { ...told[2], url: 'https://cdn.dash.example/x.jpg', caption: 'Θέα' }],
  })
  expect(await market.pull('DELTA')).toMatchObject({ counts_by_resource: { media: { insert: 0 } } })
  await market.settle()
  expect(await rowsOf(id)).toMatchObject([{}, {}, { media_key: 'OURS-3', gone: false }])

  // taken away here before Dash has heard of it: no pull brings it back
  await market.query(`delete from public.mls_listing_media where listing_id = $1 and media_key = 'OURS-3'`, [
    id,
  ])
  expect(await market.pull('FULL')).toMatchObject({ counts_by_resource: { media: { insert: 0 } } })
  await market.settle()
  expect(await photosAt(guidOf(3))).toHaveLength(2)
  expect(await rowsOf(id)).toHaveLength(2)
})

test('photos of a listing made here keep the guids that Dash gave, and a listing made anew gets new ones', async () => {
  await market.phase('PUSH_ONLY')
  const { id, guid } = await market.made(4)
  const guids = (await photosAt(guid)).map(({ mediaGuid }) => mediaGuid)
  expect(new Set(guids).size).toBe(2)
  await copied(id, 'https://hub.example/4/')
  await market.query(
    `update public.mls_listing_media set display_order = 10 - display_order where listing_id = $1`,
    [id],
  )
  await market.settle()
  expect((await photosAt(guid)).map(({ mediaGuid }) => mediaGuid)).toEqual(guids.toReversed())
  expect(await rowsOf(id)).toHaveLength(2)

  await market.dash.forget(`MANUAL_${id}`)
  await market.query(`update public.mls_listings set list_price = 6 where id = $1`, [id])
  await market.settle()
  const [{ external_id }] = await market.query(
    `select external_id from public.mls_listing_syndications where listing_id = $1`,
    [id],
  )
  expect(external_id).not.toBe(guid)
  const anew = (await photosAt(external_id)).map(({ mediaGuid }) => mediaGuid)
  expect(anew.filter((one) => guids.includes(one))).toEqual([])
  expect(await rowsOf(id)).toHaveLength(2)
})
