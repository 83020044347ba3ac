import type { Pool } from 'pg'
import { log } from '../http/log.ts'
import { count } from '../http/metrics.ts'
import { type Budget, budgetOf } from './budget.ts'
import { channels } from './channels/channels.ts'
import { deliver } from './deliver.ts'
import type { Result } from './job.ts'
import { claimDeliveries, finishDelivery, leaseSeconds } from './queue.ts'

export interface DeliveryOptions {
  /** Deliveries under way at a time. */
  workers: number
  /** Deliveries per run: about 4 ms of CPU each, of the 2 s that a hosted request has. */
  limit: number
  milliseconds: number
  leaseSeconds: number
}

export const deliveryDefaults: DeliveryOptions = {
  workers: 10,
  limit: 200,
  milliseconds: 45_000,
  leaseSeconds,
}

/** What a run did, by outcome. `lost`: leases that ran out before their report. */
export type DeliveryCounts = Record<Result['outcome'] | 'lost', number>

/** Delivers what is due to portals and applications that are sent to, until nothing is or the run's budget is spent. */
export async function runDeliveries(
  pool: Pool,
  options: Partial<DeliveryOptions> = {},
): Promise<DeliveryCounts> {
  const settings = { ...deliveryDefaults, ...options }
  const counts: DeliveryCounts = {
    sent: 0,
    unchanged: 0,
    withdrawn: 0,
    none: 0,
    retry: 0,
    refused: 0,
    lost: 0,
  }
  const budget = budgetOf(settings.limit, settings.milliseconds)
  await pool.query('select mls.park_exhausted()')
  await Promise.all(Array.from({ length: settings.workers }, () => work(pool, settings, budget, counts)))
  return counts
}

async function work(
  pool: Pool,
  settings: DeliveryOptions,
  budget: Budget,
  counts: DeliveryCounts,
): Promise<void> {
  while (budget.take()) {
    const [job] = await claimDeliveries(pool, 'deliveries', 1, { ...settings, readers: channels })
    if (!job) return
    const result = await deliver(job, pool)
    const finished = await finishDelivery(pool, job, result)
    const outcome = finished ? result.outcome : 'lost'
    counts[outcome]++
    count('mls_deliveries', { market: job.portal.market, portal: job.portal.code, outcome })
    if (result.error_code) {
      const { error_code } = result
      log('warn', 'delivery_failed', {
        listing_id: job.listing_id,
        portal: job.portal.code,
        error_code,
        outcome,
      })
    }
  }
}
