import { createBaseline, writeBaseline } from './baseline.ts'
import { compare, type Line, ms, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { fullWidthBatch, type GoldRecord } from './records.ts'

/** mls.ingest_batch() by itself: what the database does with 1,000 full-width listings. */
export const merge: Subject<BenchHub> = {
  name: 'merge',
  async run({ client }) {
    await createBaseline(client)
    const ingest = async (records: GoldRecord[]) => {
      const rows = JSON.stringify(records.map((r) => ({ r, e: [], w: [] })))
      await client.query(
        `select mls.ingest_batch('property', $1::jsonb, '{"client_id": "bench", "request_path": "bench"}')`,
        [rows],
      )
    }
    const first = await compare({
      bare: (run) => writeBaseline(client, fullWidthBatch(`first${run}`)),
      ours: (run) => ingest(fullWidthBatch(`first${run}`)),
    })
    const again = await compare({
      bare: (run) => writeBaseline(client, fullWidthBatch(`first${run}`)),
      ours: (run) => ingest(fullWidthBatch(`first${run}`)),
    })
    const changed = await compare({
      bare: (run) => writeBaseline(client, repriced(`first${run}`)),
      ours: (run) => ingest(repriced(`first${run}`)),
    })
    const lines: Line[] = [
      {
        name: 'merge, first load',
        value: first.bare / first.ours,
        unit: 'x',
        limit: { min: 0.4 },
        detail: `1,000 new records in ${ms(first.ours)}, bare insert ${ms(first.bare)}`,
      },
      {
        name: 'merge, nothing changed',
        value: again.bare / again.ours,
        unit: 'x',
        limit: { min: 1 },
        detail: `1,000 known records in ${ms(again.ours)}, bare update ${ms(again.bare)}`,
      },
      {
        name: 'merge, every price changed',
        value: changed.ours,
        unit: 'ms',
        limit: { max: 1500 },
        detail: `bare update ${ms(changed.bare)}`,
      },
    ]
    return lines
  },
}

function repriced(series: string): GoldRecord[] {
  return fullWidthBatch(series).map((record, n) => ({ ...record, ListPrice: `${200_000 + n}.00` }))
}
