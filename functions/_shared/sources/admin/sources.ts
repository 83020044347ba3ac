import type { Pool } from 'pg'
import { ask } from '../../db/ask.ts'
import { HubError } from '../../http/errors.ts'
import type { Manager } from '../../operate/require-manager.ts'
import { nextTimes } from '../schedule.ts'
import { checkChange, checkCreation, keepsHosts } from './check-source.ts'

type Source = Record<string, unknown>

export async function plainHosts(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ host: string }>('select host from public.mls_source_hosts')
  return rows.map(({ host }) => host)
}

/** @throws HubError invalid_settings (422), source_exists (409) */
export async function createSource(pool: Pool, body: unknown, manager: Manager): Promise<Source> {
  const { credentials, ...source } = await checkCreation(body, await plainHosts(pool))
  const times = source.enabled ? schedule(source) : { next_run_at: null, next_full_at: null }
  const { answer } = await ask('mls.create_source($1::jsonb, $2, $3::jsonb)', [
    JSON.stringify({ ...source, ...times }),
    credentials ? JSON.stringify(credentials) : null,
    JSON.stringify(manager),
  ])
  return answer
}

/** @throws HubError invalid_settings (422), source_exists (409), not_found (404) */
export async function changeSource(
  pool: Pool,
  wanted: string,
  body: unknown,
  manager: Manager,
): Promise<Source> {
  const stored = await getSource(wanted, manager) as never as Parameters<typeof checkChange>[1] & Source
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
  const { answer } = await ask('mls.change_source($1, $2::jsonb, $3, $4, $5::jsonb)', [
    wanted,
    JSON.stringify({ ...changes, ...times }),
    credentials ? JSON.stringify(credentials) : null,
    drops,
    JSON.stringify(manager),
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
export async function getSource(wanted: string, manager: Manager): Promise<Source> {
  return (await ask('mls.get_source($1, $2::jsonb)', [wanted, JSON.stringify(manager)])).answer
}

/** Queues a run. @throws HubError run_active (409), not_found (404) */
export async function startRun(
  wanted: string,
  request: { mode: 'FULL' | 'DELTA'; force?: boolean },
  manager: Manager,
): Promise<{ run_id: string }> {
  const { answer } = await ask('mls.start_source_run($1, $2::jsonb, $3::jsonb)', [
    wanted,
    JSON.stringify(request),
    JSON.stringify(manager),
  ])
  return answer as { run_id: string }
}

export async function cancelRun(run: string, manager: Manager): Promise<Source> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(run)) {
    throw new HubError('unknown_run', 'There is no such run in a market that you administer.')
  }
  return (await ask('mls.cancel_source_run($1, $2::jsonb)', [run, JSON.stringify(manager)])).answer
}
