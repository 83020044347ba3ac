import type { Context } from 'hono'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import { servicePool } from '../_shared/db/pool.ts'
import { explainDelivery } from '../_shared/delivery/explain.ts'
import { explainMedia } from '../_shared/media/explain.ts'
import { HubError } from '../_shared/http/errors.ts'

/**
 * `GET /egress/explain?listing=&portal=`: whether a listing (id, ListingKey or reference) is shown on a portal, and every reason
 * why not. `?media=`: what became of the copy of a picture (id or MediaKey), or of all pictures of a listing, and why.
 */
export async function explain(c: Context<{ Variables: OperatorVariables }>): Promise<Response> {
  const listing = c.req.query('listing')
  const portal = c.req.query('portal')
  const media = c.req.query('media')
  if (media) return explainPicture(c, media)
  if (!listing || !portal) {
    throw new HubError(
      'invalid_parameter',
      'Name a listing (id, ListingKey or reference) and a portal (code), or media (an id or a key of a picture or a listing).',
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

async function explainPicture(
  c: Context<{ Variables: OperatorVariables }>,
  wanted: string,
): Promise<Response> {
  const pictures = await explainMedia(servicePool(), wanted, c.var.operator.tenantId)
  if (!pictures) {
    throw new HubError('not_found', 'There is no such picture, and no listing of this key has any.')
  }
  return c.json({ pictures })
}
