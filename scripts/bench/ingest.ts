import { createBaseline, writeBaseline } from './baseline.ts'
import { compare, cpuMilliseconds, cpuOfJson, type Line, median, ms, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { fullWidthBatch } from './records.ts'

/** The same batches through the door: HTTP, token, parsing and checking of every field, merge, receipt. */
export const ingest: Subject<BenchHub> = {
  name: 'ingest',
  async run({ client, functionsUrl, gateway, token }) {
    await createBaseline(client)
    const bearer = await token('databricks')
    const bodies = Array.from({ length: runs + 1 }, (_, run) => JSON.stringify(fullWidthBatch(`http${run}`)))
    const cpu: number[] = []
    const { bare, ours } = await compare({
      bare: (run) => writeBaseline(client, bodies[run]!),
      ours: async (run) => {
        const before = cpuMilliseconds(gateway.pid)
        const response = await fetch(`${functionsUrl}/ingest/property`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
          body: bodies[run],
        })
        const receipt = await response.json()
        if (receipt.totals?.insert !== 1000) throw new Error(JSON.stringify(receipt).slice(0, 500))
        const after = cpuMilliseconds(gateway.pid)
        if (run > 0 && before !== undefined && after !== undefined) cpu.push(after - before)
      },
    })
    const lines: Line[] = [{
      name: 'ingest over HTTP, first load',
      value: bare / ours,
      unit: 'x',
      limit: { min: 0.25 },
      detail: `1,000 new records in ${ms(ours)}, bare insert ${ms(bare)}`,
    }]
    if (cpu.length === runs) {
      const json = cpuOfJson(bodies[0]!)
      lines.push({
        name: 'ingest, CPU of the function',
        value: median(cpu) / json,
        unit: 'x',
        limit: { max: 6 },
        detail: `${
          ms(median(cpu))
        } of user and system time per 1,000 records, of which a hosted request has 2 s; ${
          ms(json)
        } for reading and writing the same JSON`,
      })
    }
    return lines
  },
}
