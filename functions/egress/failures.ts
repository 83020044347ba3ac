import type { Context } from 'hono'
import type { OperatorVariables } from '../_shared/operate/require-operator.ts'
import { servicePool } from '../_shared/db/pool.ts'
import { failedDeliveries } from '../_shared/delivery/failures.ts'

/** `GET /egress/failures`: the newest 200 deliveries that are parked or waiting after a failure, with their reasons. */
export async function listFailures(c: Context<{ Variables: OperatorVariables }>): Promise<Response> {
  return c.json({ failures: await failedDeliveries(servicePool(), c.var.operator.tenantId) })
}
