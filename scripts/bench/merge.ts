import { createBaseline, writeBaseline } from './baseline.ts'
import { compare, type Line, ms, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { batchSize, deliveredBatch, fullWidthBatch, type GoldRecord } from './records.ts'

type MakeBatch = (series: string) => GoldRecord[]

/** What is sent: every field filled, which bounds what a record can cost, and records as gold really delivers them. */
const shapes: [name: string, make: MakeBatch][] = [['all fields', fullWidthBatch], [
  'as delivered',
  deliveredBatch,
]]

/** mls.ingest_batch() by itself: what the database does with 1,000 listings, against the least that must be written. */
export const merge: Subject<BenchHub> = {
  name: 'merge',
  async run({ client }) {
    await createBaseline(client)
    const ingest = (rows: string) =>
      client.query(
        `select mls.ingest_batch('property', $1::jsonb, '{"client_id": "bench", "request_path": "bench"}')`,
        [rows],
      )
    const written = async (write: () => Promise<unknown>) => {
      const at = async () =>
        (await client.query('select pg_current_wal_insert_lsn() as lsn')).rows[0].lsn as string
      const from = await at()
      await write()
      const { rows } = await client.query('select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes', [from])
      return Number(rows[0].bytes)
    }
    const lines: Line[] = []
    for (const [shape, make] of shapes) {
      /** The same batches both ways, one per run, ready to send. */
      const send = async (name: string, min: number, make: MakeBatch) => {
        const batches = Array.from({ length: runs + 1 }, (_, run) => make(`${shape.slice(0, 2)}${run}`))
        const bare = batches.map((records) => JSON.stringify(records))
        const ours = batches.map((records) => JSON.stringify(records.map((r) => ({ r, e: [], w: [] }))))
        let wal = 0
        const times = await compare({
          bare: (run) => writeBaseline(client, bare[run]!),
          ours: async (run) => wal = await written(() => ingest(ours[run]!)),
        })
        lines.push({
          name: `merge, ${shape}, ${name}`,
          value: times.bare / times.ours,
          unit: 'x',
          limit: { min },
          detail: `1,000 records in ${ms(times.ours)}, bare ${ms(times.bare)}; ${
            (wal / batchSize / 1024).toFixed(1)
          } kB of WAL a record`,
        })
      }
      await send('first load', 0.4, make)
      await send('nothing changed', 1, make)
      await send('every price changed', 0.25, repriced(make))
    }
    return lines
  },
}

const repriced = (make: MakeBatch): MakeBatch => (series) =>
  make(series).map((record, n) => ({ ...record, ListPrice: `${200_000 + n}.00` }))
