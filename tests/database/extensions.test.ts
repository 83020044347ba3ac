import { afterAll, beforeAll, expect, it } from 'vitest'
import { goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { fullWidthBatch } from '../../scripts/bench/records.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, outcomes, seedMarkets } from '../support/gold.ts'

/**
 * What no column holds is kept beside the columns, whichever way a record is read: one that names each field of gold and
 * no other by their names, any other by taking out what columns hold.
 */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const full = { ...fullWidthBatch('E')[0]!, OriginatingSystemOfficeKey: cyprus } as GoldRecord
const unheld = goldFields(property).filter((field) => !field.column && !field.view).map(({ name }) => name)
const without = (record: GoldRecord, ...names: string[]) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name))) as GoldRecord
const nulled = (names: string[]) => Object.fromEntries(names.map((name) => [name, null])) as GoldRecord

/** Records of every kind; all but the last few name what gold names, or as many fields. */
const records: Record<string, GoldRecord> = {
  'each field filled': full,
  'some of the fields null': { ...full, ...nulled([...unheld.slice(0, 40), 'City', 'YearBuilt']) },
  'most fields null': {
    ...full,
    ...nulled(Object.keys(full).filter((name) => !/Key$|^ListingId$|^StandardStatus$|^X_[A-D]/.test(name))),
  },
  'one field more': { ...full, SomethingNew: { of: ['the', 'source'], by: null } },
  'one field more, which is null': { ...full, SomethingNew: null },
  'another field instead of one': { ...without(full, 'City'), SomethingNew: 'instead' },
  'another field instead of one without a column': { ...without(full, unheld[3]!), SomethingNew: 1.50 },
  'the empty name': { ...full, '': 'nothing' },
  'the empty name instead of one': { ...without(full, 'City'), '': 0 },
  'one field less': without(full, unheld[5]!),
  'with a currency': { ...full, ListPriceCurrencyCode: 'EUR' },
  'texts that columns take as they are': { ...full, X_SeaView: 'false', X_GardenArea: '12.00' },
  'texts that columns would lose': {
    ...full,
    X_SeaView: 'Yes',
    X_Elevator: 'perhaps',
    X_GardenArea: 'NaN',
    X_Coverage: '١٢',
    X_DistanceFromBeach: 'близко',
    LeasePrice: '7.00',
    X_DataSource: 'qobrix',
  },
}

const names = Object.keys(records)
/** Each record twice: the second with one more field, which leaves one way to read it. */
const sent = names.flatMap((name, n) =>
  [records[name]!, { ...records[name]!, SomethingMore: 'to be taken out' }].map((record, twin) =>
    ({
      ...record,
      ListingKey: `QOBRIX_${n}_${twin}`,
      ListingId: `R-${n}-${twin}`,
    }) as GoldRecord
  )
)

async function merge(): Promise<string[]> {
  const { rows: [{ answer }] } = await database.pool.query(
    `select mls.ingest_batch('property', $1, '{"client_id": "test", "request_path": "test"}') as answer`,
    [JSON.stringify(sent.map((record) => ({ r: record, e: [], w: [] })))],
  )
  return outcomes(answer.receipt)
}

/** What is kept beside the columns of each record, and of its twin. */
async function kept(): Promise<Record<string, unknown[]>> {
  const { rows } = await database.pool.query(
    `select extensions - 'SomethingMore' as kept from public.mls_listings order by seq`,
  )
  return Object.fromEntries(names.map((name, n) => [name, [rows[2 * n].kept, rows[2 * n + 1].kept]]))
}

it('keeps what no column holds, whichever way a record is read', async () => {
  expect(new Set(await merge())).toEqual(new Set(['insert']))
  const first = await kept()
  for (const [name, [one, twin]] of Object.entries(first)) {
    expect({ name, kept: one }).toEqual({ name, kept: twin })
  }
  const some = Object.fromEntries(unheld.map((name) => [name, full[name]]))
  expect(first['each field filled']![0]).toMatchObject(some)
  expect(first['one field more']![0]).toMatchObject({ ...some, SomethingNew: { of: ['the', 'source'] } })
  expect(first['the empty name instead of one']![0]).toMatchObject({ ...some, '': 0 })
  expect(first['some of the fields null']![0]).not.toHaveProperty(unheld[0]!)
  expect(first['texts that columns take as they are']![0]).not.toHaveProperty('X_SeaView')
  expect(first['texts that columns would lose']![0]).toMatchObject({
    X_SeaView: 'Yes',
    X_GardenArea: 'NaN',
    LeasePrice: 7,
  })

  for (const record of sent) record.YearBuilt = 1999
  expect(new Set(await merge())).toEqual(new Set(['refresh']))
  expect(await kept()).toEqual(first)
})
