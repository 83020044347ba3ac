import { type ODataTarget, sendReads, type Server, startOData } from './clients.ts'
import { fillServed } from './fill.ts'
import { cpuMilliseconds, type Line, median, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import type { ReadName } from './reads.ts'

const listings = 20_000
const clients = 8
const rowsOfPage = 1000

/**
 * Requests a second of RESO's reference server at 8 clients and 20,000 listings on two cores. What exactly it was asked
 * for by "expand Media" is not known; by its other figures (one record 85, a hundred 3) it can only have been a record or
 * two, so a record with its photos it is here.
 */
const reference: [read: ReadName, name: string, perSecond: number][] = [
  ['key', 'by key with all fields', 85],
  ['newest', '100 newest with all fields', 3],
  ['counted', 'filter with $count, 10 records', 18],
  ['expand', 'by key with $expand=Media', 74],
]
const referenceRows = 726

/** What eight clients get at once, against what the reference server gives them. */
export const throughput: Subject<BenchHub> = {
  name: 'throughput',
  async run(hub) {
    await fillServed(hub.client, listings)
    const odata = await startOData(hub)
    try {
      return await measureAll(odata)
    } finally {
      await odata.stop()
    }
  },
}

async function measureAll({ pid, target: targetOf }: Server<ODataTarget>): Promise<Line[]> {
  const target = targetOf(listings)
  const measure = async (read: ReadName) => {
    const rates: number[] = []
    const cpu: number[] = []
    for (let run = 0; run <= runs; run++) {
      const before = cpuMilliseconds(pid)
      const { answers, seconds } = await sendReads(target, read, { clients, seconds: run > 0 ? 2 : 0.5 })
      const after = cpuMilliseconds(pid)
      if (run === 0) continue
      rates.push(answers / seconds)
      if (before !== undefined && after !== undefined) cpu.push((after - before) / answers)
    }
    const spent = cpu.length > 0 ? `, ${median(cpu).toFixed(2)} ms CPU of the function each` : ''
    return { rate: median(rates), spent }
  }
  const lines: Line[] = []
  for (const [read, name, perSecond] of reference) {
    const { rate, spent } = await measure(read)
    lines.push(line(name, rate / perSecond, `${Math.round(rate)} a second${spent}; reference ${perSecond}`))
  }
  const { rate, spent } = await measure('replication')
  const rows = rate * rowsOfPage
  lines.push(
    line(
      'replication',
      rows / referenceRows,
      `${Math.round(rows)} full rows a second${spent}; reference ${referenceRows}`,
    ),
  )
  return lines
}

function line(name: string, value: number, detail: string): Line {
  return { name: `${clients} clients, ${name}`, value, unit: 'x', limit: { min: 20 }, detail }
}
