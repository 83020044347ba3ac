/** Runs of a source: the rules are in the database, under these names. */
import { callerOf, decide, type Decision, type IngestCaller } from './decide.ts'

export interface RunPlace {
  source: string
  office_key: string
  resource: string
}

export function openRun(
  client: IngestCaller,
  run: RunPlace & { mode: 'FULL' | 'DELTA'; absent?: 'keep' | 'null' },
): Promise<Decision> {
  return decide('mls.open_run($1::jsonb, $2::jsonb)', [JSON.stringify(run), callerOf(client)])
}

export function listRuns(client: IngestCaller, filter: object): Promise<Decision> {
  return decide('mls.get_runs($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(client)])
}

export function getRun(client: IngestCaller, id: string): Promise<Decision> {
  return decide('mls.get_run($1, $2::jsonb)', [id, callerOf(client)])
}

/** Adds keys that the source still has, so that a FULL run does not take them for deleted. */
export function addRunKeys(client: IngestCaller, id: string, keys: string[]): Promise<Decision> {
  return decide('mls.add_run_keys($1, $2::jsonb, $3::jsonb)', [id, JSON.stringify(keys), callerOf(client)])
}

export function finishRun(client: IngestCaller, id: string, options: object): Promise<Decision> {
  return decide('mls.finish_run($1, $2::jsonb, $3::jsonb)', [id, JSON.stringify(options), callerOf(client)])
}

/** Where the next DELTA run goes on. */
export function watermark(client: IngestCaller, place: RunPlace): Promise<Decision> {
  return decide('mls.ingest_watermark($1::jsonb, $2::jsonb)', [JSON.stringify(place), callerOf(client)])
}

/** Pictures whose addresses are over, for who sends them. */
export function addresses(
  client: IngestCaller,
  request: { office_key: string; limit?: number },
): Promise<Decision> {
  return decide('mls.ingest_addresses($1::jsonb, $2::jsonb)', [JSON.stringify(request), callerOf(client)])
}
