import { z } from 'zod'
import { servicePool } from '../_shared/db/pool.ts'
import { messagePage } from '../_shared/delivery/webhooks/message-page.ts'
import { sendTest } from '../_shared/delivery/webhooks/messages.ts'
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
  type Wanted,
} from '../_shared/delivery/webhooks/subscriptions.ts'
import type { createDoor } from '../_shared/http/door.ts'
import { HubError } from '../_shared/http/errors.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { listPage } from '../_shared/http/list-page.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import { type ClientContext, readClientContext } from '../_shared/oauth/client-context.ts'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import {
  findClient,
  findSubscription,
  helpSubscription,
  listSubscriptions,
  noteSubscription,
} from '../_shared/operate/admin.ts'

const filter = z.strictObject({
  client_id: z.string().min(1).max(64).optional(),
  state: z.enum(['active', 'failing', 'disabled']).optional(),
  after: listPage.nameAndId,
  limit: listPage.limit,
})
const creationFor = creation.extend({ client_id: z.string().min(1).max(64) })
const most = { maxBytes: 20_000 }

/**
 * Webhook subscriptions of API clients, as the clients themselves keep them at egress/subscriptions: what a client may not
 * be told of, an operator cannot subscribe it to. An administrator of a market reaches those of the clients that have its
 * offices alone. Whoever does what stands in mls_admin_actions.
 */
export function addSubscriptionRoutes(door: ReturnType<typeof createDoor<OperatorVariables>>): void {
  door.get('/subscriptions', async (c) => {
    const { answer } = await listSubscriptions(c.var.operator, readQuery(c.req.raw, filter))
    return c.json(answer)
  })

  /** Made with its secret, which is shown this once. */
  door.post('/subscriptions', async (c) => {
    const { client_id, ...wanted } = await readJsonBody(c.req.raw, creationFor, most)
    await findClient(c.var.operator, client_id)
    const client = await readerOf(client_id)
    await checkWanted(client, wanted.resource, { filter: null, ...wanted })
    await noteSubscription(c.var.operator, { client_id }, 'add', noted(wanted))
    const { secret, ...made } = await subscriptionsOf(servicePool(), client).create(wanted)
    return c.json({ ...shown(made), client_id, secret }, 201)
  })

  door.patch('/subscriptions/:id', async (c) => {
    const wanted = await readJsonBody(c.req.raw, changes, most)
    const { one, all, client_id } = await reached(c)
    await checkWanted(await readerOf(client_id), one.resource, wanted)
    await noteSubscription(c.var.operator, { id: one.id, client_id }, 'change', noted(wanted))
    await all.update(one.id, wanted)
    return c.json({ ...shown({ ...one, ...wanted }), client_id })
  })

  door.delete('/subscriptions/:id', async (c) => {
    const { one: { id }, all, client_id } = await reached(c)
    await noteSubscription(c.var.operator, { id, client_id }, 'remove')
    await all.remove(id)
    return c.body(null, 204)
  })

  door.post('/subscriptions/:id/rotate', async (c) => {
    const { one: { id }, all, client_id } = await reached(c)
    await noteSubscription(c.var.operator, { id, client_id }, 'rotate')
    const secret = await all.rotate(id)
    if (!secret) throw tooManySecrets()
    return c.json({ id, client_id, secret, previous_secret_valid_hours: rotationHours })
  })

  door.post('/subscriptions/:id/pause', async (c) => {
    const { one: { id }, all, client_id } = await reached(c)
    await noteSubscription(c.var.operator, { id, client_id }, 'pause')
    await all.pause(id, 'paused by an operator')
    return c.json({ id, state: 'disabled' })
  })

  door.post('/subscriptions/:id/test', async (c) => {
    const { one, client_id } = await reached(c)
    await noteSubscription(c.var.operator, { id: one.id, client_id }, 'test')
    const message = await sendTest(servicePool(), one)
    if (!message) throw disabled()
    return c.json(message)
  })

  door.get('/subscriptions/:id/messages', async (c) => {
    const { id } = await findSubscription(c.var.operator, c.req.param('id'))
    return c.json(await messagePage(servicePool(), id, c.req.raw))
  })

  for (const help of ['enable', 'retry'] as const) {
    door.post(`/subscriptions/:id/${help}`, async (c) => {
      return c.json((await helpSubscription(c.var.operator, c.req.param('id'), help)).answer)
    })
  }
}

/** The subscription in the path, and whose it is. @throws HubError not_found */
async function reached(
  { var: { operator }, req }: { var: OperatorVariables; req: { param: (name: 'id') => string } },
) {
  const { id, client_id } = await findSubscription(operator, req.param('id'))
  const all = subscriptionsOf(servicePool(), { client_id })
  const one = await all.find(id)
  if (!one) throw new HubError('not_found', 'The subscription has just been removed.')
  return { one, all, client_id }
}

/** As the list shows it: of an address the host alone. */
function shown({ url, ...rest }: Subscription): object {
  return { ...rest, host: hostOf(url) }
}

const hostOf = (url: string) => URL.canParse(url) ? new URL(url).host : null

/** A client with its rights of this moment: by these it is told. */
async function readerOf(clientId: string): Promise<ClientContext> {
  const client = await readClientContext(clientId)
  if (!client) {
    throw new HubError('conflict', 'The client is switched off or has expired: switch it on first.')
  }
  if (!client.scopes.includes('odata')) {
    throw new HubError('conflict', 'The client lacks the scope odata: nothing may be told to it.')
  }
  return client
}

/** For the log: of an address the host alone, the rest may hold keys. */
function noted({ url, ...rest }: Partial<Wanted>): object {
  return { ...rest, ...url === undefined ? {} : { host: hostOf(url) } }
}
