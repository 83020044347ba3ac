import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Editor, editorOf } from '../support/editor.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

/** RESO Web API Add/Edit: photographers and vendors of floor plans deliver to listings of their office. */
let hub: Hub
let photographer: Editor
let reader: Editor
let hungary: Editor

beforeAll(async () => {
  hub = await startHub({ environment: { MLS_CLIENT_CACHE_SECONDS: '0' } })
  await publishListings(hub.pool, 2, 'QOBRIX_E')
  await hub.pool.query(`update public.mls_listings set claimed_at = now() where origin_key = 'QOBRIX_E1'`)
  photographer = await editorOf(hub, 'photographer', { offices: ['CSIR'], edits: ['Media'], profile: 'dd2' })
  reader = await editorOf(hub, 'reader', { offices: ['CSIR'] })
  hungary = await editorOf(hub, 'hungary', { offices: ['HSIR'], edits: ['Media', 'Property'] })
})
afterAll(() => hub?.stop())

const photo = {
  ResourceRecordKey: 'QOBRIX_E1',
  MediaURL: 'https://photos.example/вид%20на море.jpg'.replace(' ', '%20'),
  MediaCategory: 'Photo',
  MediaType: 'image/jpeg',
  ShortDescription: 'Вид на море',
  LongDescription: 'Θέα στη θάλασσα',
  ImageWidth: 4000,
}

test('a photo by its address: behind the others, and read by everybody', async () => {
  const { status, body, headers } = await photographer('POST', '/Media', photo)
  expect(body).toMatchObject({ ...photo, Order: 1, ResourceName: 'Property' })
  expect(status).toBe(201)
  expect(headers.get('Location')).toMatch(/\/odata\/Media\('MANUAL_MEDIA_[0-9a-f-]+'\)$/)
  const { body: listing } = await reader('GET', `/Property('QOBRIX_E1')?$expand=Media`)
  expect(listing.Media).toHaveLength(2)
  expect(listing.Media[1]).toMatchObject({ MediaKey: body.MediaKey, ShortDescription: 'Вид на море' })
})

test('a floor plan under its listing, and again after a lost answer', async () => {
  const plan = { MediaURL: 'https://plans.example/1.png', MediaCategory: 'FloorPlan', Order: 7 }
  const path = `/Property('QOBRIX_E1')/Media`
  const headers = { 'Idempotency-Key': 'plan-1' }
  const [first, again] = [
    await photographer('POST', path, plan, headers),
    await photographer('POST', path, plan, headers),
  ]
  expect(first.body).toMatchObject({ MediaCategory: 'Floor Plan', Order: 7, ResourceRecordKey: 'QOBRIX_E1' })
  expect(again.body).toEqual(first.body)
  const { rows } = await hub.pool.query(
    `select m.media_category, a.changed_by = c.id as by_client from public.mls_listing_media m
     join public.mls_audit a on a.record_id = m.id and a.action = 'INSERT'
     join public.mls_api_clients c on c.client_id = 'photographer' where m.media_key = $1`,
    [first.body.MediaKey],
  )
  expect(rows).toEqual([{ media_category: 'floorplan', by_client: true }])
})

test('changing order, texts and which is the main one; an old tag is refused', async () => {
  const { body } = await photographer('POST', '/Media', {
    ...photo,
    MediaURL: 'https://photos.example/2.jpg',
  })
  const path = `/Media('${body.MediaKey}')`
  const change = { Order: 0, ShortDescription: null, X_IsPrimary: true, MediaCategory: 'Floor Plan' }
  const changed = await photographer('PATCH', path, change, { 'If-Match': body['@odata.etag'] })
  expect(changed.body).toMatchObject({ ...change, MediaURL: 'https://photos.example/2.jpg' })
  const stale = await photographer('PATCH', path, { Order: 3 }, { 'If-Match': body['@odata.etag'] })
  expect(stale.status).toBe(412)
  const back = await photographer('PATCH', path, changed.body)
  expect([back.status, back.body]).toEqual([200, changed.body])
  const { rows } = await hub.pool.query(
    `select count(*)::int from public.mls_listing_media m join public.mls_listings l on l.id = m.listing_id
     where l.origin_key = 'QOBRIX_E1' and m.is_primary`,
  )
  expect(rows).toEqual([{ count: 1 }])
})

