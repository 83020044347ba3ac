import type { Pool } from 'pg'
import type { Channel, Facts } from './channels/channel.ts'
import { channels } from './channels/channels.ts'
import { DeliveryFailure, toDeliveryFailure } from './failure.ts'
import type { Job, Result } from './job.ts'

/**
 * Carries out a delivery by the channel that its portal's configuration names. Never throws: the queue gets every
 * outcome, with what was done before a failure.
 */
export async function deliver(job: Job, pool: Pool, known = channels): Promise<Result> {
  if (job.action === 'none') return { outcome: 'none' }
  const facts: Facts = {}
  try {
    const outcome = await channelOf(job, known).carryOut(job, facts, pool)
    return { ...facts, outcome }
  } catch (error) {
    const failure = toDeliveryFailure(error)
    return {
      ...facts,
      outcome: failure.retry ? 'retry' : 'refused',
      in_doubt: failure.inDoubt || (job.in_doubt && failure.retry),
      error_code: failure.code,
      error: failure.message,
      retry_after_seconds: failure.retryAfterSeconds,
      status: failure.status,
    }
  }
}

/** Nothing is sent by guess: the deliveries of a portal without a known channel wait until its configuration changes. */
function channelOf({ portal }: Job, known: Readonly<Record<string, Channel>>): Channel {
  const name = portal.config.channel
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name]!
  const said = name === undefined
    ? 'names no channel'
    : `names the channel ${JSON.stringify(name)}, which does not exist`
  throw new DeliveryFailure(
    'not_configured',
    `The portal ${portal.market}/${portal.code} ${said}: set "channel" in its config to one of ${
      Object.keys(known).join(', ')
    }.`,
    { retry: true },
  )
}
