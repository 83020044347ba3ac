import type { Context } from 'hono'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import { servicePool } from '../_shared/db/pool.ts'
import { explainDelivery } from '../_shared/delivery/explain.ts'
import { HubError } from '../_shared/http/errors.ts'

/**
 * `GET /egress/explain?listing=&portal=`: whether a listing (id, ListingKey or reference) is shown on a portal, and every reason
 * why not.
 */
export async function explain(c: Context<{ Variables: OperatorVariables }>): Promise<Response> {
  const listing = c.req.query('listing')
  const portal = c.req.query('portal')
  if (!listing || !portal) {
    throw new HubError(
      'invalid_parameter',
      'Name a listing (id, ListingKey or reference) and a portal (code).',
    )
  }
  const explanation = await explainDelivery(servicePool(), {
    listing,
    portal,
    tenantId: c.var.operator.tenantId,
  })
  if (!explanation) {
    throw new HubError('not_found', `There is no such listing, or its market has no portal ${portal}.`)
  }
  return c.json(explanation)
}
