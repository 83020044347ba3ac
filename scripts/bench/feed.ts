import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { repository } from '../stack/layout.ts'
import { denoExecutable } from '../stack/processes.ts'
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
    const memory = await measureMemory(hub.databaseUrl)
    // the process above has rendered everything: once more, through the door
    await hub.client.query(
      'update public.mls_listing_syndications set next_attempt_at = now(), desired_version = desired_version + 1 where true',
    )
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
        name: 'feed, memory of a process that renders and streams',
        value: memory.peak,
        unit: 'MB',
        limit: { max: 128 },
        detail: `${memory.idle.toFixed(0)} MB before it began`,
      },
    ]
    return lines
  },
}

/**
 * In a process of its own that may not put garbage off (a heap of 40 MB): in the gateway, whose heap may grow, the
 * peak tells how seldom V8 collects and not what is needed.
 */
async function measureMemory(databaseUrl: string): Promise<{ idle: number; peak: number }> {
  const program = join(repository, 'scripts/bench/feed-process.ts')
  const child = spawn(denoExecutable(), ['run', '-A', '--quiet', program], {
    cwd: repository,
    env: { ...process.env, SUPABASE_DB_URL: databaseUrl, DENO_V8_FLAGS: '--max-old-space-size=40' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
