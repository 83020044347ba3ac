/** Runs of a source: the rules are in the database, under these names. */
import type { ClientContext } from '../oauth/client-context.ts'
import { callerOf, decide, type Decision } from './decide.ts'

export interface RunPlace {
  source: string
  office_key: string
  resource: string
}

export function openRun(
  client: ClientContext,
  run: RunPlace & { mode: 'FULL' | 'DELTA' },
): Promise<Decision> {
  return decide('mls.open_run($1::jsonb, $2::jsonb)', [JSON.stringify(run), callerOf(client)])
}

export function listRuns(client: ClientContext, filter: object): Promise<Decision> {
  return decide('mls.get_runs($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(client)])
}

export function getRun(client: ClientContext, id: string): Promise<Decision> {
  return decide('mls.get_run($1, $2::jsonb)', [id, callerOf(client)])
}

/** Adds keys that the source still has, so that a FULL run does not take them for deleted. */
export function addRunKeys(client: ClientContext, id: string, keys: string[]): Promise<Decision> {
  return decide('mls.add_run_keys($1, $2::jsonb, $3::jsonb)', [id, JSON.stringify(keys), callerOf(client)])
}

export function finishRun(client: ClientContext, id: string, options: object): Promise<Decision> {
  return decide('mls.finish_run($1, $2::jsonb, $3::jsonb)', [id, JSON.stringify(options), callerOf(client)])
}

/** Where the next DELTA run goes on. */
export function watermark(client: ClientContext, place: RunPlace): Promise<Decision> {
  return decide('mls.ingest_watermark($1::jsonb, $2::jsonb)', [JSON.stringify(place), callerOf(client)])
}
