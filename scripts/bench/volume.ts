import { sendReads, startBare, startOData, type Target } from './clients.ts'
import { fillServed } from './fill.ts'
import { type Line, median, milliseconds, ms, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import type { ReadName } from './reads.ts'
import { walk } from './walk.ts'

const measured: Partial<Record<ReadName, string>> = {
  key: 'key look-up',
  filter: 'filtered page of 100',
  select: '$select page of 1,000',
  expand: 'key with $expand=Media',
  count: 'count of a filter',
  replication: 'replication page of 1,000',
}
const usual = 100_000

/** Seconds that one way of reading is asked for without a break before the other has its turn. */
const turn = 0.4
/** Before the first, for the compiler of JavaScript. */
const warmUp = 2

/** Reads over HTTP at 100,000 listings and, when more are asked for, at that size too. */
export const volume: Subject<BenchHub> = {
  name: 'volume',
  async run(hub) {
    const sizes = hub.rows > usual ? [usual, hub.rows] : [hub.rows]
    const bare = await startBare(hub)
    const odata = await startOData(hub)
    try {
      const lines: Line[] = []
      const pages: number[] = []
      for (const rows of sizes) {
        const seconds = await milliseconds(() => fillServed(hub.client, rows)) / 1000
        console.log(`      ${rows.toLocaleString('en')} listings, filled in ${seconds.toFixed(0)} s`)
        const target = odata.target(rows)
        for (const read of Object.keys(measured) as ReadName[]) {
          const { line, ours } = await against(bare.target(rows), target, read, rows)
          lines.push(line)
          if (read === 'filter') pages.push(ours)
        }
        lines.push(await walk(target, rows, 'replication', ''))
        lines.push(
          await walk(
            target,
            rows,
            'dearest first',
            '?$orderby=ListPrice%20desc&$select=ListingKey,ListPrice',
          ),
        )
      }
      if (pages.length === 2) lines.push(growth(pages as [number, number], sizes))
      return lines
    } finally {
      await odata.stop()
      await bare.stop()
    }
  },
}

/** One client, one request after the other; ours and the bare server's take turns. */
async function against(
  bare: Target,
  ours: Target,
  read: ReadName,
  rows: number,
): Promise<{ line: Line; ours: number }> {
  const times = { bare: [] as number[], ours: [] as number[] }
  const sizes = { bare: 0, ours: 0 }
  for (let run = 0; run <= runs; run++) {
    for (const [name, target] of Object.entries({ bare, ours }) as ['bare' | 'ours', Target][]) {
      const { answers, seconds, bytes } = await sendReads(target, read, {
        clients: 1,
        seconds: run > 0 ? turn : warmUp,
      })
      if (run > 0) times[name].push(seconds * 1000 / answers)
      sizes[name] = bytes / answers
    }
  }
  // headers are longer, timestamps and brackets written otherwise
  if (sizes.ours < sizes.bare * 0.97) throw new Error(`${read}: ${sizes.ours} bytes, bare SQL ${sizes.bare}`)
  const [bareTime, time] = [median(times.bare), median(times.ours)]
  const line: Line = {
    name: `${measured[read]} of ${rows.toLocaleString('en')}`,
    value: bareTime / time,
    unit: 'x',
    limit: { min: 0.6 },
    detail: `${ms(time)}, bare ${ms(bareTime)}`,
  }
  return { line, ours: time }
}

function growth([small, large]: [number, number], sizes: number[]): Line {
  const [from, to] = sizes.map((size) => size.toLocaleString('en'))
  return {
    name: `filtered page of 100, ${to} listings against ${from}`,
    value: large / small,
    unit: 'x',
    limit: { max: 1.5 },
    detail: `${ms(large)} against ${ms(small)}`,
  }
}
