import type { Pool } from 'pg'
import { env, envInteger } from '../http/env.ts'
import { log } from '../http/log.ts'
import { toDeliveryFailure } from '../delivery/failure.ts'
import { send, sendForStatus } from '../delivery/send.ts'
import { noteFirstRuns } from './overdue.ts'

interface Health {
  resolved: number
  open: number
  unannounced: { id: number; code: string; subject: string; level: string; message: string }[]
}

/**
 * Opens and resolves alerts, and tells MLS_ALERT_WEBHOOK_URL of new ones; what could not be told is told next time.
 * At its end it gives a sign of life (MLS_HEARTBEAT_URL).
 */
export async function checkHealth(
  pool: Pool,
): Promise<{ resolved: number; open: number; announced: number }> {
  await noteFirstRuns(pool)
  const { rows } = await pool.query<{ health: Health }>('select mls.check_health() as health')
  const { resolved, open, unannounced } = rows[0]!.health
  for (const { code, subject, level, message } of unannounced) {
    log(level === 'critical' ? 'error' : 'warn', 'alert', { code, subject, message })
  }
  const announced = unannounced.length > 0 && await announce(unannounced) ? unannounced.length : 0
  if (announced > 0) {
    const ids = unannounced.map(({ id }) => id)
    await pool.query('update public.mls_alerts set announced_at = clock_timestamp() where id = any ($1)', [
      ids,
    ])
  }
  await beat()
  return { resolved, open, announced }
}

/**
 * Asks the address of a dead man's switch (Healthchecks.io, Better Stack and others): it calls for help when we do not. The hub
 * itself could not, once its clock stands still.
 */
async function beat(): Promise<void> {
  const url = env('MLS_HEARTBEAT_URL')
  if (!url) return
  try {
    await send({ method: 'GET', url, timeoutMs: 5_000, maxBytes: 100_000 })
  } catch (error) {
    const { code, message } = toDeliveryFailure(error)
    log('error', 'heartbeat_not_sent', { code, message })
  }
}

/** Without an address the log line is the announcement. */
async function announce(alerts: Health['unannounced']): Promise<boolean> {
  const url = env('MLS_ALERT_WEBHOOK_URL')
  if (!url) return true
  try {
    const { status } = await sendForStatus({
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'alerts.opened', alerts }),
      timeoutMs: envInteger('MLS_ALERT_TIMEOUT_MS', 5_000, { min: 50, max: 20_000 }),
      maxBytes: 100_000,
    })
    return status >= 200 && status < 300
  } catch (error) {
    const { code, message } = toDeliveryFailure(error)
    log('error', 'alert_not_announced', { code, message })
    return false
  }
}
