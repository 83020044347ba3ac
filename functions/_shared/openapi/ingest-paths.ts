/** The addresses of the way in, as docs/ingest.md goes through them. */
import { type Operation, operationPaths, pageBefore } from './operations.ts'
import type { Json } from './schemas.ts'

const run =
  'The run: run_id, source, office_key, resource, mode, absent, status, watermark, totals, batches, keys_listed, flagged_deleted, times'
const receipt =
  '{batch_id, totals: {insert, refresh, track, unchanged, stale, skip, reject, delete}, records}'

const operations: [method: string, path: string, operation: Operation][] = [
  ['post', '/ingest/{resource}', {
    id: 'sendBatch',
    summary: 'A batch of records: up to 1,000, or 10 MB; JSON, or a record a line (application/x-ndjson)',
    status: 200,
    answer: `The receipt: ${receipt}, one entry a record, in input order`,
    body: [{
      ListingKey: 'QOBRIX_1',
      OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
      StandardStatus: 'Active',
    }],
    query: {
      run: 'Counts the batch in this run',
      dry_run: 'true: the same receipt, and nothing is written',
      absent: 'null, in a FULL run: a field that a record does not name is null; keep: it stays',
    },
  }],
  ['get', '/ingest/receipts/{batch_id}', {
    id: 'getReceipt',
    summary: 'A receipt again',
    status: 200,
    answer: receipt,
  }],
  ['post', '/ingest/runs', {
    id: 'openRun',
    summary: 'Opens a run of a source for one office and resource',
    status: 201,
    answer: '{run_id, watermark}; 409 run_open while one is open',
    body: { source: 'gold', office_key: 'SHARPSIR-CY-001', resource: 'property', mode: 'FULL' },
  }],
  ['get', '/ingest/runs', {
    id: 'listRuns',
    summary: 'Runs, newest first',
    status: 200,
    answer: `{runs: [...], next?}. ${run}`,
    query: {
      source: 'Of this source',
      office_key: 'Of this office',
      resource: 'Of this resource',
      status: 'open, finished or abandoned',
      ...pageBefore,
    },
  }],
  ['get', '/ingest/runs/{id}', { id: 'getRun', summary: 'A run', status: 200, answer: run }],
  ['post', '/ingest/runs/{id}/keys', {
    id: 'addRunKeys',
    summary: 'Keys that the source still holds, up to 100,000 a request',
    status: 200,
    answer: '{keys_listed}',
    body: { keys: ['QOBRIX_1'] },
  }],
  ['post', '/ingest/runs/{id}/finish', {
    id: 'finishRun',
    summary: 'Closes a run; a FULL one with a key list flags what it did not name',
    status: 200,
    answer: '{status, totals, flagged_deleted, watermark}; 409 incomplete_run, shrink_refused',
    body: { expected_records: 1 },
  }],
  ['get', '/ingest/watermark', {
    id: 'getWatermark',
    summary: 'Where the next DELTA goes on',
    status: 200,
    answer: '{watermark, overlap_seconds, last_run}',
    query: { source: 'The source', office_key: 'The office', resource: 'The resource' },
  }],
  ['get', '/ingest/addresses', {
    id: 'listAddresses',
    summary: 'Pictures whose addresses are over, to be sent again',
    status: 200,
    answer: '{media: [{media_key, listing_key, wanted_since}]}, the oldest first',
    query: { office_key: 'The office', limit: 'At most so many, 1,000 unless told otherwise' },
  }],
  ['get', '/ingest/dangling', {
    id: 'listDangling',
    summary: 'Keys that lead nowhere yet',
    status: 200,
    answer: '{dangling: [{office_key, resource, field, missing_key, records}]}',
  }],
  ['get', '/ingest/quarantine', {
    id: 'listQuarantine',
    summary: 'Rejected records, oldest first',
    status: 200,
    answer:
      '{records: [{seq, id, resource, office_key, record_key, reason, errors, payload, status, times}]}',
    query: {
      status: 'open (by default), replayed, resolved or dismissed',
      resource: 'Of this resource',
      office_key: 'Of this office',
      reason: 'Rejected for this reason',
      after: 'Behind this seq',
      limit: 'At most 1,000',
    },
  }],
  ['post', '/ingest/quarantine/replay', {
    id: 'replayQuarantine',
    summary: 'Sends rejected records in again, as they were sent',
    status: 200,
    answer: '{receipts, still_open}',
    body: { ids: ['0b7c0000-0000-4000-8000-000000000000'] },
  }],
  ['post', '/ingest/quarantine/dismiss', {
    id: 'dismissQuarantine',
    summary: 'Forgets the content of rejected records',
    status: 200,
    answer: '{dismissed}',
    body: { ids: ['0b7c0000-0000-4000-8000-000000000000'], note: 'test data' },
  }],
]

export const ingestTag = {
  name: 'Ingest',
  description:
    'The way in. For clients of scope ingest at what is of their offices; runs, receipts and the quarantine also for administrators.',
}

export const ingestPaths: Json = operationPaths(ingestTag.name, 'ingest', operations, {
  resource: 'property',
  batch_id: '0b7c0000-0000-4000-8000-000000000000',
  id: '0b7c0000-0000-4000-8000-000000000000',
})
