import pg from 'pg'
import process from 'node:process'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { dashEnvironment, sandboxSecrets } from '../stack/sandbox-dash/environment.ts'
import { startSandboxDash } from '../stack/sandbox-dash/server.ts'
import { milliseconds, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { publishMany } from './listings.ts'

const amount = 60
const latencyMs = 100

/** Ten workers against one, when Dash takes a tenth of a second to answer: pushing is waiting, and waits overlap. */
export const deliveries: Subject<BenchHub> = {
  name: 'deliveries',
  async run(hub) {
    const sandbox = await startSandboxDash({ port: 0, ...sandboxSecrets })
    Object.assign(process.env, dashEnvironment(sandbox.url, sandboxSecrets))
    const pool = new pg.Pool({ connectionString: hub.databaseUrl, max: 10 })
    try {
      await fetch(`${sandbox.url}/sandbox/faults`, {
        method: 'POST',
        body: JSON.stringify({ latency_ms: latencyMs }),
      })
      const push = async (workers: number) => {
        await publishMany(hub.client, amount, `QOBRIX_D${workers}_`)
        return await milliseconds(() => runDeliveries(pool, { workers, limit: amount + workers }))
      }
      const one = await push(1)
      const ten = await push(10)
      const calls: { create: number; unchanged: number }[] =
        await (await fetch(`${sandbox.url}/sandbox/calls`)).json()
      const twice = calls.filter(({ create, unchanged }) => create !== 1 || unchanged > 0).length
      if (calls.length !== 2 * amount || twice > 0) {
        throw new Error(`${calls.length} listings arrived, ${twice} of them twice`)
      }
      return [{
        name: 'ten workers against one',
        value: one / ten,
        unit: 'x',
        limit: { min: 5 },
        detail: `${amount} listings at ${latencyMs} ms a call: ${(one / 1000).toFixed(1)} s and ${
          (ten / 1000).toFixed(1)
        } s, none sent twice`,
      }]
    } finally {
      await pool.end()
      await sandbox.close()
    }
  },
}
