import type { Pool } from 'pg'
import { budgetOf } from '../budget.ts'
import { log } from '../../http/log.ts'
import { toDeliveryFailure } from '../failure.ts'
import { send } from '../send.ts'
import { retryAfterSeconds } from '../retry-after.ts'
import { envInteger } from '../../http/env.ts'
import { guardAddress } from '../address-guard.ts'
import { fanOut } from './fan-out.ts'
import { signature } from './signature.ts'

interface Message {
  id: string
  lease_token: string
  body: string
  url: string
  secrets: string[]
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

async function attempt({ id, body, url, secrets }: Message): Promise<Attempt> {
  const timestamp = Math.floor(Date.now() / 1000)
  try {
    await guardAddress(url)
    const { status, headers } = await send({
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'mls-hub',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': await signature(secrets, { id, timestamp, body }),
      },
      body,
      timeoutMs: envInteger('MLS_WEBHOOK_TIMEOUT_MS', 10_000, { min: 50, max: 20_000 }),
      maxBytes: 64_000,
    })
    if (status >= 200 && status < 300) return { status, error: null }
    return { status, error: `The subscriber answered ${status}.`, retryAfter: retryAfterSeconds(headers) }
  } catch (error) {
    const { code, message } = toDeliveryFailure(error)
    return { status: null, error: `${code}: ${message}` }
  }
}
