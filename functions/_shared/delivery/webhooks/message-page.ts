import type { Pool } from 'pg'
import { z } from 'zod'
import { readQuery } from '../../http/query-parameters.ts'
import { messagesOf, type SentMessage } from './messages.ts'

const filter = z.strictObject({
  status: z.enum(['PENDING', 'DELIVERED', 'FAILED']).optional(),
  before: z.guid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/**
 * A page of a subscription's messages by the query `[?status=&before=&limit=]`, the newest first; `next` is the `before` of
 * the next one.
 *
 * @throws HubError invalid_parameter
 */
export async function messagePage(
  pool: Pool,
  subscription: string,
  request: Request,
): Promise<{ messages: SentMessage[]; next?: string }> {
  const wanted = readQuery(request, filter)
  const messages = await messagesOf(pool, subscription, wanted)
  return { messages, ...messages.length === wanted.limit ? { next: messages.at(-1)!.id } : {} }
}
