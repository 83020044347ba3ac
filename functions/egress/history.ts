import type { Context } from 'hono'
import { z } from 'zod'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import { servicePool } from '../_shared/db/pool.ts'
import { deliveryHistory } from '../_shared/delivery/history.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'

const filter = z.strictObject({
  listing: z.string().min(1).max(255).optional(),
  portal: z.string().min(1).max(100).optional(),
  outcome: z.enum(['sent', 'withdrawn', 'retry', 'refused', 'lost']).optional(),
  before: z.string().regex(/^[0-9]{1,18}$/, 'is the id of a row').optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/**
 * `GET /egress/history[?listing=&portal=&outcome=&before=&limit=]`: what portals were told of a listing (id, ListingKey or
 * reference) in the last 90 days, when, and what they answered; the newest first. `next` is the `before` of the next page.
 */
export async function history(c: Context<{ Variables: OperatorVariables }>): Promise<Response> {
  const wanted = readQuery(c.req.raw, filter)
  const deliveries = await deliveryHistory(servicePool(), wanted, c.var.operator.tenantId)
  const next = deliveries.length === wanted.limit ? { next: String(deliveries.at(-1)!.id) } : {}
  return c.json({ deliveries, ...next })
}
