import type { Pool } from 'pg'
import { type BodyFormat, testBody } from './body.ts'
import { type Message, sendMessage } from './run-webhooks.ts'

/** A message as its subscriber sees it: what was sent, how often, and what the last answer was. */
export interface SentMessage {
  id: string
  /** Of the event; null for a test. */
  sequence: string | null
  status: 'PENDING' | 'DELIVERED' | 'FAILED'
  attempts: number
  created_at: string
  last_attempt_at: string | null
  next_attempt_at: string | null
  delivered_at: string | null
  /** Status of the last answer; null where none came. */
  last_status: number | null
  last_error: string | null
  body: unknown
}

export interface MessageFilter {
  status?: SentMessage['status']
  /** Only this one. */
  id?: string
  /** Only messages older than this one. */
  before?: string
  limit: number
}

const columns =
  `m.id, m.sequence::text, m.status, m.attempt_count as attempts, m.created_at, m.last_attempt_at, m.next_attempt_at,
  m.delivered_at, m.last_status, m.last_error, m.body::jsonb as body`

/** Messages of a subscription of the last 30 days, the newest first. */
export async function messagesOf(
  pool: Pool,
  subscription: string,
  { status, id, before, limit }: MessageFilter,
): Promise<SentMessage[]> {
  const { rows } = await pool.query<SentMessage>(
    `select ${columns} from public.mls_webhook_messages m
     where m.subscription_id = $1 and ($2::text is null or m.status = $2) and ($5::uuid is null or m.id = $5)
       and ($3::uuid is null or (m.created_at, m.id) < (
         select b.created_at, b.id from public.mls_webhook_messages b where b.id = $3 and b.subscription_id = $1))
     order by m.created_at desc, m.id desc limit $4`,
    [subscription, status ?? null, before ?? null, limit, id ?? null],
  )
  return rows
}

async function messageOf(pool: Pool, id: string): Promise<SentMessage> {
  const { rows } = await pool.query<SentMessage>(
    `select ${columns} from public.mls_webhook_messages m where m.id = $1`,
    [id],
  )
  return rows[0]!
}

/** As long as a call may take, and some. */
const leaseSeconds = 60

/**
 * Sends a test at once, signed like all others, and answers what came of it. One that fails is tried again like any
 * message. Undefined where the subscription is not active.
 */
export async function sendTest(
  pool: Pool,
  { id, format }: { id: string; format: BodyFormat },
): Promise<SentMessage | undefined> {
  const { rows } = await pool.query<{ message: Message | null }>(
    'select mls.begin_test_webhook($1, $2, $3) as message',
    [id, testBody(id, format), leaseSeconds],
  )
  const message = rows[0]?.message
  if (!message) return undefined
  await sendMessage(pool, message)
  return await messageOf(pool, message.id)
}

/** Tries a message again, or all that were given up; answers how many. */
export async function retryMessages(pool: Pool, subscription: string, message?: string): Promise<number> {
  const { rows } = await pool.query<{ retried: number }>('select mls.retry_webhooks($1, $2) as retried', [
    subscription,
    message ?? null,
  ])
  return rows[0]!.retried
}
