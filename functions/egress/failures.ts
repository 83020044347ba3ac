import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'
import { failedDeliveries } from '../_shared/delivery/failures.ts'

/** `GET /egress/failures`: the newest 200 deliveries that are parked or waiting after a failure, with their reasons. */
export async function listFailures(c: Context): Promise<Response> {
  return c.json({ failures: await failedDeliveries(servicePool()) })
}
