import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'

/** MediaModificationTimestamp says when to fetch a file again, PhotosChangeTimestamp when to look at a listing's photos. */
let hub: Hub
let client: ODataClient
const office = 'SHARPSIR-CY-001'

beforeAll(async () => {
  hub = await startHub()
  client = await newClient(hub, { offices: ['*'], profile: 'dd2' })
  await hub.pool.query(
    `update mls.origin_systems set media = '{"hotlink": "allowed", "copy": false}' where code = 'QOBRIX'`,
  )
})
afterAll(() => hub?.stop())

async function send(resource: string, records: Row[], context: Row = {}): Promise<Row[]> {
  const { rows } = await hub.pool.query(
    `select mls.ingest_batch($1, mls.read_records($1, $2::jsonb), $3::jsonb) -> 'receipt' -> 'records' as results`,
    [
      resource,
      JSON.stringify(records),
      JSON.stringify({ client_id: 'test', request_path: 'test', ...context }),
    ],
  )
  return rows[0].results
}
const listing = (key: string, values: Row = {}) => ({
  ListingKey: key,
  ListingId: key,
  OriginatingSystemOfficeKey: office,
  StandardStatus: 'Active',
  PropertyType: 'Residential',
  ListPrice: 100_000,
  City: 'Limassol',
  ...values,
})
const photo = (listing: string, number: number, values: Row = {}) => ({
  MediaKey: `${listing}_${number}`,
  ResourceRecordKey: listing,
  OriginatingSystemOfficeKey: office,
  MediaCategory: 'Photo',
  MediaType: 'image/jpeg',
  MediaURL: `https://photos.example/${listing}/${number}.jpg`,
  Order: number,
  X_QobrixMediaCategory: 'photos',
  ...values,
})

const photosOf = async (key: string) => (await client.get(`/Property('${key}')`)).body.PhotosChangeTimestamp
const fileOf = async (key: string) => (await client.get(`/Media('${key}')`)).body.MediaModificationTimestamp
/** What a change to the media of a listing moves: the stamps of its photos and of its first file. */
async function moved(key: string, change: () => Promise<unknown>): Promise<string> {
  const before = [await photosOf(key), await fileOf(`${key}_1`)]
  await change()
  const after = [await photosOf(key), await fileOf(`${key}_1`)]
  return ['photos', 'file'].filter((_, n) => after[n] > before[n]).join(' and ') || 'neither'
}

it('are served, described and filtered by', async () => {
  await send('property', [listing('QOBRIX_served')])
  await send('media', [photo('QOBRIX_served', 1)])
  const stamp = await fileOf('QOBRIX_served_1')
  expect(stamp).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  expect(await client.count('Media', `MediaModificationTimestamp eq ${stamp}`)).toBe(1)
  expect(await client.count('Media', `MediaModificationTimestamp gt ${stamp}`)).toBe(0)
  const [one] = await client.rows(
    `/Media?$orderby=MediaModificationTimestamp desc&$select=MediaModificationTimestamp&$top=1`,
  )
  expect(one!.MediaModificationTimestamp).toBe(stamp)
  const metadata = await client.get('/$metadata')
  expect(metadata.text).toContain('<Property Name="MediaModificationTimestamp" Type="Edm.DateTimeOffset"')
})

it('move with what changes', async () => {
  const key = 'QOBRIX_moving'
  await send('property', [listing(key)])
  await send('media', [photo(key, 1), photo(key, 2)])
  const first = (values: Row) => () => send('media', [photo(key, 1, values)])
  expect(await moved(key, first({}))).toBe('neither')
  expect(await moved(key, first({ ShortDescription: 'The view' }))).toBe('neither')
  expect(await moved(key, first({ Order: 7 }))).toBe('photos')
  expect(await moved(key, first({ MediaURL: 'https://photos.example/other.jpg' }))).toBe('photos and file')
  const url = { MediaURL: 'https://photos.example/other.jpg' }
  const changed = (X_QobrixModified: string) => first({ ...url, X_QobrixModified })
  expect(await moved(key, changed('2026-01-01T00:00:00Z'))).toBe('neither')
  expect(await moved(key, changed('2026-01-02T00:00:00Z'))).toBe('photos and file')
  expect(await moved(key, changed('2026-01-01T00:00:00Z'))).toBe('neither')
  expect(await moved(key, () => send('media', [photo(key, 3)]))).toBe('photos')
  expect(
    await moved(key, () => send('media', [photo(key, 2, { MediaURL: 'https://photos.example/2b.jpg' })])),
  )
    .toBe('photos')
  // one goes, one comes: as many as before
  expect(
    await moved(key, () =>
      hub.pool.query(
        `with hidden as (update mls_listing_media set is_hidden = true where media_key = $1)
         update mls_listing_media set is_hidden = false where media_key = $2`,
        [`${key}_2`, `${key}_3`],
      )),
  ).toBe('photos')
})

it('of films and plans move their own only', async () => {
  const key = 'QOBRIX_film'
  const film = { MediaCategory: 'Video', MediaType: 'video/mp4', X_QobrixMediaCategory: 'videos' }
  await send('property', [listing(key)])
  await send('media', [photo(key, 1, film), photo(key, 2)])
  expect(
    await moved(
      key,
      () => send('media', [photo(key, 1, { ...film, MediaURL: 'https://films.example/1.mp4' })]),
    ),
  )
    .toBe('file')
})

it('of a linked picture that is copied: its address moves, the file does not; until the copy becomes another', async () => {
  const key = 'QOBRIX_copied'
  await send('property', [listing(key)])
  await send('media', [photo(key, 1)])
  const store = (content: string) => () =>
    hub.pool.query(
      `update mls_listing_media set copy_status = 'stored', file_sha256 = $2, media_url = 'https://ours.example/' || $2
       where media_key = $1`,
      [`${key}_1`, content.repeat(64)],
    )
  expect(await moved(key, store('a'))).toBe('photos')
  expect(await moved(key, store('a'))).toBe('neither')
  expect(await moved(key, store('b'))).toBe('photos and file')
})

it('of a picture that is shown once it is copied tell when it came to be shown', async () => {
  const key = 'QOBRIX_later'
  await hub.pool.query(
    `update mls.origin_systems set media = '{"hotlink": "forbidden"}' where code = 'QOBRIX'`,
  )
  await send('property', [listing(key)])
  await send('media', [photo(key, 1)])
  expect((await client.get(`/Media('${key}_1')`)).status).toBe(404)
  const { rows: [{ before }] } = await hub.pool.query('select clock_timestamp() as before')
  await hub.pool.query(
    `update mls_listing_media set copy_status = 'stored', file_sha256 = repeat('c', 64), media_url = 'https://ours.example/c'
     where media_key = $1`,
    [`${key}_1`],
  )
  expect(await fileOf(`${key}_1`) >= before.toISOString()).toBe(true)
  await hub.pool.query(
    `update mls.origin_systems set media = '{"hotlink": "allowed", "copy": false}' where code = 'QOBRIX'`,
  )
})

it("are the hub's: a source says nothing of them", async () => {
  await send('property', [listing('QOBRIX_told')])
  await send('media', [photo('QOBRIX_told', 1, { MediaModificationTimestamp: '2001-01-01T00:00:00Z' })])
  expect(await fileOf('QOBRIX_told_1') > '2026').toBe(true)
})
