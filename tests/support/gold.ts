import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Receipt } from '../../functions/_shared/ingest/merge-batch.ts'
import { folders } from '../../scripts/stack/layout.ts'

/** Small gold records for tests of the database, and the way in without HTTP. */
export const cyprus = 'SHARPSIR-CY-001'
export const hungary = 'SHARPSIR-HU-001'
export const kazakhstan = 'SHARPSIR-KZ-001'

export type GoldRecord = Record<string, unknown>

export async function seedMarkets(pool: pg.Pool): Promise<void> {
  await pool.query(readFileSync(join(folders.seed, '01_markets.sql'), 'utf8'))
}

/** A listing with what a market wants before it publishes by itself. */
export function listing(number: number, changes: GoldRecord = {}): GoldRecord {
  return {
    ListingKey: `QOBRIX_${number}`,
    ListingId: `REF-${number}`,
    OriginatingSystemOfficeKey: cyprus,
    StandardStatus: 'Active',
    PropertyType: 'Residential',
    ListPrice: 100_000 + number,
    City: 'Limassol',
    Country: 'CY',
    PublicRemarks: 'By the sea.',
    ModificationTimestamp: '2026-01-01T00:00:00Z',
    ...changes,
  }
}

/** Ingests a batch as the RPC route does. */
export async function ingest(
  pool: pg.Pool | pg.PoolClient,
  resource: string,
  records: unknown[],
  context: Record<string, unknown> = {},
): Promise<Receipt> {
  const { rows: [row] } = await pool.query(
    `select mls.ingest_batch($1, mls.read_records($1, $2::jsonb), $3::jsonb) as answer`,
    [
      resource,
      JSON.stringify(records),
      JSON.stringify({ client_id: 'test', request_path: 'test', ...context }),
    ],
  )
  if (!row.answer.receipt) throw new Error(JSON.stringify(row.answer))
  return row.answer.receipt
}

/** The outcomes of a batch, in input order. */
export function outcomes(receipt: Receipt): string[] {
  return receipt.records.map(({ outcome, reason }) => reason ? `${outcome} ${reason}` : outcome)
}
