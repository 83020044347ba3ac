import { z } from 'zod'
import { servicePool } from '../_shared/db/pool.ts'
import { messagePage } from '../_shared/delivery/webhooks/message-page.ts'
import type { createDoor } from '../_shared/http/door.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import { findSubscription, helpSubscription, listSubscriptions } from '../_shared/operate/admin.ts'

const filter = z.strictObject({
  client_id: z.string().min(1).max(64).optional(),
  state: z.enum(['active', 'failing', 'disabled']).optional(),
})

/**
 * Webhook subscriptions of API clients: an administrator of a market reaches those of the clients that have its offices
 * alone. They are made and changed by the clients themselves (egress/subscriptions).
 */
export function addSubscriptionRoutes(door: ReturnType<typeof createDoor<OperatorVariables>>): void {
  door.get('/subscriptions', async (c) => {
    const { answer } = await listSubscriptions(c.var.operator, readQuery(c.req.raw, filter))
    return c.json(answer)
  })
  door.get('/subscriptions/:id/messages', async (c) => {
    const id = await findSubscription(c.var.operator, c.req.param('id'))
    return c.json(await messagePage(servicePool(), id, c.req.raw))
  })
  for (const help of ['enable', 'retry'] as const) {
    door.post(`/subscriptions/:id/${help}`, async (c) => {
      return c.json((await helpSubscription(c.var.operator, c.req.param('id'), help)).answer)
    })
  }
}
