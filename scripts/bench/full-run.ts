import { readFileSync } from 'node:fs'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { createBaseline, writeBaseline } from './baseline.ts'
import { cpuMilliseconds, type Line, milliseconds, ms, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { batchSize, fullWidthBatch, type GoldRecord } from './records.ts'

const office = 'SHARPSIR-CY-001'
const listingBatches = 20
const mediaBatches = 100

/** Memory of a process in MB, now (VmRSS) or at its highest (VmHWM); undefined where there is no /proc. */
function megabytes(pid: number | undefined, what: 'VmRSS' | 'VmHWM'): number | undefined {
  if (process.platform !== 'linux') return undefined
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(status)![1]) / 1024
}

/** The media of a batch of listings: five for each, as gold delivers them. */
function mediaOf(listings: GoldRecord[], number: number): GoldRecord[] {
  return listings.slice(number * 200, number * 200 + 200).flatMap(({ ListingKey }) =>
    Array.from({ length: 5 }, (_, order) => ({
      MediaKey: `${ListingKey}_${order}`.replace('QOBRIX_', 'QOBRIX_MEDIA_'),
      ResourceRecordKey: ListingKey!,
      OriginatingSystemOfficeKey: office,
      MediaCategory: 'Photo',
      MediaURL: `/media/${ListingKey}/${order}.jpg`,
      MediaType: 'image/jpeg',
      Order: order,
      X_QobrixMediaCategory: 'photos',
    }))
  )
}

/**
 * A first FULL run as the notebooks make it: 20,000 full-width listings and 100,000 media in gzipped batches of 1,000,
 * key lists, finish. The baseline is a bare insert of the same listings, batch by batch.
 */
export const fullRun: Subject<BenchHub> = {
  name: 'full-run',
  async run({ client, functionsUrl, gateway, token }) {
    await createBaseline(client)
    const bearer = await token('databricks')
    const idle = megabytes(gateway.pid, 'VmRSS')
    const cpu: number[] = []
    const call = async (path: string, body: unknown) => {
      const before = cpuMilliseconds(gateway.pid)
      const response = await fetch(`${functionsUrl}/ingest/${path}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${bearer}`,
          'Content-Type': 'application/json',
          'Content-Encoding': 'gzip',
        },
        body: gzipSync(JSON.stringify(body), { level: 1 }),
      })
      const answer = await response.json()
      if (!response.ok) throw new Error(JSON.stringify(answer).slice(0, 500))
      const after = cpuMilliseconds(gateway.pid)
      if (before !== undefined && after !== undefined) cpu.push(after - before)
      return answer
    }
    const run = async (resource: string, batches: number, batch: (number: number) => GoldRecord[]) => {
      const { run_id } = await call('runs', { source: 'bench', office_key: office, resource, mode: 'FULL' })
      let time = 0
      const keys: string[] = []
      for (let number = 0; number < batches; number++) {
        const records = batch(number)
        keys.push(...records.map((record) => String(record.ListingKey ?? record.MediaKey)))
        time += await milliseconds(() => call(`${resource}?run=${run_id}`, records))
      }
      time += await milliseconds(async () => {
        for (let at = 0; at < keys.length; at += 20_000) {
          await call(`runs/${run_id}/keys`, { keys: keys.slice(at, at + 20_000) })
        }
        const { totals, flagged_deleted } = await call(`runs/${run_id}/finish`, {
          expected_records: keys.length,
        })
        if (totals.insert !== keys.length || flagged_deleted !== 0) throw new Error(JSON.stringify(totals))
      })
      return time
    }
    let bare = 0
    const listings = await run('property', listingBatches, (number) => fullWidthBatch(`full${number}`))
    for (let number = 0; number < listingBatches; number++) {
      const records = JSON.stringify(fullWidthBatch(`full${number}`))
      bare += await milliseconds(() => writeBaseline(client, records))
    }
    const media = await run(
      'media',
      mediaBatches,
      (number) => mediaOf(fullWidthBatch(`full${Math.floor(number / 5)}`), number % 5),
    )
    const rate = (rows: number, time: number) => `${Math.round(rows * 1000 / time)} rows/s`
    const lines: Line[] = [{
      name: 'FULL run over HTTP, 20,000 listings',
      value: bare / listings,
      unit: 'x',
      limit: { min: 0.25 },
      detail: `${rate(listingBatches * batchSize, listings)} with key list and finish, bare insert ${
        rate(listingBatches * batchSize, bare)
      }; 100,000 media ${rate(mediaBatches * batchSize, media)}`,
    }]
    const peak = megabytes(gateway.pid, 'VmHWM')
    if (peak !== undefined && idle !== undefined) {
      lines.push({
        name: 'FULL run, memory of the functions',
        value: peak - idle,
        unit: 'MB',
        limit: { max: 256 },
        detail: `peak ${peak.toFixed(0)} MB of the process that serves all doors, ${
          idle.toFixed(0)
        } MB of it before the first request`,
      })
    }
    if (cpu.length > 0) {
      lines.push({
        name: 'FULL run, CPU of one request',
        value: Math.max(...cpu),
        unit: 'ms',
        limit: { max: 2000 },
        detail: `the costliest of ${cpu.length} requests, user and system time; median ${
          ms([...cpu].sort((a, b) => a - b)[cpu.length >> 1]!)
        }`,
      })
    }
    return lines
  },
}
