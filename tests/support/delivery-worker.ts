import process from 'node:process'
import { servicePool } from '../../functions/_shared/db/pool.ts'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { runSources } from '../../functions/_shared/sources/run-sources.ts'
import { runWebhooks } from '../../functions/_shared/delivery/webhooks/run-webhooks.ts'

/** A worker process that goes on until it is killed: `deno run -A delivery-worker.ts deliveries|webhooks|sources`. */
const jobs: Record<string, (options: { milliseconds: number; leaseSeconds: number }) => Promise<unknown>> = {
  deliveries: (options) => runDeliveries(servicePool(), { workers: 8, limit: 1_000, ...options }),
  webhooks: (options) => runWebhooks(servicePool(), { workers: 8, limit: 1_000, ...options }),
  sources: (options) =>
    runSources(servicePool(), { ...options, schedules: false, page: 10, leaseSeconds: 1 }),
}
const run = jobs[process.argv[2]!]!
console.log('ready')
for (;;) {
  await run({ milliseconds: 10_000, leaseSeconds: 4 })
  await new Promise((resolve) => setTimeout(resolve, 50))
}
