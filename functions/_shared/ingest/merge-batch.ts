import { callFunction } from '../db/call-function.ts'
import { servicePool } from '../db/pool.ts'
import type { Issue } from '../gold/issues.ts'
import type { DatabaseRefusal } from '../http/database-answer.ts'
import { count } from '../http/metrics.ts'
import type { Resource } from '../reso/types.ts'

/** What a request says about its batch, apart from the batch. */
export interface BatchOptions {
  run_id?: string
  dry_run: boolean
  /** What a field means that a record of a FULL run does not name; what the run says where it is left out. */
  absent?: 'keep' | 'null'
  idempotency_key?: string
  /** Path and query in one spelling: part of what an idempotency key is kept under. */
  request_path: string
}

/** What the database is told about a batch beside its records. */
export interface BatchContext extends BatchOptions {
  client_id: string
  /** Offices that the client may write for. */
  offices: string[]
  /** SHA-256 of the decoded body, in hex: an idempotency key stands for one body. */
  body_hash: string
  request_id: string
}

export type Outcome = 'insert' | 'refresh' | 'track' | 'unchanged' | 'stale' | 'skip' | 'reject' | 'delete'

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

/** The answer of mls.ingest_batch: a receipt, or a refusal of the batch as a whole. */
export type MergeResult = { status: 200; receipt: Receipt } | DatabaseRefusal

/** `rows` as batchRows() makes them. */
export type MergeBatch = (resource: Resource, rows: Uint8Array, context: BatchContext) => Promise<MergeResult>

/** Hands a batch to the database: one call, one transaction, one jsonb parameter. */
export const mergeBatch: MergeBatch = async (resource, rows, context) => {
  const result = await callFunction<MergeResult>(
    servicePool(),
    'mls.ingest_batch($1, $2::jsonb, $3::jsonb)',
    [
      resource.ingestName,
      rows,
      JSON.stringify(context),
    ],
  )
  if (result.status === 200 && !context.dry_run) {
    for (const [outcome, records] of Object.entries((result as { receipt: Receipt }).receipt.totals)) {
      if (records > 0) count('mls_ingest_records', { resource: resource.ingestName, outcome }, records)
    }
  }
  return result
}
