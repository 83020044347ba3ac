import type { Pool } from 'pg'
import type { ClientContext } from '../../oauth/client-context.ts'
import { publicUrl } from '../../http/public-url.ts'
import { meetsFilter } from './filter.ts'

interface Subscription {
  id: string
  position: string
  resource: string
  filter: string | null
  context: ClientContext | null
}

interface Event {
  sequence: string | null
  resource: string
  record_key: string
  kind: 'created' | 'updated' | 'deleted'
  due_position: string | null
}

/** Events looked at per subscription and step. */
const step = 200

/** Turns new events into messages for every subscription; answers how many messages there are. */
export async function fanOut(pool: Pool, spent: () => boolean): Promise<number> {
  const { rows } = await pool.query<Subscription>(
    `select w.id, w.position::text, w.resource, w.filter, mls.api_client_context(a.client_id) as context
     from public.mls_webhook_subscriptions w join public.mls_api_clients a on a.id = w.client_id
     where w.status = 'ACTIVE'
       and exists (select from public.mls_entity_events e where e.sequence > w.position)
     order by w.position`,
  )
  let messages = 0
  for (const subscription of rows) {
    // a client that is disabled or expired is told nothing; its position waits
    if (subscription.context) messages += await follow(pool, subscription, subscription.context, spent)
  }
  return messages
}

async function follow(pool: Pool, subscription: Subscription, client: ClientContext, spent: () => boolean) {
  let { position } = subscription
  let count = 0
  while (!spent()) {
    const { rows } = await pool.query<Event>(
      'select sequence::text, resource, record_key, kind, due_position::text from mls.take_events($1, $2)',
      [subscription.id, step],
    )
    const next = rows.at(-1)?.due_position
    if (!next) break
    const messages = []
    for (const event of rows) {
      if (event.sequence === null || !await isWanted(event, subscription, client)) continue
      messages.push({ sequence: event.sequence, body: bodyOf(event) })
    }
    const moved = await pool.query('select mls.enqueue_webhooks($1, $2, $3, $4) as moved', [
      subscription.id,
      position,
      next,
      JSON.stringify(messages),
    ])
    if (!moved.rows[0].moved) break // another worker follows this one
    count += messages.length
    position = next
  }
  return count
}

/** What was deleted cannot be asked any more: whoever may have known the record is told. */
function isWanted(event: Event, { filter }: Subscription, client: ClientContext): Promise<boolean> | boolean {
  return event.kind === 'deleted' || !filter || meetsFilter(client, event.resource, filter, event.record_key)
}

/** Thin: who wants the record reads it, with the rights that hold then. */
function bodyOf({ sequence, resource, record_key, kind }: Event): string {
  const micros = BigInt(sequence!)
  return JSON.stringify({
    type: `${resource.toLowerCase()}.${kind}`,
    timestamp: new Date(Number(micros / 1000n)).toISOString(),
    data: {
      resource,
      key: record_key,
      kind,
      sequence,
      url: `${publicUrl()}/odata/${resource}('${encodeURIComponent(record_key.replaceAll("'", "''"))}')`,
    },
  })
}
