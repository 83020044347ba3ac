import { readFileSync } from 'node:fs'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { createBaseline, writeBaseline } from './baseline.ts'
import { startDoor } from './door.ts'
import { cpuMilliseconds, type Line, milliseconds, ms, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { batchSize, fullWidthBatch, type GoldRecord, photoBatches } from './records.ts'

const office = 'SHARPSIR-CY-001'
const listingBatches = 20
const keysPerCall = 20_000
/** As many as the door takes at a time: one is read while the other is merged. */
const inFlight = 2
/**
 * Heap of the function, in MB: well below what hosted Supabase allows a function in all (256), which also has to hold
 * buffers and code. Without a limit V8 would rather grow than clean up.
 */
const heapLimit = 64

/** Memory of a process in MB, now (VmRSS) or at its highest (VmHWM); undefined where there is no /proc. */
export function megabytes(pid: number | undefined, what: 'VmRSS' | 'VmHWM'): number | undefined {
  if (process.platform !== 'linux') return undefined
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(status)![1]) / 1024
}

/** Calls of a notebook, and what each cost the function at most: its neighbour's share is in it. */
function createCaller(url: string, bearer: string, pid: number | undefined) {
  const cpu: number[] = []
  const call = async (path: string, body: Uint8Array<ArrayBuffer>) => {
    const before = cpuMilliseconds(pid)
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${bearer}`,
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      },
      body,
    })
    const answer = await response.json()
    if (!response.ok) throw new Error(JSON.stringify(answer).slice(0, 500))
    const after = cpuMilliseconds(pid)
    if (before !== undefined && after !== undefined) cpu.push(after - before)
    return answer
  }
  return { call, cpu }
}

const packed = (body: unknown) => new Uint8Array(gzipSync(JSON.stringify(body), { level: 1 }))

/** One FULL run, bodies made beforehand: open, batches, key lists, finish. Answers the milliseconds from batches on. */
async function runFull(
  call: ReturnType<typeof createCaller>['call'],
  resource: string,
  batches: GoldRecord[][],
): Promise<number> {
  const bodies = batches.map(packed)
  const keys = batches.flat().map((record) => String(record.ListingKey ?? record.MediaKey))
  const { run_id } = await call(
    'runs',
    packed({ source: 'bench', office_key: office, resource, mode: 'FULL' }),
  )
  let next = 0
  const worker = async () => {
    while (next < bodies.length) await call(`${resource}?run=${run_id}`, bodies[next++]!)
  }
  return milliseconds(async () => {
    await Promise.all(Array.from({ length: inFlight }, worker))
    for (let at = 0; at < keys.length; at += keysPerCall) {
      await call(`runs/${run_id}/keys`, packed({ keys: keys.slice(at, at + keysPerCall) }))
    }
    const { totals, flagged_deleted } = await call(
      `runs/${run_id}/finish`,
      packed({ expected_records: keys.length }),
    )
    if (totals.insert !== keys.length || flagged_deleted !== 0) throw new Error(JSON.stringify(totals))
  })
}

/**
 * A first FULL run as the notebooks make it: 20,000 full-width listings and 100,000 media in gzipped batches of 1,000,
 * key lists, finish. The baseline is a bare insert of the same listings, batch by batch.
 */
export const fullRun: Subject<BenchHub> = {
  name: 'full-run',
  async run({ client, environment, token }) {
    await createBaseline(client)
    const { door, url } = await startDoor('ingest', {
      ...environment,
      DENO_V8_FLAGS: `--max-old-space-size=${heapLimit}`,
    })
    try {
      const idle = megabytes(door.pid, 'VmRSS')
      const { call, cpu } = createCaller(url, await token('databricks'), door.pid)
      const records = Array.from({ length: listingBatches }, (_, number) => fullWidthBatch(`full${number}`))
      const listings = await runFull(call, 'property', records)
      let bare = 0
      for (const batch of records) {
        const text = JSON.stringify(batch)
        bare += await milliseconds(() => writeBaseline(client, text))
      }
      const photos = records.flatMap((batch) => photoBatches(batch, 5))
      const media = await runFull(
        call,
        'media',
        photos,
      )
      const rate = (rows: number, time: number) => `${Math.round(rows * 1000 / time)} rows/s`
      const lines: Line[] = [{
        name: 'FULL run over HTTP, 20,000 listings',
        value: bare / listings,
        unit: 'x',
        limit: { min: 0.25 },
        detail: `${rate(listingBatches * batchSize, listings)} with key list and finish, bare insert ${
          rate(listingBatches * batchSize, bare)
        }; 100,000 media ${rate(photos.length * batchSize, media)}`,
      }]
      const peak = megabytes(door.pid, 'VmHWM')
      if (peak !== undefined && idle !== undefined) {
        lines.push({
          name: 'FULL run, memory of the function',
          value: peak,
          unit: 'MB',
          limit: { max: 256 },
          detail: `peak of a process that serves this door alone, all included, ${
            idle.toFixed(0)
          } MB before the first request; heap limited to ${heapLimit} MB`,
        })
      }
      if (cpu.length > 0) {
        lines.push({
          name: 'FULL run, CPU of one request',
          value: Math.max(...cpu),
          unit: 'ms',
          limit: { max: 2000 },
          detail:
            `the costliest of ${cpu.length} requests, user and system time, with what the process did for ${
              inFlight - 1
            } other meanwhile; median ${ms([...cpu].sort((a, b) => a - b)[cpu.length >> 1]!)}`,
        })
      }
      return lines
    } finally {
      await door.stop()
    }
  },
}
