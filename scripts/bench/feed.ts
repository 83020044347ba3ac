import { readFileSync } from 'node:fs'
import { cpuMilliseconds, type Line, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { publishMany } from './listings.ts'

const objects = 10_000
/** What a hosted function may use for one request. */
const cpuLimit = { max: 2_000 }

/** A HomesOverseas feed of 10,000 objects: rendered in steps, then streamed; CPU of every request, and memory. */
export const feed: Subject<BenchHub> = {
  name: 'feed',
  async run(hub) {
    await publishMany(hub.client, objects, 'QOBRIX_FEED_')
    const headers = { Authorization: `Bearer ${await hub.token('operator')}` }
    const pid = hub.gateway.pid
    const idle = residentMegabytes(pid)
    const steps: number[] = []
    for (let more = true; more;) {
      const cpu = cpuMilliseconds(pid)
      const response = await fetch(`${hub.functionsUrl}/egress/run?job=feeds`, { method: 'POST', headers })
      const { result } = await response.json()
      steps.push((cpuMilliseconds(pid) ?? 0) - (cpu ?? 0))
      more = result.rendered > 0
    }
    const cpu = cpuMilliseconds(pid)
    const response = await fetch(`${hub.functionsUrl}/export/homesoverseas.xml/${objects}`)
    let bytes = 0
    for await (const chunk of response.body!) bytes += chunk.byteLength
    const streaming = (cpuMilliseconds(pid) ?? 0) - (cpu ?? 0)
    const megabytes = (bytes / 1e6).toFixed(0)
    const lines: Line[] = [
      {
        name: 'feed, CPU of the dearest step',
        value: Math.max(...steps),
        unit: 'ms',
        limit: cpuLimit,
        detail: `${objects} objects in ${steps.length} steps`,
      },
      {
        name: 'feed, CPU of streaming',
        value: streaming,
        unit: 'ms',
        limit: cpuLimit,
        detail: `${megabytes} MB`,
      },
      {
        name: 'feed, memory above idle',
        value: peakMegabytes(pid) - idle,
        unit: 'MB',
        limit: { max: 128 },
        detail: `the whole process had ${idle.toFixed(0)} MB before`,
      },
    ]
    return lines
  },
}

const residentMegabytes = (pid: number | undefined) => memory(pid, 'VmRSS')
const peakMegabytes = (pid: number | undefined) => memory(pid, 'VmHWM')

/** A figure of /proc/<pid>/status in MB. */
function memory(pid: number | undefined, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? NaN) / 1000
}
