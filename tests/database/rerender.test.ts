import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { rerender } from '../../functions/_shared/operate/rerender.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, listing, seedMarkets } from '../support/gold.ts'

/** Records follow a change of the dictionary, wherever their values stood before it. */
let database: TestDatabase
const query = async (sql: string, ...values: unknown[]) => (await database.pool.query(sql, values)).rows

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

beforeEach(() =>
  query(`with gone as (delete from public.mls_listings returning 1) delete from mls.rerenders where true`)
)

/** As a listing was before its field had a column: the value among the unknown ones. */
async function unlearn(key: number, column: string, field: string, sent: unknown): Promise<void> {
  await query(
    `update public.mls_listings set ${column} = null, extensions = extensions || jsonb_build_object($2::text, $3::jsonb)
     where origin_key = $1`,
    `QOBRIX_${key}`,
    field,
    JSON.stringify(sent),
  )
}

const shown = async (key: number, field: string) =>
  (await query(
    `select doc::text from public.served_property where "ListingKey" = $1 and not is_deleted`,
    `QOBRIX_${key}`,
  ))
    .map(({ doc }) => JSON.parse(`{${doc}}`)[field])[0]

const kept = async (key: number, column: string, field: string) =>
  (await query(
    `select ${column} as value, extensions -> $2 as text from public.mls_listings where origin_key = $1`,
    `QOBRIX_${key}`,
    field,
  ))[0]

const events = async () => Number((await query('select count(*) as n from public.mls_entity_events'))[0].n)

async function rerendered(...names: string[]) {
  await query('select mls.request_rerender($1)', names)
  return await rerender(database.pool)
}

describe('a field that gets a column', () => {
  it.each([
    { what: 'a number', column: 'bedrooms', field: 'BedroomsTotal', sent: '3', value: 3 },
    { what: 'a decimal', column: 'list_price', field: 'ListPrice', sent: '1250000.505', value: '1250000.51' },
    { what: 'a boolean', column: 'has_fireplace', field: 'FireplaceYN', sent: 'Yes', value: true },
    {
      what: 'a date',
      column: 'listed_date::text',
      field: 'ListingContractDate',
      sent: '2026-02-03',
      value: '2026-02-03',
    },
    {
      what: 'a time',
      column: 'origin_etl_ts',
      field: 'etl_timestamp',
      sent: '2026-02-03 04:05:06',
      value: new Date('2026-02-03T04:05:06Z'),
    },
    { what: 'a text', column: 'view', field: 'View', sent: 'Θέα, море', value: 'Θέα, море' },
    { what: 'nothing', column: 'bedrooms', field: 'BedroomsTotal', sent: 'None', value: null },
  ])('takes over $what from extensions', async ({ column, field, sent, value }) => {
    await ingest(database.pool, 'property', [listing(1)])
    await unlearn(1, column.split('::')[0]!, field, sent)
    await rerendered('property')
    expect(await kept(1, column, field)).toEqual({ value, text: null })
  })

  it.each([
    { what: 'cannot be read', column: 'bedrooms', field: 'BedroomsTotal', sent: 'many', value: null },
    {
      what: 'is no single value',
      column: 'bedrooms',
      field: 'BedroomsTotal',
      sent: { from: 2 },
      value: null,
    },
    { what: 'its column cannot give back', column: 'sea_view', field: 'X_SeaView', sent: 'YES', value: true },
    {
      what: 'its column cannot hold',
      column: 'distance_from_beach',
      field: 'X_DistanceFromBeach',
      sent: 'near',
      value: null,
    },
  ])('leaves in extensions what $what', async ({ column, field, sent, value }) => {
    await ingest(database.pool, 'property', [listing(1)])
    await unlearn(1, column, field, sent)
    await rerendered('property')
    expect(await kept(1, column, field)).toEqual({ value, text: sent })
  })

  it('keeps what stands in the column already', async () => {
    await ingest(database.pool, 'property', [listing(1, { BedroomsTotal: 4 })])
    await query(
      `update public.mls_listings set extensions = extensions || '{"BedroomsTotal": "7"}' where origin_key = 'QOBRIX_1'`,
    )
    await rerendered('property')
    expect((await kept(1, 'bedrooms', 'BedroomsTotal'))!.value).toBe(4)
  })

  it('reaches the readers, and says of a claimed listing that the source wrote it', async () => {
    await ingest(database.pool, 'property', [listing(1), listing(2)])
    await query(`update public.mls_listings set claimed_at = now() where origin_key = 'QOBRIX_2'`)
    await unlearn(1, 'year_built', 'YearBuilt', '1990')
    await unlearn(2, 'year_built', 'YearBuilt', '1991')
    await query(`delete from public.mls_listing_field_writes`)
    expect(await shown(1, 'YearBuilt')).toBeNull()
    await rerendered('property')
    expect(await shown(1, 'YearBuilt')).toBe(1990)
    expect(await query(`select column_name, source from public.mls_listing_field_writes order by 1`)).toEqual(
      [
        { column_name: 'extensions', source: 'INGRESS' },
        { column_name: 'year_built', source: 'INGRESS' },
      ],
    )
  })
})

describe('records that are rendered anew', () => {
  it('are all of them, slice by slice, each once', async () => {
    await ingest(database.pool, 'property', [1, 2, 3, 4, 5].map((n) => listing(n)))
    await query(`update public.served_property set doc = '"City" : "old"' where true`)
    await query(`select mls.request_rerender('{property}')`)
    const before = await events()
    const slices = []
    do {
      slices.push((await query('select mls.rerender_slice(2) as slice'))[0].slice)
    } while (slices.at(-1).more)
    expect(slices.map(({ records }) => records)).toEqual([2, 2, 1])
    expect(await events() - before).toBe(5)
    for (const n of [1, 2, 3, 4, 5]) expect(await shown(n, 'City')).toBe('Limassol')
    expect(await query('select * from mls.rerenders')).toEqual([])
  })

  it('get no stamp and no event where nobody sees a difference', async () => {
    await ingest(database.pool, 'property', [1, 2, 3].map((n) => listing(n)))
    const before = await events()
    expect(await rerendered('property')).toEqual({ records: 3, more: false })
    expect(await events()).toBe(before)
  })

  it('are begun anew when something changes under way', async () => {
    await ingest(database.pool, 'property', [1, 2, 3].map((n) => listing(n)))
    await query(`select mls.request_rerender('{property}')`)
    await query('select mls.rerender_slice(2)')
    expect(await rerendered('property')).toEqual({ records: 3, more: false })
  })

  it('belong to every resource', async () => {
    const names = resources.map(({ ingestName }) => ingestName)
    await query('select mls.request_rerender($1)', names)
    await ingest(database.pool, 'property', [listing(1)])
    const { more } = await rerender(database.pool)
    expect(more).toBe(false)
    expect(await query('select * from mls.rerenders')).toEqual([])
  })

  it('wait for nobody: a second worker finds nothing to do, and writers go on', async () => {
    await ingest(database.pool, 'property', [1, 2, 3].map((n) => listing(n)))
    await query(`select mls.request_rerender('{property}')`)
    const client = await database.pool.connect()
    try {
      await client.query('begin')
      await client.query('select mls.rerender_slice(2)')
      expect((await query('select mls.rerender_slice(2) as slice'))[0].slice).toEqual({
        records: 0,
        more: false,
      })
      // not yet committed, so no lock on the stamps either
      await ingest(database.pool, 'property', [listing(9)])
      await client.query('commit')
    } finally {
      client.release()
    }
    expect((await query('select mls.rerender_slice(9) as slice'))[0].slice).toMatchObject({ more: false })
  })
})
