/** Receipts, records that could not be taken, and references that lead nowhere yet. */
import { callerOf, decide, type Decision, type IngestCaller } from './decide.ts'

export function listQuarantine(client: IngestCaller, filter: object): Promise<Decision> {
  return decide('mls.list_quarantine($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(client)])
}

export function replayQuarantine(client: IngestCaller, ids: string[]): Promise<Decision> {
  return decide('mls.replay_quarantine($1::uuid[], $2::jsonb)', [ids, callerOf(client)])
}

export function dismissQuarantine(client: IngestCaller, ids: string[], note?: string): Promise<Decision> {
  return decide('mls.dismiss_quarantine($1::uuid[], $2, $3::jsonb)', [ids, note ?? null, callerOf(client)])
}

export function getReceipt(client: IngestCaller, batchId: string): Promise<Decision> {
  return decide('mls.get_receipt($1::uuid, $2::jsonb)', [batchId, callerOf(client)])
}

export function listDangling(client: IngestCaller): Promise<Decision> {
  return decide('mls.list_dangling($1::jsonb)', [callerOf(client)])
}
