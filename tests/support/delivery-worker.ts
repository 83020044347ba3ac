import process from 'node:process'
import { servicePool } from '../../functions/_shared/db/pool.ts'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { runWebhooks } from '../../functions/_shared/delivery/webhooks/run-webhooks.ts'

/** A worker process that goes on until it is killed: `deno run -A delivery-worker.ts deliveries|webhooks`. */
const run = process.argv[2] === 'webhooks' ? runWebhooks : runDeliveries
for (;;) {
  await run(servicePool(), { workers: 8, limit: 1_000, milliseconds: 10_000, leaseSeconds: 4 })
  await new Promise((resolve) => setTimeout(resolve, 50))
}
