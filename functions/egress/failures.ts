import type { Context } from 'hono'
import { z } from 'zod'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import { servicePool } from '../_shared/db/pool.ts'
import { failedDeliveries, redeliverFailures } from '../_shared/delivery/failures.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { listPage } from '../_shared/http/list-page.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'

const page = z.strictObject({ before: listPage.timeAndId, limit: listPage.limit })

/**
 * `GET /egress/failures[?before=&limit=]`: deliveries that are parked or waiting after a failure, with their reasons, the
 * newest first; `next` is the `before` of the next page.
 */
export async function listFailures(c: Context<{ Variables: OperatorVariables }>): Promise<Response> {
  return c.json(await failedDeliveries(servicePool(), readQuery(c.req.raw, page), c.var.operator.tenantId))
}

const choice = z.strictObject({
  portal: z.string().min(1).max(100).optional(),
  code: z.string().min(1).max(100).optional(),
})

/**
 * `POST /egress/failures/redeliver {portal?, code?}`: tries all that is parked or waits after a failure again now, of one
 * portal (code or id) or one error code where they are named. Answers `{redelivered: <how many>}`.
 */
export async function redeliver(c: Context<{ Variables: OperatorVariables }>): Promise<Response> {
  const wanted = await readJsonBody(c.req.raw, choice, { maxBytes: 10_000, anyType: true })
  const redelivered = await redeliverFailures(servicePool(), {
    ...wanted,
    tenantId: c.var.operator.tenantId,
  })
  return c.json({ redelivered })
}
