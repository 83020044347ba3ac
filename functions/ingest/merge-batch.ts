import { servicePool } from '../_shared/db/pool.ts'
import { withTransaction } from '../_shared/db/transaction.ts'
import type { Issue } from '../_shared/gold/issues.ts'
import type { Resource } from '../_shared/reso/types.ts'
import type { BatchOptions } from './options.ts'

/** What the database is told about a batch beside its records. */
export interface BatchContext extends BatchOptions {
  client_id: string
  /** Offices that the client may write for. */
  offices: string[]
  /** SHA-256 of the decoded body, in hex: an idempotency key stands for one body. */
  body_hash: string
  request_id: string
}

export type Outcome = 'insert' | 'refresh' | 'track' | 'unchanged' | 'stale' | 'skip' | 'reject'

/** The receipt of a batch: what became of each element, in input order. */
export interface Receipt {
  batch_id: string
  totals: Record<Outcome, number>
  records: {
    index: number
    key: string | null
    outcome: Outcome
    reason?: string
    warnings?: Issue[]
    errors?: Issue[]
  }[]
}

/** The answer of mls.ingest_batch: a receipt, or a refusal of the batch as a whole with a code of the catalogue. */
export type MergeResult =
  | { status: 200; receipt: Receipt }
  | { status: number; code: string; detail: string; [member: string]: unknown }

/** `rows` as batchRows() makes them. */
export type MergeBatch = (
  resource: Resource,
  rows: Uint8Array,
  context: BatchContext,
) => Promise<MergeResult>

/** A hosted function is cut off after 150 s without an answer; the merge must give up, and roll back, before. */
const statementTimeoutMs = 100_000

/** Hands a batch to the database: one call, one transaction, one jsonb parameter. */
export const mergeBatch: MergeBatch = async (resource, rows, context) =>
  await withTransaction(servicePool(), async (client) => {
    const { rows: [row] } = await client.query<{ result: MergeResult }>(
      'select mls.ingest_batch($1, $2::jsonb, $3::jsonb) as result',
      [resource.ingestName, rows, JSON.stringify(context)],
    )
    return row!.result
  }, { statementTimeoutMs })
