import { decide, type Decision } from './decide.ts'

/** What doors ask of sources and their runs; `caller` as callerOf() writes it, `filter` as JSON. */

export const listSources = (page: string, caller: string): Promise<Decision> =>
  decide('mls.get_sources($1::jsonb, $2::jsonb)', [page, caller])

/** All of them, page by page. */
export async function allSources(caller: string): Promise<Record<string, unknown>[]> {
  const sources: Record<string, unknown>[] = []
  let after: unknown
  do {
    const { answer } = await listSources(JSON.stringify({ limit: 500, after }), caller)
    sources.push(...answer.sources as Record<string, unknown>[])
    after = answer.next
  } while (after)
  return sources
}

export const sourceStatistics = (caller: string): Promise<Decision> =>
  decide('mls.get_source_statistics($1::jsonb)', [caller])

/** Runs of one source (id or code), or of all. */
export const sourceRuns = (source: unknown, filter: string, caller: string): Promise<Decision> =>
  decide('mls.get_source_runs($1, $2::jsonb, $3::jsonb)', [source, filter, caller])

export const sourceRun = (run: string, caller: string): Promise<Decision> =>
  decide('mls.get_source_run($1, $2::jsonb)', [run, caller])

export const sourceErrors = (source: unknown, filter: string, caller: string): Promise<Decision> =>
  decide('mls.get_source_errors($1, $2::jsonb, $3::jsonb)', [source, filter, caller])

export const deleteSource = (source: unknown, caller: string): Promise<Decision> =>
  decide('mls.delete_source($1, $2::jsonb)', [source, caller])