test('the files of a draft are read by their keys by whoever may edit them', async () => {
  const agency = await editorOf(hub, 'agency', { offices: ['CSIR'], edits: ['Property', 'Media'] })
  const { body: draft } = await agency('POST', '/Property', { City: 'Paphos' })
  const { status, body } = await photographer('POST', `/Property('${draft.ListingKey}')/Media`, {
    MediaURL: 'https://photos.example/d.jpg',
  })
  expect([status, body.ResourceRecordKey, body.MediaCategory]).toEqual([201, draft.ListingKey, 'Photo'])
  const path = `/Media('${body.MediaKey}')`
  expect((await photographer('GET', path)).body).toEqual(body)
  expect((await reader('GET', path)).status).toBe(404)
  expect((await hungary('GET', path)).status).toBe(404)
  expect((await hungary('PATCH', path, { Order: 1 })).status).toBe(404)
})

test('a draft is read with what hangs on it', async () => {
  const agency = await editorOf(hub, 'agency_b', { offices: ['CSIR'], edits: ['Property', 'Media'] })
  const { body: draft } = await agency('POST', '/Property', { City: 'Paphos', Country: 'CY' })
  const path = `/Property('${draft.ListingKey}')`
  for (const n of [2, 0, 1]) {
    await photographer('POST', `${path}/Media`, { MediaURL: `https://photos.example/x${n}.jpg`, Order: n })
  }
  const { status, headers, body } = await agency(
    'GET',
    `${path}?$select=City&$expand=Media($select=Order;$count=true;$top=2),ListAgent,Rooms,OriginatingOffice($select=OfficeKey)`,
  )
  expect([status, headers.get('ETag')]).toEqual([200, null])
  expect(body).toMatchObject({
    City: 'Paphos',
    Media: [{ Order: 0 }, { Order: 1 }],
    'Media@odata.count': 3,
    ListAgent: null,
    Rooms: [],
    OriginatingOffice: { OfficeKey: 'SHARPSIR-CY-001' },
  })
  expect(Object.keys(body.Media[0])).toEqual(['@odata.etag', 'Order'])
  expect((await agency('GET', `${path}?$expand=Media`)).body.Media[0]).toMatchObject({
    MediaURL: 'https://photos.example/x0.jpg',
    ResourceRecordKey: draft.ListingKey,
  })
  for (const inside of ['$filter=Order gt 1', '$orderby=Order desc', '$compute=Order add 1 as A']) {
    const refused = await agency('GET', `${path}?$expand=Media(${inside})`)
    expect([refused.status, refused.body.error.target]).toEqual([501, '$expand'])
  }
  expect((await hungary('GET', `${path}?$expand=Media`)).status).toBe(404)
})

describe('a listing with its files in one request', () => {
  const files = [
    { MediaURL: 'https://photos.example/a.jpg', ShortDescription: 'Θέα', MediaCategory: 'Photo', Order: 0 },
    { MediaURL: 'https://photos.example/b.png', MediaCategory: 'FloorPlan', '@odata.type': '#x' },
  ]
  const listing = { City: 'Πάφος', Media: files }
  const drafts = async () =>
    (await hub.pool.query(`select count(*)::int as n from mls_listings where origin_system = 'MANUAL'`))
      .rows[0].n

  test('is made whole, answered with them, and made once', async () => {
    const agency = await editorOf(hub, 'deep', { offices: ['CSIR'], edits: ['Property', 'Media'] })
    const headers = { 'Idempotency-Key': 'deep-1' }
    const { status, body } = await agency('POST', '/Property', listing, headers)
    expect(body).toMatchObject({
      City: 'Πάφος',
      Media: [
        { ...files[0], ResourceRecordKey: body.ListingKey },
        { MediaURL: files[1]!.MediaURL, MediaCategory: 'Floor Plan', Order: 1 },
      ],
    })
    expect(status).toBe(201)
    const before = await drafts()
    expect((await agency('POST', '/Property', listing, headers)).body).toEqual(body)
    expect(await drafts()).toBe(before)
    expect((await agency('GET', `/Property('${body.ListingKey}')?$expand=Media`)).body.Media).toEqual(
      body.Media,
    )
    const bare = await agency('POST', '/Property', { City: 'x', Media: [] }, { Prefer: 'return=minimal' })
    expect(bare.status).toBe(204)
  })

  test('is made of nothing, or not at all', async () => {
    const agency = await editorOf(hub, 'deep_b', { offices: ['CSIR'], edits: ['Property', 'Media'] })
    const only = await editorOf(hub, 'deep_c', { offices: ['CSIR'], edits: ['Property'] })
    const before = await drafts()
    expect((await only('POST', '/Property', listing)).status).toBe(403)
    for (
      const [Media, target] of [
        [[files[0], { MediaURL: '/b.jpg' }], 'Media/1/MediaURL'],
        [[{ ...files[0], ResourceRecordKey: 'QOBRIX_E1' }], 'Media/0/ResourceRecordKey'],
        [[{ ...files[0], MediaKey: 'x' }], 'Media/0/MediaKey'],
        [['https://photos.example/a.jpg'], 'Media/0'],
        [Array.from({ length: 101 }, () => files[0]), 'Media'],
        [files[0], 'Media'],
        [null, 'Media'],
      ]
    ) {
      const { status, body } = await agency('POST', '/Property', { ...listing, Bad: 1, Media })
      const targets = body.error.details.map((detail: { target: string }) => detail.target)
      expect([status, targets]).toEqual([400, expect.arrayContaining([target, 'Bad'])])
    }
    const { body: draft } = await agency('POST', '/Property', { City: 'x' })
    const later = await agency('PATCH', `/Property('${draft.ListingKey}')`, { Media: files })
    expect([later.status, later.body.error.details[0].target]).toEqual([400, 'Media'])
    const bound = await agency('POST', '/Property', { City: 'x', 'ListAgent@odata.bind': "Member('M')" })
    expect([bound.status, bound.body.error.details[0].target]).toEqual([400, 'ListAgent@odata.bind'])
    expect(await drafts()).toBe(before + 1)
  })
})

