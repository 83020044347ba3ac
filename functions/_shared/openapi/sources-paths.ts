/** The addresses under which sources are managed; shapes in words where docs/sources.md says more. */
import { open, type Operation, operationPaths, pageAfter, pageBefore } from './operations.ts'
import type { Json } from './schemas.ts'

const source =
  'The source: its members without credentials, with id, has_credentials, status, last_run, next_run_at and usage'
const run =
  'The run: id, source_id, mode, trigger, status, stage, progress {done, expected?, stage: {done, expected?}}, counts, counts_by_resource, requests, slices, times, error?'
const change: Json = { name: 'Greece', interval_minutes: 60 }
const made: Json = {
  office_key: 'DEMO-GR-001',
  code: 'demo',
  name: 'Demo',
  provider: 'MOCK',
  settings: { listings: 50 },
}

const operations: [method: string, path: string, operation: Operation][] = [
  ['get', '/sources', {
    id: 'listSources',
    summary: 'The sources that the caller manages',
    status: 200,
    answer: `{sources: [...], next?}. ${source}`,
    query: pageAfter,
  }],
  ['post', '/sources', {
    id: 'createSource',
    summary: 'Makes a source',
    status: 201,
    answer: source,
    body: made,
  }],
  ['get', '/sources/{id}', {
    id: 'getSource',
    summary: 'A source, by id or code',
    status: 200,
    answer: source,
  }],
  ['patch', '/sources/{id}', {
    id: 'changeSource',
    summary: 'Changes members of a source',
    status: 200,
    answer: source,
    body: change,
  }],
  ['delete', '/sources/{id}', {
    id: 'deleteSource',
    summary: 'Removes a source with its credentials; its listings stay',
    status: 204,
    answer: 'Removed',
  }],
  ['post', '/sources/{id}/test', {
    id: 'testSource',
    summary: 'Tries a source, and a mapping, without writing anything',
    status: 200,
    answer: '{ok, checks: [{name, ok, message}], sample: [{key, record, findings}]}',
    body: {},
  }],
  ['post', '/sources/{id}/runs', {
    id: 'startSourceRun',
    summary: 'Starts a run',
    status: 202,
    answer: '{run_id}',
    body: { mode: 'FULL' },
  }],
  ['get', '/sources/{id}/runs', {
    id: 'listRunsOfSource',
    summary: 'Runs of a source, newest first',
    status: 200,
    answer: `{runs: [...], next?}. ${run}`,
    query: { status: 'Of this status', ...pageBefore },
  }],
  ['get', '/sources/{id}/errors', {
    id: 'listSourceErrors',
    summary: 'What went wrong, record by record',
    status: 200,
    answer: '{errors: [{id, run_id, stage, record_key, code, message, times, first_at, last_at}], next?}',
    query: { run_id: 'Of this run', ...pageBefore },
  }],
  ['post', '/sources/{id}/files', {
    id: 'sendSourceFile',
    summary: 'A file as body, its name in X-File-Name; it queues a FULL',
    status: 202,
    answer: '{file_id, sha256, duplicate}',
  }],
  ['get', '/sources/runs', {
    id: 'listSourceRuns',
    summary: 'Runs of all sources, newest first',
    status: 200,
    answer: '{runs: [...], next?}',
    query: { status: 'Of this status', ...pageBefore },
  }],
  ['get', '/sources/runs/{id}', {
    id: 'getSourceRun',
    summary: 'How far a run is, and what it brought',
    status: 200,
    answer: run,
  }],
  ['post', '/sources/runs/{id}/cancel', {
    id: 'cancelSourceRun',
    summary: 'Ends a run after the page under way',
    status: 202,
    answer: run,
  }],
  ['get', '/sources/statistics', {
    id: 'getSourceStatistics',
    summary: 'Figures of the last 30 days',
    status: 200,
    answer: 'Counts by provider, status and source; runs, outcomes, use',
  }],
  ['post', '/api/v1/admin/mls/sync', {
    id: 'mlsSync',
    summary: 'Starts a run, as the older property service had it',
    status: 202,
    answer: '{data: {run_id, status}}',
    body: { providerId: 'demo', syncType: 'incremental' },
  }],
  ['post', '/api/v1/admin/mls/sync/{id}/cancel', {
    id: 'mlsCancel',
    summary: 'Cancels the active run of a provider',
    status: 202,
    answer: '{data: run}',
  }],
  ['get', '/api/v1/admin/mls/status', {
    id: 'mlsStatusOfAll',
    summary: 'Status of all providers',
    status: 200,
    answer: '{data: [...], meta}',
  }],
  ['get', '/api/v1/admin/mls/status/{id}', {
    id: 'mlsStatus',
    summary: 'Status of a provider',
    status: 200,
    answer: '{data}',
  }],
  ['get', '/api/v1/admin/mls/history', {
    id: 'mlsHistoryOfAll',
    summary: 'Runs of all providers',
    status: 200,
    answer: '{data: [...], meta: {total, next?}}',
    query: pageBefore,
  }],
  ['get', '/api/v1/admin/mls/history/{id}', {
    id: 'mlsHistory',
    summary: 'Runs of a provider',
    status: 200,
    answer: '{data: [...], meta: {total, next?}}',
    query: pageBefore,
  }],
  ['get', '/api/v1/admin/mls/errors/{id}', {
    id: 'mlsErrors',
    summary: 'Errors of a provider',
    status: 200,
    answer: '{data: [...], meta: {total, next?}}',
    query: pageBefore,
  }],
  ['get', '/api/v1/admin/mls/statistics', {
    id: 'mlsStatistics',
    summary: 'Figures of all providers',
    status: 200,
    answer: '{data}',
  }],
  ['put', '/api/v1/admin/mls/provider/{id}/toggle', {
    id: 'mlsToggle',
    summary: 'Switches a provider on or off',
    status: 200,
    answer: '{data}',
    body: { enabled: true },
  }],
  ['put', '/api/v1/admin/mls/provider/{id}/interval', {
    id: 'mlsInterval',
    summary: 'How often a provider is read',
    status: 200,
    answer: '{data}',
    body: { minutes: 60 },
  }],
]

export const sourcesTag = {
  name: 'Sources',
  description:
    'What the hub reads by itself. For clients of scope admin, system administrators, and administrators of the own market.',
}

/** RFC 9457, as all doors but OData and OAuth answer. */
export const problemResponse: Json = {
  description:
    'Why not, as RFC 9457 has it: code, detail, and errors [{pointer, message}] where several things are wrong',
  content: { 'application/problem+json': { schema: open } },
}

export const sourcesPaths: Json = operationPaths(sourcesTag.name, 'admin', operations, { id: 'demo' })
