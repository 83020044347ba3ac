import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { servicePool } from '../_shared/db/pool.ts'
import { decodeUtf8, readBytes } from '../_shared/http/body.ts'
import { HubError } from '../_shared/http/errors.ts'
import { type ClientVariables, requireScope } from '../_shared/oauth/require-scope.ts'
import { DeliveryFailure } from '../_shared/delivery/failure.ts'
import { guardAddress } from '../_shared/delivery/address-guard.ts'
import { planFilter } from '../_shared/delivery/webhooks/filter.ts'
import { newSecret } from '../_shared/delivery/webhooks/signature.ts'

type Call = Context<{ Variables: ClientVariables }>

const creation = z.strictObject({
  url: z.string().max(2000),
  resource: z.enum(['Property', 'Media', 'Member', 'Office', 'Contacts', 'ShowingAppointment']),
  kinds: z.array(z.enum(['created', 'updated', 'deleted'])).min(1).default(['created', 'updated', 'deleted']),
  filter: z.string().max(4000).optional(),
})
const replay = z.strictObject({ from: z.string().regex(/^\d{1,19}$/) })

/** How long the secret before a rotation still signs. */
const rotationHours = 24

const shown =
  `w.id, w.url, w.resource, w.kinds, w.filter, w.status, w.disabled_reason, w.position::text, w.failing_since, w.created_at,
  (select count(*)::int from public.mls_webhook_messages m where m.subscription_id = w.id and m.status = 'PENDING') as pending,
  (select count(*)::int from public.mls_webhook_messages m where m.subscription_id = w.id and m.status = 'FAILED') as failed`

/** Webhook subscriptions of the calling API client (scope `odata`): it is told of what it may read, and of no more. */
export const subscriptions = new Hono<{ Variables: ClientVariables }>()
subscriptions.use('*', requireScope('odata'))

subscriptions.get('/', async (c) => {
  const { rows } = await servicePool().query(
    `select ${shown} from public.mls_webhook_subscriptions w join public.mls_api_clients a on a.id = w.client_id
     where a.client_id = $1 order by w.created_at`,
    [c.var.client.client_id],
  )
  return c.json({ subscriptions: rows })
})

/** Created with its secret, which is shown this once. It begins with what happens from now on. */
subscriptions.post('/', async (c) => {
  const { url, resource, kinds, filter } = await bodyOf(c, creation)
  await guardAddress(url).catch((error: DeliveryFailure) => {
    throw new HubError('invalid_parameter', error.message, { target: 'url' })
  })
  planFilter(c.var.client, resource, filter ?? null)
  const secret = newSecret()
  const { rows } = await servicePool().query(
    `insert into public.mls_webhook_subscriptions as w (client_id, url, resource, kinds, filter, secret, position)
     select a.id, $2, $3, $4, $5, $6, coalesce((select max(sequence) from public.mls_entity_events), 0)
     from public.mls_api_clients a where a.client_id = $1
     returning ${shown}`,
    [c.var.client.client_id, url, resource, kinds, filter ?? null, secret],
  )
  return c.json({ ...rows[0], secret }, 201)
})

subscriptions.delete('/:id', async (c) => {
  await change(c, 'delete from public.mls_webhook_subscriptions w using public.mls_api_clients a')
  return c.body(null, 204)
})

/** A new secret; the old one signs too for a day, so that receivers can change without a gap. */
subscriptions.post('/:id/rotate', async (c) => {
  const secret = newSecret()
  await change(
    c,
    `update public.mls_webhook_subscriptions w set previous_secret = w.secret, secret = $3,
       previous_secret_expires_at = clock_timestamp() + interval '${rotationHours} hours' from public.mls_api_clients a`,
    secret,
  )
  return c.json({ id: c.req.param('id'), secret, previous_secret_valid_hours: rotationHours })
})

/** Goes back (or forward) to a sequence: everything after it is looked at again. */
subscriptions.post('/:id/replay', async (c) => {
  const { from } = await bodyOf(c, replay)
  await change(
    c,
    'update public.mls_webhook_subscriptions w set position = $3 from public.mls_api_clients a',
    from,
  )
  return c.json({ id: c.req.param('id'), position: from }, 202)
})

/** Takes up a disabled subscription where it stopped. */
subscriptions.post('/:id/enable', async (c) => {
  await change(
    c,
    `update public.mls_webhook_subscriptions w set status = 'ACTIVE', disabled_reason = null, failing_since = null
     from public.mls_api_clients a`,
  )
  return c.json({ id: c.req.param('id'), status: 'ACTIVE' })
})

/** Runs a statement on the subscription of the path if it is the caller's; others do not exist for it. */
async function change(c: Call, statement: string, ...values: unknown[]): Promise<void> {
  const { rowCount } = await servicePool().query(
    `${statement} where a.id = w.client_id and w.id = mls.try_uuid($1) and a.client_id = $2`,
    [c.req.param('id'), c.var.client.client_id, ...values],
  )
  if (rowCount === 0) throw new HubError('not_found', 'This client has no such subscription.')
}

async function bodyOf<Schema extends z.ZodType>(c: Call, schema: Schema): Promise<z.output<Schema>> {
  const text = decodeUtf8(await readBytes(c.req.raw, 20_000))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new HubError('invalid_body', 'The body is no JSON.')
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const details = result.error.issues.map(({ path, message }) => ({
    code: 'invalid_parameter',
    message,
    target: path.join('.'),
  }))
  throw new HubError(
    'invalid_parameter',
    details.map(({ target, message }) => `${target}: ${message}`).join('; '),
    {
      details,
    },
  )
}
