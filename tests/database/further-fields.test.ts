import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { furtherFields, goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { act, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { type GoldRecord, ingest, listing, outcomes, seedMarkets } from '../support/gold.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())
beforeEach(() => query('delete from public.mls_listings'))

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const send = async (...records: GoldRecord[]) => outcomes(await ingest(database.pool, 'property', records))
const served = async () => {
  const [row] = await query(`select v.*, v."PhotosCount" as photos from public.property_reso v`)
  return row
}

/** A value of every field that gold does not deliver, and another one. */
const values = (other: boolean): Record<string, unknown> =>
  Object.fromEntries(
    furtherFields(property).map(({ name, type }, n) => [
      name,
      type === 'DATE'
        ? other ? '2026-05-02' : '2026-05-01'
        : type === 'STRING'
        ? `${other ? 'Другое' : 'Текст'} ${n}`
        : n + (other ? 50 : 1),
    ]),
  )
/** As the database gives them back: dates and numbers as text. */
const shown = async (names: string[]) => {
  const [row] = await query('select to_jsonb(v) as v from public.property_reso v')
  return Object.fromEntries(names.map((name) => [name, row.v[name]]))
}
const text = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]))

describe('fields that gold does not deliver', () => {
  const names = Object.keys(values(false))

  it('are those with a column that is not the hub’s own', () => {
    expect(names).toEqual(expect.arrayContaining([
      'ClosePrice',
      'CloseDate',
      'DaysOnMarket',
      'TaxAnnualAmount',
      'ParkingTotal',
      'ListAgentEmail',
      'PrivateRemarks',
    ]))
    expect(names).not.toContain('OriginalListPrice')
    expect(names).toHaveLength(33)
  })

  it('are taken from the source, follow it, are left alone where they are absent, and cleared by null', async () => {
    expect(await send(listing(1, values(false)))).toEqual(['insert'])
    expect(text(await shown(names))).toEqual(text(values(false)))
    expect(await send(listing(1, values(false)))).toEqual(['unchanged'])
    expect(await send(listing(1, values(true)))).toEqual(['refresh'])
    expect(text(await shown(names))).toEqual(text(values(true)))
    expect(await send(listing(1, { ListPrice: 7 }))).toEqual(['refresh'])
    expect(text(await shown(names))).toEqual(text(values(true)))
    expect(await send(listing(1, { ClosePrice: null, Roof: '' }))).toEqual(['refresh'])
    expect(await shown(['ClosePrice', 'Roof', 'TaxYear'])).toEqual({
      ClosePrice: null,
      Roof: null,
      TaxYear: values(true).TaxYear,
    })
  })

  it('are read as their type: what cannot be read is null, with a warning', async () => {
    const { records: [entry] } = await ingest(database.pool, 'property', [
      listing(1, { TaxYear: 'soon', CloseDate: '2026-02-31', ClosePrice: '350000.005' }),
    ])
    expect(entry).toMatchObject({ outcome: 'insert' })
    expect(entry!.warnings!.map(({ field, code }) => `${field} ${code}`).sort()).toEqual([
      'CloseDate invalid_date',
      'ClosePrice rounded',
      'TaxYear invalid_number',
    ])
    expect(await shown(['TaxYear', 'CloseDate', 'ClosePrice'])).toEqual({
      TaxYear: null,
      CloseDate: null,
      ClosePrice: 350000.01,
    })
  })

  it('are the broker’s once the listing is claimed; released, the source’s again', async () => {
    await send(listing(1, { ...values(false), OnMarketDate: '2026-04-01', MlsStatus: 'Bright' }))
    const tenant = (await query(`select id from public.mls_tenants where code = 'CY'`))[0].id
    const { broker } = claimsOf(tenant)
    const id = (await query('select id from public.mls_listings'))[0].id
    await act(database.pool, broker, 'select public.claim_listing($1)', [id])
    await act(
      database.pool,
      broker,
      'update public.mls_listings set close_price = 5, roof = $2 where id = $1',
      [
        id,
        'Ours',
      ],
    )
    expect(await send(listing(1, { ...values(true), ListPrice: 8, MlsStatus: 'Dim' }))).toEqual(['track'])
    expect(await query('select close_price, roof, tax_year, list_price from public.mls_listings')).toEqual([
      { close_price: '5.00', roof: 'Ours', tax_year: values(false).TaxYear, list_price: '8.00' },
    ])
    // the world sees the last values of the source while the broker works on a draft
    expect(text(await shown(names))).toEqual(text(values(true)))
    await act(database.pool, broker, 'select public.release_listing($1)', [id])
    expect(text(await shown(names))).toEqual(text(values(true)))
  })

  it('show as drift once the source says something else of a claimed listing, and are decided like all', async () => {
    await send(listing(1, values(false)))
    const tenant = (await query(`select id from public.mls_tenants where code = 'CY'`))[0].id
    const { broker } = claimsOf(tenant)
    const id = (await query('select id from public.mls_listings'))[0].id
    await act(database.pool, broker, 'select public.claim_listing($1)', [id])
    const drift = () =>
      act<{ field: string; ours: string | null; theirs: string | null }>(
        database.pool,
        broker,
        'select field, ours, theirs, owner from public.mls_listing_drift order by field collate "C"',
      )
    const fieldsOf = async () => (await drift()).map(({ field }) => field)
    expect(await drift()).toEqual([])

    expect(await send(listing(1, values(true)))).toEqual(['track'])
    expect(await fieldsOf()).toEqual([...names].sort())
    for (const { field, ours, theirs } of await drift()) {
      const [was, is] = [values(false)[field], values(true)[field]]
      expect(
        [field, ours, theirs].map((value) =>
          typeof was === 'number' && value !== field ? Number(value) : value
        ),
      )
        .toEqual([field, was, is])
    }
    const decide = (fields: string[], resolution: string) =>
      act(database.pool, broker, 'select public.resolve_drift($1, $2, $3)', [id, fields, resolution])
    await decide(['ClosePrice', 'CloseDate', 'Roof', 'TaxYear'], 'accept_source')
    await decide(
      names.filter((name) => !['ClosePrice', 'CloseDate', 'Roof', 'TaxYear'].includes(name)),
      'keep_ours',
    )
    expect(await drift()).toEqual([])
    expect(
      await query('select close_price::float8, close_date::text, roof, tax_year from public.mls_listings'),
    ).toEqual([{
      close_price: values(true).ClosePrice,
      close_date: values(true).CloseDate,
      roof: values(true).Roof,
      tax_year: values(true).TaxYear,
    }])

    // a cleared one differs, one that is not named does not, and a figure is the same in any spelling
    await send(
      listing(1, {
        ...values(true),
        TaxYear: null,
        ClosePrice: `${values(true).ClosePrice}.00`,
        Roof: 'Третье',
      }),
    )
    expect(await drift()).toEqual([
      { field: 'Roof', ours: values(true).Roof, theirs: 'Третье', owner: 'enrichment' },
      { field: 'TaxYear', ours: String(values(true).TaxYear), theirs: null, owner: 'enrichment' },
    ])
    const whole = Object.fromEntries(goldFields(property).map(({ name }) => [name, null]))
    expect(await send({ ...whole, ...listing(1, { ListPrice: 9 }) })).toEqual(['track'])
    expect(await fieldsOf()).not.toEqual(expect.arrayContaining(['Roof']))
    expect((await fieldsOf()).filter((field) => names.includes(field))).toEqual([])
  })

  it('of an unclaimed listing never differ, whatever was sent, nulls and faulty values among it', async () => {
    await send(listing(1, values(false)))
    await send(
      listing(1, {
        ...values(true),
        TaxYear: 'soon',
        CloseDate: '2026-02-31',
        ClosePrice: '350000.005',
        Roof: '',
      }),
    )
    await send(listing(2), listing(3, { ClosePrice: 'NaN', DaysOnMarket: null }))
    expect(
      await query('select field, ours, theirs from public.mls_listing_drift where field = any ($1)', [names]),
    ).toEqual([])
  })

  it('count only as long as the listing follows its source: OnMarketDate and MlsStatus', async () => {
    await send(listing(1, { OnMarketDate: '2026-04-01', MlsStatus: 'Coming Soon - No Show' }))
    expect(await shown(['OnMarketDate', 'MlsStatus'])).toEqual({
      OnMarketDate: '2026-04-01',
      MlsStatus: 'Coming Soon - No Show',
    })
    await query(
      `update public.mls_listings set claimed_at = now(), broker_id = gen_random_uuid(), status = 'PUBLISHED'`,
    )
    const [{ today }] = await query(`select (now() at time zone 'utc')::date::text as today`)
    expect(await shown(['OnMarketDate', 'MlsStatus'])).toEqual({ OnMarketDate: today, MlsStatus: 'Active' })
  })

  it('that the hub keeps itself are noted and left out; null is no remark', async () => {
    const own = { PhotosCount: 12, OriginalListPrice: 999, StatusChangeTimestamp: '2026-01-01T00:00:00Z' }
    const { records: [entry] } = await ingest(database.pool, 'property', [listing(1, own)])
    expect(entry!.warnings!.map(({ field, code }) => `${field} ${code}`).sort()).toEqual([
      'OriginalListPrice not_from_source',
      'PhotosCount not_from_source',
      'StatusChangeTimestamp not_from_source',
    ])
    expect(await served()).toMatchObject({ photos: 0, OriginalListPrice: '100001.00' })
    expect(await query('select extensions from public.mls_listings')).toEqual([{ extensions: {} }])
    // a photo more at the source is no change of the listing
    expect(await send(listing(1, { ...own, PhotosCount: 13 }))).toEqual(['unchanged'])
    const nothing = Object.fromEntries(Object.keys(own).map((name) => [name, null]))
    expect((await ingest(database.pool, 'property', [listing(1, nothing)])).records[0]).toEqual({
      index: 0,
      key: 'QOBRIX_1',
      outcome: 'unchanged',
    })
  })
})
