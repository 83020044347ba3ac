import { createBaseline, writeBaseline } from './baseline.ts'
import { compare, type Line, ms, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { fullWidthBatch, type GoldRecord } from './records.ts'

/** mls.ingest_batch() by itself: what the database does with 1,000 full-width listings. */
export const merge: Subject<BenchHub> = {
  name: 'merge',
  async run({ client }) {
    await createBaseline(client)
    const ingest = (rows: string) =>
      client.query(
        `select mls.ingest_batch('property', $1::jsonb, '{"client_id": "bench", "request_path": "bench"}')`,
        [rows],
      )
    /** The same batches both ways, one per run, ready to send. */
    const send = (make: (series: string) => GoldRecord[]) => {
      const batches = Array.from({ length: runs + 1 }, (_, run) => make(`run${run}`))
      const bare = batches.map((records) => JSON.stringify(records))
      const ours = batches.map((records) => JSON.stringify(records.map((r) => ({ r, e: [], w: [] }))))
      return compare({
        bare: (run) => writeBaseline(client, bare[run]!),
        ours: (run) => ingest(ours[run]!),
      })
    }
    const first = await send(fullWidthBatch)
    const again = await send(fullWidthBatch)
    const changed = await send(repriced)
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
        value: changed.bare / changed.ours,
        unit: 'x',
        limit: { min: 0.25 },
        detail: `1,000 refreshed records, with price history, in ${ms(changed.ours)}, bare update ${
          ms(changed.bare)
        }`,
      },
    ]
    return lines
  },
}

function repriced(series: string): GoldRecord[] {
  return fullWidthBatch(series).map((record, n) => ({ ...record, ListPrice: `${200_000 + n}.00` }))
}
