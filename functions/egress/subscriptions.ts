import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { servicePool } from '../_shared/db/pool.ts'
import { guardAddress } from '../_shared/delivery/address-guard.ts'
import { resources } from '../_shared/reso/dictionary.ts'
import { DeliveryFailure } from '../_shared/delivery/failure.ts'
import { planFilter } from '../_shared/delivery/webhooks/filter.ts'
import { rotationHours, subscriptionsOf } from '../_shared/delivery/webhooks/subscriptions.ts'
import { HubError } from '../_shared/http/errors.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { type ClientVariables, requireScope } from '../_shared/oauth/require-scope.ts'

type Call = Context<{ Variables: ClientVariables }>

const creation = z.strictObject({
  url: z.string().max(2000),
  resource: z.enum([...resources.map(({ name }) => name), 'SourceRun']),
  kinds: z.array(z.enum(['created', 'updated', 'deleted'])).min(1).default(['created', 'updated', 'deleted']),
  filter: z.string().max(4000).optional(),
})
const replay = z.strictObject({ from: z.string().regex(/^\d{1,19}$/) })

/** Webhook subscriptions of the calling API client (scope `odata`): it is told of what it may read, and of no more. */
export const subscriptions = new Hono<{ Variables: ClientVariables }>()
subscriptions.use('*', requireScope('odata'))

subscriptions.get('/', async (c) => c.json({ subscriptions: await own(c).list() }))

/** Created with its secret, which is shown this once. */
subscriptions.post('/', async (c) => {
  const wanted = await bodyOf(c, creation)
  await guardAddress(wanted.url).catch((error: DeliveryFailure) => {
    throw new HubError('invalid_parameter', error.message, { target: 'url' })
  })
  planFilter(c.var.client, wanted.resource, wanted.filter ?? null)
  return c.json(await own(c).create(wanted), 201)
})

subscriptions.delete('/:id', async (c) => {
  found(await own(c).remove(c.req.param('id')))
  return c.body(null, 204)
})

subscriptions.post('/:id/rotate', async (c) => {
  const id = c.req.param('id')
  const secret = found(await own(c).rotate(id))
  return c.json({ id, secret, previous_secret_valid_hours: rotationHours })
})

subscriptions.post('/:id/replay', async (c) => {
  const id = c.req.param('id')
  const { from } = await bodyOf(c, replay)
  found(await own(c).replay(id, from))
  return c.json({ id, position: from }, 202)
})

subscriptions.post('/:id/enable', async (c) => {
  const id = c.req.param('id')
  found(await own(c).enable(id))
  return c.json({ id, status: 'ACTIVE' })
})

const own = (c: Call) => subscriptionsOf(servicePool(), c.var.client)

/** Passes on what a change answered, or says that there was nothing to change. */
function found<Answer>(answer: Answer): NonNullable<Answer> {
  if (answer) return answer
  throw new HubError('not_found', 'This client has no such subscription.')
}

const bodyOf = <Body>(c: Call, schema: z.ZodType<Body>): Promise<Body> =>
  readJsonBody(c.req.raw, schema, { maxBytes: 20_000, anyType: true })
