import type { Pool } from 'pg'
import type { ClientContext } from '../../oauth/client-context.ts'
import { type BodyFormat, type Event as ToldEvent, eventBody } from './body.ts'
import { meetsFilter } from './filter.ts'

interface Subscription {
  id: string
  position: string
  resource: string
  filter: string | null
  format: BodyFormat
  context: ClientContext | null
  /** Messages on their way. */
  waiting: number
}

type Event = Omit<ToldEvent, 'sequence'> & { sequence: string | null; due_position: string | null }

/** Events looked at per subscription and step. */
const step = 200

/**
 * Turns new events into messages for every subscription, step by step in turns, so that a replay of one keeps no other
 * waiting. A subscription for which `maxWaiting` messages wait is left until they are fewer: its position waits.
 *
 * @returns how many messages there are now that were not there before
 */
export async function fanOut(pool: Pool, spent: () => boolean, maxWaiting = 1_000): Promise<number> {
  const { rows } = await pool.query<Subscription>(
    `select w.id, w.position::text, w.resource, w.filter, w.format, mls.api_client_context(a.client_id) as context,
       (select count(*)::int from public.mls_webhook_messages m where m.subscription_id = w.id and m.status = 'PENDING') as waiting
     from public.mls_webhook_subscriptions w join public.mls_api_clients a on a.id = w.client_id
     where w.status = 'ACTIVE'
       and exists (select from public.mls_entity_events e where e.sequence > w.position)
     order by w.position`,
  )
  let messages = 0
  let following = rows
  while (following.length > 0) {
    const unfinished: Subscription[] = []
    for (const subscription of following) {
      if (spent()) return messages
      // a client that is disabled or expired is told nothing; its position waits
      if (!subscription.context || subscription.waiting >= maxWaiting) continue
      const taken = await takeStep(pool, subscription, subscription.context)
      if (taken === undefined) continue
      messages += taken
      subscription.waiting += taken
      unfinished.push(subscription)
    }
    following = unfinished
  }
  return messages
}

/** One step of a subscription: moves its position on; answers the new messages, undefined where there is nothing more. */
async function takeStep(
  pool: Pool,
  subscription: Subscription,
  client: ClientContext,
): Promise<number | undefined> {
  const { rows } = await pool.query<Event>(
    'select sequence::text, resource, record_key, kind, due_position::text from mls.take_events($1, $2)',
    [subscription.id, step],
  )
  const next = rows.at(-1)?.due_position
  if (!next) return undefined
  const messages = []
  for (const event of rows) {
    const { sequence } = event
    if (sequence === null || !await isWanted(event, subscription, client)) continue
    messages.push({ sequence, body: eventBody({ ...event, sequence }, subscription.format) })
  }
  const { rows: [answer] } = await pool.query<{ moved: boolean }>(
    'select mls.enqueue_webhooks($1, $2, $3, $4) as moved',
    [subscription.id, subscription.position, next, JSON.stringify(messages)],
  )
  if (!answer!.moved) return undefined // another worker follows this one, or it is replayed
  subscription.position = next
  return messages.length
}

/** What was deleted cannot be asked any more: whoever may have known the record is told. */
function isWanted(event: Event, { filter }: Subscription, client: ClientContext): Promise<boolean> | boolean {
  return event.kind === 'deleted' || !filter || meetsFilter(client, event.resource, filter, event.record_key)
}
