import type { Pool } from 'pg'
import type { ClientContext } from '../../oauth/client-context.ts'
import type { BodyFormat } from './body.ts'
import { newSecret } from './signature.ts'

/** What a subscriber wants to be told of. */
export interface Wanted {
  url: string
  resource: string
  kinds: string[]
  filter?: string | null
  format: BodyFormat
}

/** A subscription as its client sees it; the secret is shown only when it is made. */
export interface Subscription extends Wanted {
  id: string
  status: 'ACTIVE' | 'DISABLED'
  disabled_reason: string | null
  position: string
  failing_since: string | null
  created_at: string
  pending: number
  failed: number
}

/** How long the secret before a rotation still signs. */
export const rotationHours = 24

const shown =
  `w.id, w.url, w.resource, w.kinds, w.filter, w.format, w.status, w.disabled_reason, w.position::text, w.failing_since, w.created_at,
  (select count(*)::int from public.mls_webhook_messages m where m.subscription_id = w.id and m.status = 'PENDING') as pending,
  (select count(*)::int from public.mls_webhook_messages m where m.subscription_id = w.id and m.status = 'FAILED') as failed`

/** The subscriptions of an API client. Those of others do not exist for it. */
export function subscriptionsOf(pool: Pool, client: Pick<ClientContext, 'client_id'>) {
  /** Runs a statement on one of them; false where the client has none of that id. */
  const change = async (id: string, statement: string, ...values: unknown[]): Promise<boolean> => {
    const { rowCount } = await pool.query(
      `${statement} where a.id = w.client_id and w.id = mls.try_uuid($1) and a.client_id = $2`,
      [id, client.client_id, ...values],
    )
    return rowCount !== 0
  }
  return {
    async list(): Promise<Subscription[]> {
      const { rows } = await pool.query<Subscription>(
        `select ${shown} from public.mls_webhook_subscriptions w join public.mls_api_clients a on a.id = w.client_id
         where a.client_id = $1 order by w.created_at`,
        [client.client_id],
      )
      return rows
    },

    /** One of them. */
    async find(id: string): Promise<Subscription | undefined> {
      const { rows } = await pool.query<Subscription>(
        `select ${shown} from public.mls_webhook_subscriptions w join public.mls_api_clients a on a.id = w.client_id
         where w.id = mls.try_uuid($1) and a.client_id = $2`,
        [id, client.client_id],
      )
      return rows[0]
    },

    /** Changes what is named; a filter of null takes it away. What is on its way goes to the new address. */
    update: (id: string, { url, kinds, filter, format }: Partial<Wanted>) =>
      change(
        id,
        `update public.mls_webhook_subscriptions w set url = coalesce($3, w.url), kinds = coalesce($4, w.kinds),
           filter = case when $5 then $6 else w.filter end, format = coalesce($7, w.format) from public.mls_api_clients a`,
        url ?? null,
        kinds ?? null,
        filter !== undefined,
        filter ?? null,
        format ?? null,
      ),

    /** Created with its secret. It begins with what happens from now on. */
    async create(wanted: Wanted): Promise<Subscription & { secret: string }> {
      const secret = newSecret()
      const { rows } = await pool.query<Subscription>(
        `insert into public.mls_webhook_subscriptions as w (client_id, url, resource, kinds, filter, secret, format, position)
         select a.id, $2, $3, $4, $5, $6, $7, coalesce((select max(sequence) from public.mls_entity_events), 0)
         from public.mls_api_clients a where a.client_id = $1
         returning ${shown}`,
        [
          client.client_id,
          wanted.url,
          wanted.resource,
          wanted.kinds,
          wanted.filter ?? null,
          secret,
          wanted.format,
        ],
      )
      return { ...rows[0]!, secret }
    },

    remove: (id: string) =>
      change(id, 'delete from public.mls_webhook_subscriptions w using public.mls_api_clients a'),

    /**
     * A new secret; each one before signs too for the day that it was promised, so that receivers can change without a
     * gap. Undefined where ten sign already, or there is no such subscription.
     */
    async rotate(id: string): Promise<string | undefined> {
      const secret = newSecret()
      const { rows } = await pool.query<{ rotated: boolean }>(
        `select mls.rotate_webhook_secret(w.id, $3, make_interval(hours => $4)) as rotated
         from public.mls_webhook_subscriptions w join public.mls_api_clients a on a.id = w.client_id
         where w.id = mls.try_uuid($1) and a.client_id = $2`,
        [id, client.client_id, secret, rotationHours],
      )
      return rows[0]?.rotated ? secret : undefined
    },

    /** Goes back (or forward) to a sequence: everything after it is looked at again, instead of what waits of it. */
    async replay(id: string, from: string): Promise<boolean> {
      const { rowCount } = await pool.query(
        `select mls.replay_webhooks(w.id, $3) from public.mls_webhook_subscriptions w join public.mls_api_clients a on a.id = w.client_id
         where w.id = mls.try_uuid($1) and a.client_id = $2`,
        [id, client.client_id, from],
      )
      return rowCount !== 0
    },

    /** Nothing is sent until it is enabled; what happens meanwhile is told then. */
    pause: (id: string, reason: string) =>
      change(
        id,
        `update public.mls_webhook_subscriptions w set status = 'DISABLED', disabled_reason = $3 from public.mls_api_clients a`,
        reason,
      ),

    /** Takes up a disabled subscription where it stopped. */
    enable: (id: string) =>
      change(
        id,
        `update public.mls_webhook_subscriptions w set status = 'ACTIVE', disabled_reason = null, failing_since = null
         from public.mls_api_clients a`,
      ),
  }
}
