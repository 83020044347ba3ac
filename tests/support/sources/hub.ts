import type pg from 'pg'
import { findProvider } from '../../../functions/_shared/sources/providers.ts'
import { claimRun } from '../../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../../functions/_shared/sources/run-slice.ts'
import { runSources, type SourcesOptions } from '../../../functions/_shared/sources/run-sources.ts'

export const everyone = JSON.stringify({ name: 'test' })

/** A tenant with one market office, for a source of its own. */
export async function addMarket(
  pool: pg.Pool,
  code: string,
  options: { country?: string; currency?: string } = {},
): Promise<string> {
  const { country = 'GR', currency = 'EUR' } = options
  const office = `${code}-OFFICE`
  await pool.query(
    `with t as (insert into mls_tenants (code, name, country, currency_code) values ($1, $1, $2, $3) returning id)
     insert into mls_offices (tenant_id, office_key, originating_office_key, is_market, origin_system, currency_code, name)
     select t.id, $4, $4, true, 'MANUAL', $3, $1 from t`,
    [code, country, currency, office],
  )
  return office
}

export interface NewSource {
  office_key: string
  code?: string
  provider?: string
  settings?: Record<string, unknown>
  credentials?: Record<string, string>
  [member: string]: unknown
}

/** Creates a source past the door, as the door would have it. */
export async function addSource(pool: pg.Pool, { credentials, ...source }: NewSource): Promise<string> {
  const provider = source.provider ?? 'MOCK'
  const settings = source.settings ?? { listings: 20 }
  const code = source.code ?? 'TEST'
  const { rows: [row] } = await pool.query('select mls.create_source($1::jsonb, $2, $3::jsonb) as answer', [
    JSON.stringify({
      name: code,
      key_prefix: `${code}_`,
      mapping_version: 1,
      resources: [],
      timezone: 'UTC',
      overlap_seconds: 0,
      sweep_minutes: 1440,
      media: {},
      enabled: true,
      ...findProvider(provider)?.defaults?.(settings),
      requests_per_minute: null,
      ...source,
      provider,
      settings,
      code,
    }),
    credentials ? JSON.stringify(credentials) : null,
    everyone,
  ])
  if (row.answer.status !== 201) throw new Error(JSON.stringify(row.answer))
  return row.answer.answer.id
}

export async function start(
  pool: pg.Pool,
  source: string,
  mode: 'FULL' | 'DELTA',
  force = false,
): Promise<string> {
  const { rows: [row] } = await pool.query(
    'select mls.start_source_run($1, $2::jsonb, $3::jsonb) as answer',
    [
      source,
      JSON.stringify({ mode, force }),
      everyone,
    ],
  )
  if (row.answer.status !== 202) throw new Error(JSON.stringify(row.answer))
  return row.answer.answer.run_id
}

export interface RunView {
  id: string
  status: string
  stage: string | null
  progress: { done: number; expected?: number; stage: { done: number; expected?: number } }
  counts: Record<string, number>
  counts_by_resource: Record<string, Record<string, number>>
  requests: number
  slices: number
  quota_reached: boolean
  error?: { code: string; message: string }
}

export async function viewRun(pool: pg.Pool, run: string): Promise<RunView> {
  const { rows: [row] } = await pool.query('select mls.get_source_run($1, $2::jsonb) as answer', [
    run,
    everyone,
  ])
  return row.answer.answer
}

/** Starts a run and works until nothing is due. */
export async function runNow(
  pool: pg.Pool,
  source: string,
  mode: 'FULL' | 'DELTA' = 'FULL',
  options: SourcesOptions & { force?: boolean } = {},
): Promise<RunView> {
  const run = await start(pool, source, mode, options.force)
  await work(pool, source, options)
  return await viewRun(pool, run)
}

/** Starts a FULL and works it off slice by slice without the pauses that failures ask for, until it has ended. */
export async function runThroughFaults(
  pool: pg.Pool,
  source: string,
  options: { page?: number } = {},
): Promise<RunView> {
  const run = await start(pool, source, 'FULL')
  for (let round = 0; round < 300; round++) {
    const view = await viewRun(pool, run)
    if (['finished', 'failed'].includes(view.status)) return view
    await pool.query(
      `update mls_source_runs set due_at = clock_timestamp(), failures = 0 where id = $1`,
      [run],
    )
    await pool.query(`update mls_sources set failures = 0, open_until = null where id = $1`, [source])
    const order = await claimRun(pool, { source })
    if (order) await runSlice(pool, order, options)
  }
  throw new Error('The run does not end.')
}

/** Works until the runs of a source have ended. */
export async function work(pool: pg.Pool, source: string, options: SourcesOptions = {}): Promise<void> {
  for (let round = 0; round < 400; round++) {
    const report = await runSources(pool, { schedules: false, source, ...options })
    const { rowCount } = await pool.query(
      `select from mls_source_runs where source_id = $1 and status in ('queued', 'running', 'waiting')`,
      [source],
    )
    if (rowCount === 0) return
    if (report.slices.length === 0) await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('The runs of the source do not end.')
}

/** Listings of an office as they are: key, whether the source holds them, price. */
export async function listingsOf(
  pool: pg.Pool,
  office: string,
): Promise<{ key: string; gone: boolean; price: string | null; status: string | null }[]> {
  const { rows } = await pool.query(
    `select origin_key as key, origin_deleted as gone, list_price::text as price, source_standard_status as status
     from mls_listings where originating_office_key = $1 order by origin_key`,
    [office],
  )
  return rows
}
