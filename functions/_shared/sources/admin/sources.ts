import type { Pool } from 'pg'
import { callerOf, decide } from './decide.ts'
import { HubError } from '../../http/errors.ts'
import type { Operator } from '../../oauth/operator.ts'
import { nextTimes } from '../schedule.ts'
import { checkChange, checkCreation, keepsHosts } from './check-source.ts'

type Source = Record<string, unknown>

export async function plainHosts(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ host: string }>('select host from public.mls_source_hosts')
  return rows.map(({ host }) => host)
}

/** @throws HubError invalid_settings (422), source_exists (409) */
export async function createSource(pool: Pool, body: unknown, operator: Operator): Promise<Source> {
  const { credentials, ...source } = await checkCreation(body, await plainHosts(pool))
  const times = source.enabled ? schedule(source) : { next_run_at: null, next_full_at: null }
  const { answer } = await decide('mls.create_source($1::jsonb, $2, $3::jsonb)', [
    JSON.stringify({ ...source, ...times }),
    credentials ? JSON.stringify(credentials) : null,
    callerOf(operator),
  ])
  return answer
}

/** @throws HubError invalid_settings (422), source_exists (409), not_found (404) */
export async function changeSource(
  pool: Pool,
  wanted: string,
  body: unknown,
  operator: Operator,
): Promise<Source> {
  const stored = await getSource(wanted, operator) as never as Parameters<typeof checkChange>[1] & Source
  const { credentials, ...changes } = await checkChange(body, stored, await plainHosts(pool))
  const drops = credentials === null ||
    (credentials === undefined && changes.settings !== undefined &&
      !keepsHosts(stored.provider, stored.settings, changes.settings))
  const after = { ...stored, ...changes } as unknown as Parameters<typeof schedule>[0] & { enabled: boolean }
  const isRescheduled = ['cron', 'full_cron', 'interval_minutes', 'timezone', 'enabled'].some((member) =>
    member in changes
  )
  const times = !isRescheduled
    ? {}
    : after.enabled
    ? schedule(after)
    : { next_run_at: null, next_full_at: null }
  const { answer } = await decide('mls.change_source($1, $2::jsonb, $3, $4, $5::jsonb)', [
    wanted,
    JSON.stringify({ ...changes, ...times }),
    credentials ? JSON.stringify(credentials) : null,
    drops,
    callerOf(operator),
  ])
  return answer
}

function schedule(
  source: {
    cron?: string | null
    full_cron?: string | null
    interval_minutes?: number | null
    timezone?: string
  },
) {
  const { cron = null, full_cron = null, interval_minutes = null, timezone = 'UTC' } = source
  const { run, full } = nextTimes({ cron, full_cron, interval_minutes, timezone })
  return { next_run_at: run, next_full_at: full }
}

/** By id or code. @throws HubError not_found (404) */
export async function getSource(wanted: string, operator: Operator): Promise<Source> {
  return (await decide('mls.get_source($1, $2::jsonb)', [wanted, callerOf(operator)])).answer
}

/** Queues a run. @throws HubError run_active (409), not_found (404) */
export async function startRun(
  wanted: string,
  request: { mode: 'FULL' | 'DELTA'; force?: boolean },
  operator: Operator,
): Promise<{ run_id: string }> {
  const { answer } = await decide('mls.start_source_run($1, $2::jsonb, $3::jsonb)', [
    wanted,
    JSON.stringify(request),
    callerOf(operator),
  ])
  return answer as { run_id: string }
}

export async function cancelRun(run: string, operator: Operator): Promise<Source> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(run)) {
    throw new HubError('unknown_run', 'There is no such run in a market that you administer.')
  }
  return (await decide('mls.cancel_source_run($1, $2::jsonb)', [run, callerOf(operator)])).answer
}
