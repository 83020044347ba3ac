import { readFileSync } from 'node:fs'
import process from 'node:process'

/** What a line asserts: a measured value and the limit it must keep. */
export interface Line {
  name: string
  value: number
  unit: 'x' | 'ms' | 'MB' | 'kB' | 'faults'
  /** The value must be at least (`min`) or at most (`max`) this. */
  limit: { min: number } | { max: number }
  /** What was measured to get there. */
  detail: string
}

/** One subject of the benchmark, in a file of its own. It measures and answers its lines. */
export interface Subject<Hub> {
  name: string
  /** Listings that it is run with among all others, where its usual number takes minutes. */
  rowsAmongOthers?: number
  isAlone?: false
  run(hub: Hub): Promise<Line[]>
}

/** A subject that takes so long that it runs only where it is named. It starts what it needs by itself. */
export interface LoneSubject {
  name: string
  isAlone: true
  run(options: { minutes: number }): Promise<Line[]>
}

/** Every figure is the median of so many runs. */
export const runs = 5

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/**
 * Measures several ways of doing the same, taking turns: whatever slows the machine down for a while slows all of them
 * down. Each is called once before that, unmeasured. Answers the median of each, in milliseconds.
 */
export async function compare<Name extends string>(
  ways: Record<Name, (run: number) => Promise<unknown>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(ways) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let run = 0; run <= runs; run++) {
    for (const name of names) {
      const time = await milliseconds(() => ways[name](run))
      if (run > 0) times[name].push(time)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`

/** CPU time a process has used so far, in milliseconds; undefined where there is no /proc. */
export function cpuMilliseconds(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined
  const ticksPerSecond = 100 // USER_HZ, the same on every Linux
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 1000 / ticksPerSecond
}

/** CPU time that this process takes to read so much JSON and write it again: what a limit of CPU is a multiple of. */
export function cpuOfJson(text: string): number {
  const spent = Array.from({ length: runs }, () => {
    const before = process.cpuUsage()
    JSON.stringify(JSON.parse(text))
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return median(spent)
}

export function passes({ value, limit }: Line): boolean {
  return 'min' in limit ? value >= limit.min : value <= limit.max
}

export function format(line: Line): string {
  const { name, value, unit, limit, detail } = line
  const digits = (amount: number) => unit === 'x' ? 2 : unit === 'kB' && amount < 100 ? 1 : 0
  const shown = (amount: number) => unit === 'ms' ? ms(amount) : `${amount.toFixed(digits(amount))} ${unit}`
  const wanted = 'min' in limit ? `at least ${shown(limit.min)}` : `at most ${shown(limit.max)}`
  return `${passes(line) ? 'PASS' : 'FAIL'}  ${name}: ${shown(value)} (${wanted}); ${detail}`
}
