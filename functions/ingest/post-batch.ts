import type { BatchForm } from '../_shared/gold/batch-text.ts'
import { maxBodyBytes } from '../_shared/gold/limits.ts'
import { readBytes, requireMediaType } from '../_shared/http/body.ts'
import { answerOf } from '../_shared/http/database-answer.ts'
import type { MergeBatch, Receipt } from '../_shared/ingest/merge-batch.ts'
import type { ClientContext } from '../_shared/oauth/client-context.ts'
import type { Resource } from '../_shared/reso/types.ts'
import { batchRows } from './batch-rows.ts'
import { readBatchOptions } from './options.ts'

const forms = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
} as const

const mediaTypes = Object.keys(forms)

export interface BatchRequest {
  request: Request
  requestId: string
  resource: Resource
  client: ClientContext
}

/**
 * Takes a batch from bytes to receipt. Whatever is wrong with the request as a whole is refused before the
 * database is asked; whatever is wrong with one record is said in the receipt.
 *
 * @throws HubError: 415, 413, 400 about the body, 400 about parameters, and the refusals of the database
 */
export async function postBatch(batch: BatchRequest, merge: MergeBatch): Promise<Receipt> {
  const { request, resource, client } = batch
  const mediaType = requireMediaType(request, mediaTypes) as keyof typeof forms
  const options = readBatchOptions(request, resource)
  const { rows, body_hash } = await readBody(request, resource, forms[mediaType])
  const result = await merge(resource, rows, {
    ...options,
    client_id: client.client_id,
    offices: client.offices,
    body_hash,
    request_id: batch.requestId,
  })
  return answerOf('mls.ingest_batch', result).receipt
}

/** Apart from its caller, so that the body is let go of before the database is waited for. */
async function readBody(request: Request, resource: Resource, form: BatchForm) {
  const bytes = await readBytes(request, maxBodyBytes)
  return { body_hash: await sha256(bytes), rows: batchRows(resource, bytes, form) }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