describe('what cannot be taken', () => {
  test.each<[string, object, string[][]]>([
    ['no listing', { ResourceRecordKey: undefined }, [['missing', 'ResourceRecordKey']]],
    ['an unknown listing', { ResourceRecordKey: 'nix' }, [['unknown_value', 'ResourceRecordKey']]],
    ['no address', { MediaURL: null }, [['missing', 'MediaURL']]],
    ['a path', { MediaURL: '/a.jpg' }, [['invalid_value', 'MediaURL'], ['missing', 'MediaURL']]],
    ['a script', { MediaURL: 'javascript:alert(1)' }, [['invalid_value', 'MediaURL']]],
    ['a data address', { MediaURL: 'data:image/png;base64,AAAA' }, [['invalid_value', 'MediaURL']]],
    ['a category that is none', { MediaCategory: 'Document' }, [['unknown_value', 'MediaCategory']]],
    ['another resource', { ResourceName: 'Member' }, [['unknown_value', 'ResourceName']]],
    ['a negative order', { Order: -1 }, [['out_of_range', 'Order']]],
    ['a long text', { ShortDescription: 'я'.repeat(51) }, [['too_long', 'ShortDescription']]],
    ['its key', { MediaKey: 'x' }, [['read_only', 'MediaKey']]],
  ])('%s', async (_, change, wanted) => {
    const { status, body } = await photographer('POST', '/Media', { ...photo, ...change })
    const details = body.error.details as { code: string; target: string }[]
    const told = details.map(({ code, target }) => [code, target])
    expect(told).toContainEqual(wanted[0])
    expect(told.every(([, target]) => target === wanted[0]![1])).toBe(true)
    expect(status).toBe(400)
  })

  test('an unclaimed listing, another listing than that of the path, a change of the file itself', async () => {
    const unclaimed = await photographer('POST', '/Media', { ...photo, ResourceRecordKey: 'QOBRIX_E2' })
    expect([unclaimed.status, unclaimed.body.error.details[0].code]).toEqual([409, 'not_claimed'])
    const other = await photographer('POST', `/Property('QOBRIX_E1')/Media`, {
      ...photo,
      ResourceRecordKey: 'QOBRIX_E2',
    })
    expect([other.status, other.body.error.details[0].target]).toEqual([400, 'ResourceRecordKey'])
    const { body } = await photographer('POST', '/Media', {
      ...photo,
      MediaURL: 'https://photos.example/3.jpg',
    })
    const path = `/Media('${body.MediaKey}')`
    const moved = await photographer('PATCH', path, {
      MediaURL: 'https://photos.example/4.jpg',
      Order: null,
    })
    expect(moved.body.error.details.map(({ target }: { target: string }) => target).sort()).toEqual([
      'MediaURL',
      'Order',
    ])
    const foreign = await hungary('POST', '/Media', photo)
    const unknown = await hungary('POST', '/Media', { ...photo, ResourceRecordKey: 'QOBRIX_XX' })
    expect(JSON.stringify(foreign.body).replace('QOBRIX_E1', 'QOBRIX_XX')).toBe(JSON.stringify(unknown.body))
  })
})
