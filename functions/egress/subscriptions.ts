import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { servicePool } from '../_shared/db/pool.ts'
import { messagePage } from '../_shared/delivery/webhooks/message-page.ts'
import { messagesOf, retryMessages, sendTest } from '../_shared/delivery/webhooks/messages.ts'
import {
  changes,
  checkWanted,
  creation,
  disabled,
  tooManySecrets,
} from '../_shared/delivery/webhooks/requests.ts'
import {
  rotationHours,
  type Subscription,
  subscriptionsOf,
} from '../_shared/delivery/webhooks/subscriptions.ts'
import { HubError } from '../_shared/http/errors.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { type ClientVariables, requireScope } from '../_shared/oauth/require-scope.ts'

type Call = Context<{ Variables: ClientVariables }>

const replay = z.strictObject({
  from: z.string().regex(/^\d{1,19}$/).refine((text) => BigInt(text) < 2n ** 63n, 'is no sequence'),
})

/** Webhook subscriptions of the calling API client (scope `odata`): it is told of what it may read, and of no more. */
export const subscriptions = new Hono<{ Variables: ClientVariables }>()
subscriptions.use('*', requireScope('odata'))

subscriptions.get('/', async (c) => c.json({ subscriptions: await own(c).list() }))

/** Created with its secret, which is shown this once. */
subscriptions.post('/', async (c) => {
  const wanted = await bodyOf(c, creation)
  await checkWanted(c.var.client, wanted.resource, { filter: null, ...wanted })
  return c.json(await own(c).create(wanted), 201)
})

subscriptions.get('/:id', async (c) => c.json(await one(c)))

subscriptions.patch('/:id', async (c) => {
  const wanted = await bodyOf(c, changes)
  const { id, resource } = await one(c)
  await checkWanted(c.var.client, resource, wanted)
  await own(c).update(id, wanted)
  return c.json(await one(c))
})

subscriptions.delete('/:id', async (c) => {
  found(await own(c).remove(c.req.param('id')))
  return c.body(null, 204)
})

subscriptions.post('/:id/rotate', async (c) => {
  const id = c.req.param('id')
  await one(c)
  const secret = await own(c).rotate(id)
  if (!secret) throw tooManySecrets()
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

/** `GET .../{id}/messages[?status=&before=&limit=]`: what was sent in the last 30 days, and with which answer. */
subscriptions.get('/:id/messages', async (c) => {
  const { id } = await one(c)
  return c.json(await messagePage(servicePool(), id, c.req.raw))
})

/** Sends a test now, and answers its message with what came of it. */
subscriptions.post('/:id/test', async (c) => {
  const message = await sendTest(servicePool(), await one(c))
  if (!message) throw disabled()
  return c.json(message)
})

/** Tries all again that was given up. */
subscriptions.post('/:id/retry', async (c) => {
  const { id } = await one(c)
  return c.json({ id, retried: await retryMessages(servicePool(), id) }, 202)
})

subscriptions.post('/:id/messages/:message/retry', async (c) => {
  const { id } = await one(c)
  const message = c.req.param('message')
  if (!isUuid(message) || (await messagesOf(servicePool(), id, { limit: 1, id: message })).length === 0) {
    throw new HubError('not_found', 'This subscription has no such message.')
  }
  if (await retryMessages(servicePool(), id, message) === 0) {
    throw new HubError('conflict', 'The message has arrived, or is on its way at this moment.')
  }
  return c.json({ id: message, retried: 1 }, 202)
})

const own = (c: Call) => subscriptionsOf(servicePool(), c.var.client)

/** Passes on what a change answered, or says that there was nothing to change. */
function found<Answer>(answer: Answer): NonNullable<Answer> {
  if (answer) return answer
  throw new HubError('not_found', 'This client has no such subscription.')
}

async function one(c: Call): Promise<Subscription> {
  return found(await own(c).find(c.req.param('id') ?? ''))
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

const bodyOf = <Body>(c: Call, schema: z.ZodType<Body>): Promise<Body> =>
  readJsonBody(c.req.raw, schema, { maxBytes: 20_000, anyType: true })
