import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { createDatabase, type TestDatabase } from './database.ts'
import { seedMarkets } from './listings.ts'

/** For tests of gold Media: batches into a database of the file's own, which is emptied before each test. */
export let database: TestDatabase

export function useMediaDatabase(): void {
  beforeAll(async () => {
    database = await createDatabase()
    await seedMarkets(database.pool)
  })
  afterAll(() => database?.drop())
  beforeEach(() =>
    database.pool.query(`
      delete from public.mls_listings; delete from public.mls_listing_media;
      update public.mls_offices set extensions = extensions - 'media_base_url'`)
  )
}

export const offices = { CY: 'SHARPSIR-CY-001', HU: 'SHARPSIR-HU-001', KZ: 'SHARPSIR-KZ-001' }
export type Market = keyof typeof offices
export type Gold = Record<string, unknown>
export interface Result {
  outcome: string
  reason?: string
  warnings?: { field: string; code: string }[]
}
/** One batch, answered with one result per record; `context` as the ingest door gives it. */
export async function ingest(resource: string, records: Gold[], context: Gold = {}, client?: pg.ClientBase) {
  const { rows } = await (client ?? database.pool).query(
    `select mls.ingest_batch($1, $2::jsonb, $3::jsonb) -> 'receipt' -> 'records' as results`,
    [
      resource,
      JSON.stringify(records.map((r) => ({ r, e: [], w: [] }))),
      JSON.stringify({ client_id: 'test', request_path: 'test', ...context }),
    ],
  )
  return rows[0].results as Result[]
}
export const outcomes = (results: Result[]) => results.map(({ outcome, reason }) => reason ?? outcome)

export const listing = (key: string, market: Market = 'CY', values: Gold = {}): Gold => ({
  ListingKey: key,
  ListingId: key,
  OriginatingSystemOfficeKey: offices[market],
  StandardStatus: 'Active',
  ...values,
})

/** A photo; `values` may turn it into anything else. */
export const photo = (key: string, of: string, values: Gold = {}, market: Market = 'CY'): Gold => ({
  MediaKey: key,
  ResourceRecordKey: of,
  OriginatingSystemOfficeKey: offices[market],
  MediaCategory: 'Photo',
  MediaType: 'image/jpeg',
  MediaURL: `https://photos.example/${key}.jpg`,
  Order: 0,
  X_QobrixMediaCategory: 'photos',
  ...values,
})
export const at = (day: number) => ({ X_QobrixModified: `2026-03-0${day}T10:00:00Z` })
export const documents = { X_QobrixMediaCategory: 'documents' }

/** What a consumer reads, from the table behind the API. */
export async function served(of: string): Promise<Gold[]> {
  const { rows } = await database.pool.query(
    `select "MediaKey", "MediaURL", "Order", "ShortDescription", "LongDescription", "X_IsPrimary" from public.served_media
     where "ResourceRecordKey" = $1 and not is_deleted order by "Order", seq`,
    [of],
  )
  return rows
}
export const servedKeys = async (of: string) => (await served(of)).map((row) => row.MediaKey)

export async function stored(sql: string, values: unknown[] = []): Promise<Gold[]> {
  return (await database.pool.query(
    `select m.* from public.mls_listing_media m where ${sql} order by seq`,
    values,
  )).rows
}

/** What property_reso and the served table say of the photos of a listing; they must agree. */
export async function photosCount(of: string): Promise<number> {
  const { rows } = await database.pool.query(
    `select v."PhotosCount" as viewed, s."PhotosCount" as served
     from public.property_reso v join public.served_property s on s.record_id = v.record_id where v."ListingKey" = $1`,
    [of],
  )
  expect(rows[0].served).toBe(rows[0].viewed)
  return rows[0].viewed
}

export const claim = (key: string) =>
  database.pool.query(
    `update public.mls_listings set claimed_at = now(), broker_id = gen_random_uuid(), status = 'DRAFT', claimed_by = gen_random_uuid() where origin_key = $1`,
    [key],
  )

export async function connect(): Promise<pg.Client> {
  const client = new pg.Client(database.url)
  await client.connect()
  return client
}
