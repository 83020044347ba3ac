import process from 'node:process'
import { servicePool } from '../../functions/_shared/db/pool.ts'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
import { followOrders } from '../stack/child-protocol.ts'

/** Works off the run that is due, slice by slice, and prints what each slice took: the process whose memory counts. */
followOrders()
const pool = servicePool()
const slices: number[] = []
const begun = performance.now()
for (let outcome = 'unfinished'; outcome === 'unfinished';) {
  const order = await claimRun(pool)
  if (!order) throw new Error('There is no run to work on.')
  const before = process.cpuUsage()
  const report = await runSlice(pool, order)
  const { user, system } = process.cpuUsage(before)
  slices.push((user + system) / 1000)
  outcome = report.outcome
  if (outcome !== 'unfinished' && outcome !== 'finished') throw new Error(`The run ended as ${outcome}.`)
}
console.log(JSON.stringify({ milliseconds: performance.now() - begun, slices }))
process.exit(0)
