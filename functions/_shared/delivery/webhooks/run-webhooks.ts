import type { Pool } from 'pg'
import { againAfterDeadlock } from '../../db/deadlock.ts'
import { log } from '../../http/log.ts'
import { count } from '../../http/metrics.ts'
import { budgetOf } from '../budget.ts'
import { toDeliveryFailure } from '../failure.ts'
import { retryAfterSeconds } from '../retry-after.ts'
import { fanOut } from './fan-out.ts'
import { sendSigned, type SignedMessage } from './send-signed.ts'

/** A message under lease, as mls.claim_webhooks() gives it. */
export interface Message extends SignedMessage {
  lease_token: string
  subscription_id: string
}

interface Attempt {
  status: number | null
  error: string | null
  retryAfter?: number
}

export interface WebhookOptions {
  /** Calls under way at a time. */
  workers: number
  /** Calls per run. */
  limit: number
  milliseconds: number
  leaseSeconds: number
  /** Messages that may wait for one subscriber; further events wait in the log. */
  maxWaiting: number
}

/** Each so-manieth call goes to a subscriber in trouble, however much waits for others: it may be well again. */
const turnOfTroubled = 50

/** Turns events into messages and sends what is due, until nothing is or the run's budget is spent. */
export async function runWebhooks(pool: Pool, options: Partial<WebhookOptions> = {}) {
  const { workers = 10, limit = 300, milliseconds = 45_000, leaseSeconds = 60, maxWaiting } = options
  const budget = budgetOf(limit, milliseconds)
  // reading events may not use up the time for sending
  const counts = {
    enqueued: await fanOut(pool, budgetOf(1, milliseconds / 2).spent, maxWaiting),
    delivered: 0,
    failed: 0,
    lost: 0,
  }
  const turns: Record<string, number> = {}
  let claims = 0
  await Promise.all(Array.from({ length: workers }, async () => {
    while (budget.take()) {
      const { rows } = await pool.query<{ message: Message }>(
        'select mls.claim_webhooks(1, $1, $2, $3) as message',
        [leaseSeconds, JSON.stringify(turns), ++claims % turnOfTroubled === 0],
      )
      const message = rows[0]?.message
      if (!message) return
      turns[message.subscription_id] = (turns[message.subscription_id] ?? 0) + 1
      counts[await sendMessage(pool, message)]++
    }
  }))
  return counts
}

/** Sends a message that is leased, and reports what came of it. `lost`: the lease ran out before. */
export async function sendMessage(pool: Pool, message: Message): Promise<'delivered' | 'failed' | 'lost'> {
  const { status, error, retryAfter } = await attempt(message)
  const { rows } = await againAfterDeadlock(() =>
    pool.query<{ finished: boolean }>(
      'select mls.finish_webhook($1, $2, $3, $4, $5) as finished',
      [message.id, message.lease_token, status, error, retryAfter ?? null],
    )
  )
  if (error !== null) log('warn', 'webhook_failed', { webhook_id: message.id, status, error })
  const outcome = !rows[0]!.finished ? 'lost' : error === null ? 'delivered' : 'failed'
  count('mls_webhook_calls', { outcome })
  return outcome
}

async function attempt(message: Message): Promise<Attempt> {
  try {
    const { status, headers } = await sendSigned(message)
    if (status >= 200 && status < 300) return { status, error: null }
    return { status, error: `The subscriber answered ${status}.`, retryAfter: retryAfterSeconds(headers) }
  } catch (error) {
    const { code, message } = toDeliveryFailure(error)
    return { status: null, error: `${code}: ${message}` }
  }
}
