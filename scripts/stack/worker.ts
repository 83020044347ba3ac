import process from 'node:process'
import { closePools, servicePool } from '../../functions/_shared/db/pool.ts'
import { openStorage } from '../../functions/_shared/media/storage.ts'
import { followOrders, report } from './child-protocol.ts'

/** The worker of the local stack: what `npm run worker` runs elsewhere. Without sharp it does not start. */
const { runWorker } = await import('../worker/run-worker.ts')
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
followOrders()
report({ event: 'ready' })
await runWorker(servicePool(), openStorage(), { signal: stop.signal })
await closePools()
process.exit(0)
