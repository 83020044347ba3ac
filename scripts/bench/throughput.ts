import { type ODataTarget, sendReads, type Server, startBare, startOData, type Target } from './clients.ts'
import { fillServed } from './fill.ts'
import { cpuMilliseconds, type Line, median, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import type { ReadName } from './reads.ts'

const listings = 20_000
const clients = 8

/**
 * Requests a second of RESO's reference server at 8 clients and 20,000 listings on two cores, once and elsewhere: told beside
 * ours, and no limit, for that machine is not this one. What exactly it was asked for by "expand Media" is not known; by
 * its other figures (one record 85, a hundred 3) it can only have been a record or two, so a record with its photos it is.
 */
const measured: [read: ReadName, name: string, reference: string][] = [
  ['key', 'by key with all fields', '85'],
  ['newest', '100 newest with all fields', '3'],
  ['counted', 'filter with $count, 10 records', '18'],
  ['expand', 'by key with $expand=Media', '74'],
  ['replication', 'replication, pages of 1,000 full rows', '0.7'],
]

/** What eight clients get at once, against what bare SQL behind the same frame of a door gives them in the same minute. */
export const throughput: Subject<BenchHub> = {
  name: 'throughput',
  async run(hub) {
    await fillServed(hub.client, listings)
    const odata = await startOData(hub)
    const bare = await startBare(hub)
    try {
      const lines: Line[] = []
      for (const [read, name, reference] of measured) {
        lines.push(await measure(odata, bare, read, name, reference))
      }
      return lines
    } finally {
      await Promise.all([odata.stop(), bare.stop()])
    }
  },
}

/** The two take turns, so that a slow phase of the machine slows both. */
async function measure(
  odata: Server<ODataTarget>,
  bare: Server<Target>,
  read: ReadName,
  name: string,
  reference: string,
): Promise<Line> {
  const rates = { ours: [] as number[], bare: [] as number[] }
  const cpu: number[] = []
  for (let run = 0; run <= runs; run++) {
    const seconds = run > 0 ? 2 : 0.5
    const before = cpuMilliseconds(odata.pid)
    const ours = await sendReads(odata.target(listings), read, { clients, seconds })
    const after = cpuMilliseconds(odata.pid)
    const theirs = await sendReads(bare.target(listings), read, { clients, seconds })
    if (run === 0) continue
    rates.ours.push(ours.answers / ours.seconds)
    rates.bare.push(theirs.answers / theirs.seconds)
    if (before !== undefined && after !== undefined) cpu.push((after - before) / ours.answers)
  }
  const [ours, theirs] = [median(rates.ours), median(rates.bare)]
  const spent = cpu.length > 0 ? `, ${median(cpu).toFixed(2)} ms CPU of the function each` : ''
  const shown = (rate: number) => rate.toFixed(rate < 10 ? 1 : 0)
  return {
    name: `${clients} clients, ${name}`,
    value: ours / theirs,
    unit: 'x',
    limit: { min: 0.6 },
    detail: `${shown(ours)} a second${spent}, bare ${
      shown(theirs)
    }; RESO's reference server, elsewhere, ${reference}`,
  }
}
