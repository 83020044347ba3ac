import type { Pool } from 'pg'
import { env } from '../http/env.ts'
import { log } from '../http/log.ts'
import { toDeliveryFailure } from '../delivery/failure.ts'
import { send } from '../delivery/send.ts'
import { type Alert, alertChannels, type Announcement } from './announce.ts'
import { noteFirstRuns } from './overdue.ts'

type Told = Alert & { told: string[] }

interface Health {
  resolved: number
  open: number
  unannounced: Told[]
  ended: Told[]
}

/**
 * Opens and resolves alerts, and tells the channels of those that are new and of those that are over (announce.ts); what
 * could not be told is told next time. At its end it gives a sign of life (MLS_HEARTBEAT_URL).
 */
export async function checkHealth(
  pool: Pool,
): Promise<{ resolved: number; open: number; announced: number }> {
  await noteFirstRuns(pool)
  const { rows } = await pool.query<{ health: Health }>('select mls.check_health() as health')
  const { resolved, open, unannounced, ended } = rows[0]!.health
  for (const { code, subject, level, message } of unannounced) {
    log(level === 'critical' ? 'error' : 'warn', 'alert', { code, subject, message })
  }
  const announced = await tell(pool, 'alerts.opened', unannounced)
  await tell(pool, 'alerts.resolved', ended)
  await beat()
  return { resolved, open, announced }
}

/** Tells each channel of what it does not know yet; answers how many alerts all channels know now. */
async function tell(pool: Pool, type: Announcement['type'], alerts: Told[]): Promise<number> {
  const [told, done] = type === 'alerts.opened' ? ['told', 'announced_at'] : ['told_end', 'end_announced_at']
  const channels = alertChannels()
  const missed = new Set<number>()
  for (const channel of channels) {
    const news = alerts.filter((alert) => !alert.told.includes(channel.name))
    if (news.length === 0) continue
    const ids = news.map(({ id }) => id)
    if (await channel.tell({ type, alerts: news })) {
      await pool.query(`update public.mls_alerts set ${told} = ${told} || $2::text where id = any ($1)`, [
        ids,
        channel.name,
      ])
    } else {
      ids.forEach((id) => missed.add(id))
    }
  }
  // without a channel the log line is the announcement
  const known = alerts.map(({ id }) => id).filter((id) => !missed.has(id))
  if (known.length === 0) return 0
  await pool.query(`update public.mls_alerts set ${done} = clock_timestamp() where id = any ($1)`, [known])
  return known.length
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
