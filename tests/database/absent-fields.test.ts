import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, ingest, listing, outcomes, seedMarkets } from '../support/gold.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())
beforeEach(() =>
  query(
    `delete from public.mls_listing_media; delete from public.mls_listings; delete from public.mls_contacts;
    delete from public.mls_open_houses; delete from public.mls_ingest_runs`,
  )
)

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const open = async (resource: string, more: object = {}) => {
  const [{ r }] = await query('select mls.open_run($1, $2) as r', [
    { source: 'gold', office_key: cyprus, resource, mode: 'FULL', ...more },
    { client_id: 'test', offices: [cyprus] },
  ])
  return r
}
const inRun = async (resource: string, records: GoldRecord[], absent?: string) => {
  const { answer: { run_id } } = await open(resource, absent === undefined ? { absent: 'null' } : {})
  const receipt = await ingest(database.pool, resource, records, { run_id, ...(absent && { absent }) })
  await query(`update public.mls_ingest_runs set status = 'finished' where id = $1`, [run_id])
  return outcomes(receipt)
}
const row = async () => (await query('select * from public.mls_listings'))[0]
/** As df.toJSON() writes it: without the nulls. */
const without = (record: GoldRecord, ...names: string[]) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
const full = listing(1, {
  ClosePrice: 5,
  Latitude: 34.7,
  Longitude: 33,
  Upstream: 'x',
  X_LivingRooms: 2,
  ListPriceCurrencyCode: 'USD',
})

describe('a field that a record of a FULL run does not name', () => {
  it('stays as it is known, unless the run or the batch says that it is null', async () => {
    expect(await inRun('property', [full])).toEqual(['insert'])
    const dropped = without(
      full,
      'ListPrice',
      'PublicRemarks',
      'ClosePrice',
      'Upstream',
      'X_LivingRooms',
      'Latitude',
      'Longitude',
      'ListPriceCurrencyCode',
    )
    expect(await inRun('property', [dropped], 'keep')).toEqual(['unchanged'])
    expect(await row()).toMatchObject({ list_price: '100001.00', close_price: '5.00' })
    expect(await inRun('property', [dropped], 'null')).toEqual(['refresh'])
    expect(await row()).toMatchObject({
      list_price: null,
      public_remarks: null,
      close_price: null,
      latitude: null,
      longitude: null,
      extensions: {},
      currency_code: 'EUR',
      currency_assumed: true,
      city: 'Limassol',
      origin_modified_ts: new Date('2026-01-01T00:00:00Z'),
    })
    expect(await inRun('property', [dropped])).toEqual(['unchanged'])
    // what is sent elsewhere without those fields says nothing about them
    expect(outcomes(await ingest(database.pool, 'property', [dropped]))).toEqual(['unchanged'])
    expect(await inRun('property', [full], 'keep')).toEqual(['refresh'])
    expect(await row()).toMatchObject({ list_price: '100001.00', extensions: { Upstream: 'x' } })
  })

  it('is not one that could not be read; half a place is no place and leaves the known one', async () => {
    await inRun('property', [full])
    expect(
      await inRun('property', [{
        ...without(full, 'Longitude'),
        ModificationTimestamp: '2099-01-01T00:00:00Z',
        YearBuilt: 'old',
      }]),
    )
      .toEqual(['refresh'])
    expect(await row()).toMatchObject({ latitude: 34.7, longitude: 33, year_built: null })
  })

  it('clears nothing of a listing that a broker holds but what it tracks', async () => {
    await inRun('property', [full])
    await query(`update public.mls_listings set claimed_at = now(), status = 'DRAFT'`)
    expect(await inRun('property', [without(full, 'City', 'ListPrice', 'ClosePrice')])).toEqual(['track'])
    expect(await row()).toMatchObject({ city: 'Limassol', list_price: '100001.00', close_price: '5.00' })
  })

  it('is null in the other resources too', async () => {
    await inRun('property', [full])
    const photo = {
      MediaKey: 'M',
      ResourceRecordKey: 'QOBRIX_1',
      OriginatingSystemOfficeKey: cyprus,
      MediaCategory: 'Photo',
      MediaURL: 'https://photos.example/1.jpg',
      ShortDescription: 'The sea',
      Strange: 1,
    }
    await inRun('media', [photo])
    expect(await inRun('media', [without(photo, 'ShortDescription', 'Strange')])).toEqual(['refresh'])
    expect(await query('select title, description, extensions, media_url from public.mls_listing_media'))
      .toEqual([
        {
          title: null,
          description: null,
          extensions: { MediaCategory: 'Photo' },
          media_url: 'https://photos.example/1.jpg',
        },
      ])
    const contact = {
      ContactKey: 'K',
      OriginatingSystemOfficeKey: cyprus,
      ContactFirstName: 'Анна',
      ContactEmail: 'a@example.com',
      Strange: 1,
    }
    await inRun('contacts', [contact])
    expect(await inRun('contacts', [without(contact, 'ContactEmail', 'Strange')], 'keep')).toEqual([
      'refresh',
    ])
    expect(await query('select email from public.mls_contacts')).toEqual([{ email: 'a@example.com' }])
    expect(await inRun('contacts', [without(contact, 'ContactEmail', 'Strange')])).toEqual(['refresh'])
    expect(await query('select first_name, email, extensions from public.mls_contacts')).toEqual([
      { first_name: 'Анна', email: null, extensions: {} },
    ])
  })

  it('is refused in a DELTA and outside of a run; a deletion has no fields', async () => {
    expect(await open('property', { mode: 'DELTA', absent: 'null' })).toMatchObject({
      status: 400,
      code: 'invalid_parameter',
      target: 'absent',
    })
    const { answer: { run_id } } = await open('property', { mode: 'DELTA' })
    for (const context of [{ run_id }, {}]) {
      await expect(ingest(database.pool, 'property', [full], { ...context, absent: 'null' })).rejects.toThrow(
        'invalid_parameter',
      )
    }
    await query('delete from public.mls_ingest_runs')
    await inRun('property', [full])
    await query('update public.mls_offices set shrink_threshold = 1')
    expect(
      await inRun('property', [{
        ListingKey: 'QOBRIX_1',
        OriginatingSystemOfficeKey: cyprus,
        '@deleted': true,
      }]),
    ).toEqual(['delete'])
    await query('update public.mls_offices set shrink_threshold = 0.2')
    expect(await row()).toMatchObject({ origin_deleted: true, city: 'Limassol' })
  })
})
