import type { Pool } from 'pg'
import { log } from '../../http/log.ts'
import { budgetOf } from '../budget.ts'
import { toDeliveryFailure } from '../failure.ts'
import { retryAfterSeconds } from '../retry-after.ts'
import { fanOut } from './fan-out.ts'
import { sendSigned, type SignedMessage } from './send-signed.ts'

interface Message extends SignedMessage {
  lease_token: string
}

interface Attempt {
  status: number | null
  error: string | null
  retryAfter?: number
}

export interface WebhookOptions {
  workers: number
  limit: number
  milliseconds: number
  leaseSeconds: number
}

/** Turns events into messages and sends what is due, until nothing is or the run's budget is spent. */
export async function runWebhooks(pool: Pool, options: Partial<WebhookOptions> = {}) {
  const { workers = 10, limit = 300, milliseconds = 45_000, leaseSeconds = 60 } = options
  const budget = budgetOf(limit, milliseconds)
  const counts = { enqueued: await fanOut(pool, budget.spent), delivered: 0, failed: 0, lost: 0 }
  await Promise.all(Array.from({ length: workers }, async () => {
    while (budget.take()) {
      const { rows } = await pool.query<{ message: Message }>(
        'select mls.claim_webhooks(1, $1) as message',
        [leaseSeconds],
      )
      const message = rows[0]?.message
      if (!message) return
      const { status, error, retryAfter } = await attempt(message)
      const finished = await pool.query('select mls.finish_webhook($1, $2, $3, $4, $5) as finished', [
        message.id,
        message.lease_token,
        status,
        error,
        retryAfter ?? null,
      ])
      counts[!finished.rows[0].finished ? 'lost' : error === null ? 'delivered' : 'failed']++
      if (error !== null) log('warn', 'webhook_failed', { webhook_id: message.id, status, error })
    }
  }))
  return counts
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
