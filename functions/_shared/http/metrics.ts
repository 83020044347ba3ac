/**
 * Counts of this isolate, until they are added to those of all others: isolates come and go, and a counter must not fall.
 * Here nothing is known of a database: whoever has one says where counts go (countsGoTo).
 */
import { envInteger } from './env.ts'

export type Labels = Readonly<Record<string, string>>

/** So much more of a sample. */
export interface Count {
  name: string
  labels: Labels
  value: number
}

/** Upper bounds of the buckets of durations, in seconds. */
export const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** More distinct samples than the hub has: what comes beyond is dropped, not remembered for ever. */
const maxSamples = 5_000

let samples = new Map<string, Count>()
let write: ((counts: Count[]) => Promise<void>) | undefined
let flushedAt = performance.now()

/** Adds to a counter. Labels come from closed lists, never from what a caller sends. */
export function count(name: string, labels: Labels, by = 1): void {
  const key = name + JSON.stringify(labels)
  const known = samples.get(key)
  if (known) known.value += by
  else if (samples.size < maxSamples) samples.set(key, { name, labels, value: by })
}

/** Adds a duration to a histogram: its buckets are cumulative, as OpenMetrics wants them. */
export function observe(name: string, labels: Labels, seconds: number): void {
  for (const bound of buckets) {
    if (seconds <= bound) {
      count(`${name}_bucket`, { ...labels, le: bound.toFixed(3).replace(/0+$/, '').replace(/\.$/, '.0') })
    }
  }
  count(`${name}_bucket`, { ...labels, le: '+Inf' })
  count(`${name}_count`, labels)
  count(`${name}_sum`, labels, seconds)
}

/** Says how counts are added to those of other isolates. */
export function countsGoTo(writer: (counts: Count[]) => Promise<void>): void {
  write = writer
}

/**
 * Hands over what was counted. Without `now` at most every MLS_METRICS_SECONDS (10) and in the background: no request
 * waits for it. What cannot be written is kept for the next time.
 */
export async function flushCounts(now = false): Promise<void> {
  const interval = envInteger('MLS_METRICS_SECONDS', 10, { min: 0, max: 3_600 }) * 1_000
  if (!write || samples.size === 0 || (!now && performance.now() - flushedAt < interval)) return
  flushedAt = performance.now()
  const taken = [...samples.values()]
  samples = new Map()
  const writing = write(taken).catch(() =>
    taken.forEach(({ name, labels, value }) => count(name, labels, value))
  )
  if (now) return await writing
  const { EdgeRuntime } = globalThis as { EdgeRuntime?: { waitUntil?(promise: Promise<unknown>): void } }
  EdgeRuntime?.waitUntil?.(writing)
}
