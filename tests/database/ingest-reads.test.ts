import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Receipt } from '../../functions/_shared/ingest/merge-batch.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, listing, outcomes, seedMarkets } from '../support/gold.ts'

/**
 * What a batch reads grows with the batch, not with what is there. A connection keeps the plans that it made while the
 * tables were small (as on the first load of a new project): each of them must look up what it needs all the same.
 */
let database: TestDatabase
let client: pg.PoolClient

/** Offices are few, and read as a whole: a batch may name any of them. */
const present = (resource: string) => resource === 'office' ? 200 : 2000
const batch = 20
/** Of one table or index, for one record: some look-ups, far from what a table holds. */
const readsPerRecord = 40

const times = { ModificationTimestamp: '2026-01-01T00:00:00Z', OriginatingSystemOfficeKey: cyprus }
const records: Record<string, (number: number) => GoldRecord> = {
  office: (n) => ({ ...times, OfficeKey: `O_${n}`, OfficeName: `Office ${n}` }),
  member: (n) => ({
    ...times,
    MemberKey: `M_${n}`,
    MemberEmail: `m${n}@brokers.example`,
    OfficeKey: `O_${n}`,
  }),
  property: (n) =>
    listing(n, {
      ListAgentKey: `M_${n}`,
      X_SellerContactKey: `C_${n}`,
      X_DeveloperContactKey: `C_${n + 1}`,
      Latitude: 34.6 + n / 100_000,
      Longitude: 33,
    }),
  media: (n) => ({
    ...times,
    MediaKey: `P_${n}`,
    ResourceRecordKey: `QOBRIX_${n}`,
    MediaURL: `https://photos.example/${n}.jpg`,
    MediaCategory: 'Photo',
  }),
  contacts: (n) => ({
    ...times,
    ContactKey: `C_${n}`,
    FirstName: 'A',
    LastName: `B ${n}`,
    Email: `c${n}@mail.example`,
  }),
  showing_appointment: (n) => ({
    ...times,
    ShowingAppointmentKey: `S_${n}`,
    ListingKey: `QOBRIX_${n}`,
    ShowingAgentKey: `M_${n}`,
  }),
}
/** A change that every resource takes. */
const changes: Record<string, GoldRecord> = {
  office: { OfficeName: 'Renamed' },
  member: { MemberFirstName: 'Renamed' },
  property: { ListPrice: 99 },
  media: { Order: 9 },
  contacts: { FirstName: 'Renamed' },
  showing_appointment: { ShowingInstructions: 'Ring twice.' },
}

function numbered(resource: string, from: number, amount: number, change: GoldRecord = {}): GoldRecord[] {
  return Array.from({ length: amount }, (_, n) => ({ ...records[resource]!(from + n), ...change }))
}

/** Merges records that were read already, as the door sends them. */
async function merge(resource: string, records: GoldRecord[]): Promise<Receipt> {
  const { rows: [{ answer }] } = await client.query(
    `select mls.ingest_batch($1, $2::jsonb, '{"client_id": "test", "request_path": "test"}') as answer`,
    [resource, JSON.stringify(records.map((record) => ({ r: record, e: [], w: [] })))],
  )
  return answer.receipt
}

/** Rows that statements have fetched so far, by table and by index. */
async function rowsRead(): Promise<Map<string, number>> {
  await client.query('select pg_stat_force_next_flush()')
  const { rows } = await database.pool.query(
    `select relname as name, seq_tup_read::int as amount from pg_stat_user_tables
     union all select indexrelname, idx_tup_read::int from pg_stat_user_indexes`,
  )
  return new Map(rows.map(({ name, amount }) => [name, amount]))
}

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
  client = await database.pool.connect()
  for (const resource of Object.keys(records)) {
    for (const change of [{}, {}, changes[resource]!]) {
      await merge(resource, numbered(resource, 0, 1, change))
    }
  }
  for (const resource of Object.keys(records)) {
    for (let from = 1; from < present(resource); from += 1000) {
      await merge(resource, numbered(resource, from, Math.min(1000, present(resource))))
    }
  }
})
afterAll(async () => {
  client?.release()
  await database?.drop()
})

for (const resource of Object.keys(records)) {
  it(`reads of ${resource} what a batch is about`, async () => {
    const measured = async (from: number, change: GoldRecord, expected: string) => {
      const before = await rowsRead()
      const receipt = await merge(resource, numbered(resource, from, batch, change))
      const after = await rowsRead()
      expect(new Set(outcomes(receipt))).toEqual(new Set([expected]))
      const perRecord = [...after].map((
        [name, amount],
      ) => [name, Math.round((amount - before.get(name)!) / batch)])
      expect(perRecord.filter(([, amount]) => Number(amount) > readsPerRecord)).toEqual([])
    }
    await measured(10_000, {}, 'insert')
    await measured(100, {}, 'unchanged')
    await measured(100, changes[resource]!, 'refresh')
  })
}
