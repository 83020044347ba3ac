import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, ingest, listing } from '../support/gold.ts'
import { seedMarkets } from '../support/listings.ts'

/** A lease row that is published while a broker still works on its sale row. */
let database: TestDatabase
let dash: TestDash

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  const lease = { ListingKey: 'QOBRIX_1_LEASE', ListingId: 'REF-1_LEASE', PropertyType: 'ResidentialLease' }
  await ingest(database.pool, 'property', [listing(1), listing(1, { ...lease, LeaseAmount: 900 })])
  await ingest(database.pool, 'media', [photo(1), photo(2), photo(3, { X_QobrixMediaCategory: 'documents' })])
  await query(`update public.mls_listings set claimed_at = now(), status = 'MARKETING_REVIEW'`)
  await query(
    `update public.mls_listing_media set title = 'Draft', description = 'Not for you yet', display_order = 9
    where origin_media_key = 'M_1' and shared_from is null`,
  )
  await query(
    `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, media_url)
    select tenant_id, id, origin_key, originating_office_key, 'MANUAL_MEDIA_1', 'https://photos.example/new.jpg'
    from public.mls_listings where origin_key = 'QOBRIX_1'`,
  )
  await query(`insert into public.mls_listing_remarks (listing_id, language, remark_type, remark)
    select id, 'ru', 'PUBLIC', 'Not for you yet' from public.mls_listings where origin_key = 'QOBRIX_1'`)
  await publish('QOBRIX_1_LEASE')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const publish = (key: string) =>
  query(`update public.mls_listings set status = 'PUBLISHED' where origin_key = $1`, [key])
const photo = (number: number, changes: object = {}) => ({
  MediaKey: `M_${number}`,
  ResourceRecordKey: 'QOBRIX_1',
  OriginatingSystemOfficeKey: cyprus,
  MediaCategory: 'Photo',
  X_QobrixMediaCategory: 'photos',
  MediaURL: `https://photos.example/${number}.jpg`,
  Order: number,
  ...changes,
})
const inDash = async () => {
  await runDeliveries(database.pool)
  return (await dash.listings()).find(({ externalReference }) => externalReference === 'QOBRIX_1_LEASE')!
}
const onWebsite = async () =>
  (await query(`select photos from public.listings_public where ref = 'REF-1_LEASE'`))[0].photos
const url = (name: number | string) => ({ url: `https://photos.example/${name}.jpg` })

test('sends each photo of the sale row once, and nothing of its draft', async () => {
  const { media, remarks } = await inDash()
  expect(media).toEqual([expect.objectContaining(url(1)), expect.objectContaining(url(2))])
  expect(JSON.stringify([media, remarks])).not.toMatch(/Draft|Not for you/)
  expect(await onWebsite()).toEqual([url(1), url(2)])
})

test('sends them as the broker arranged them once the sale row is published too', async () => {
  await publish('QOBRIX_1')
  const { media, remarks } = await inDash()
  expect(media).toMatchObject([url('new'), url(2), { ...url(1), caption: 'Draft' }])
  expect(remarks).toMatchObject([{ language: 'en' }, { language: 'ru', remark: 'Not for you yet' }])
  expect(await onWebsite()).toEqual([url('new'), url(2), { ...url(1), title: 'Draft' }])
})
