import type { Pool } from 'pg'
import { forecastSource, type SourceForecast } from './forecast-source.ts'
import { runSources } from './run-sources.ts'

export interface TakeOver {
  forecast: SourceForecast
  run: {
    id: string
    status: string
    counts: Record<string, number>
    error?: { code: string; message: string }
  }
}

const caller = '{"name": "take-over"}'

/**
 * Lets a source take a market over from whoever delivered it before, usually a job of Databricks: keys are the same, what
 * was claimed, edited or drifted stays, and only what the forecast lists changes. The job must have been stopped; a run
 * that it has open is in the way.
 *
 * @throws Error where something is in the way; nothing has been changed then
 */
export async function takeOver(
  pool: Pool,
  wanted: string,
  options: { force?: boolean } = {},
): Promise<TakeOver> {
  const source = await find(pool, wanted)
  const { rows: open } = await pool.query<{ client_id: string; resource: string }>(
    `select r.client_id, r.resource from public.mls_ingest_runs r where r.office_key = $1 and r.status = 'open' and r.client_id <> 'source:' || $2`,
    [source.office_key, source.id],
  )
  if (open[0]) {
    throw new Error(
      `${open[0].client_id} has a run open for ${
        open[0].resource
      } of ${source.office_key}: let it end, and stop its schedule.`,
    )
  }
  const forecast = await forecastSource(pool, source.id)
  // what another source delivered last, only that one may flag: from here on it is this one
  await pool.query('select mls.release_source($1)', [source.office_key])
  await answered(pool, 'mls.change_source($1, \'{"enabled": true}\', null, false, $2)', [source.id, caller])
  const { run_id } = await answered(pool, 'mls.start_source_run($1, $2, $3)', [
    source.id,
    JSON.stringify({ mode: 'FULL', force: options.force ?? false }),
    caller,
  ])
  return { forecast, run: await finished(pool, source.id, String(run_id)) }
}

/** The way back: the source stops, and whoever delivers the market next may flag what is no longer there. */
export async function giveBack(pool: Pool, wanted: string): Promise<{ source: string; cancelled: number }> {
  const source = await find(pool, wanted)
  await answered(pool, 'mls.change_source($1, \'{"enabled": false}\', null, false, $2)', [source.id, caller])
  const { rows } = await pool.query<{ id: string }>(
    `select r.id from public.mls_source_runs r where r.source_id = $1 and r.status in ('queued', 'running', 'waiting') and r.mode <> 'PROBE'`,
    [source.id],
  )
  for (const { id } of rows) await pool.query('select mls.cancel_source_run($1, $2)', [id, caller])
  await pool.query('select mls.release_source($1, $2)', [source.office_key, source.code])
  return { source: source.code, cancelled: rows.length }
}

async function find(pool: Pool, wanted: string): Promise<{ id: string; code: string; office_key: string }> {
  const { id, code, office_key } = await answered(pool, 'mls.get_source($1, $2)', [wanted, caller])
  return { id: String(id), code: String(code), office_key: String(office_key) }
}

async function answered(pool: Pool, call: string, values: unknown[]): Promise<Record<string, unknown>> {
  const { rows: [row] } = await pool.query(`select ${call} as answer`, values)
  if (row.answer.status >= 400) throw new Error(row.answer.detail)
  return row.answer.answer
}

async function finished(pool: Pool, source: string, run: string): Promise<TakeOver['run']> {
  for (;;) {
    const report = await runSources(pool, { schedules: false, source })
    const { rows: [row] } = await pool.query('select mls.get_source_run($1, $2) as answer', [run, caller])
    const view = row.answer.answer
    if (view.finished_at) {
      return { id: run, status: view.status, counts: view.counts, ...(view.error && { error: view.error }) }
    }
    if (report.slices.length === 0) await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}
