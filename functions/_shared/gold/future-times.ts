import { Finding } from './finding.ts'
import { readTimestamp } from './readers/timestamp.ts'
import type { RecordBuilder } from './record-builder.ts'

/** Fields in which sources say when a record changed. mls.drop_future_times() has the same. */
export const timeFields = ['ModificationTimestamp', 'X_QobrixModified']

/** How far the clock of a source may be ahead of ours. */
const toleranceMs = 10 * 60_000

/**
 * A time of change that lies beyond the hub's clock is no evidence: it would make every later record stale until that
 * day comes. The record is applied like one without a time, so what is stored as its time does not move.
 */
export function dropFutureTimes(builder: RecordBuilder): void {
  const { record } = builder
  for (const name of timeFields) {
    const value = record[name]
    if (typeof value !== 'string') continue
    const read = readTimestamp(value)
    // in a field of text, as most resources have it, milliseconds would order nothing
    if (typeof read === 'string' && /^\s*\d{13}\s*$/.test(value)) record[name] = read
    if (read === null || read instanceof Finding || !(Date.parse(String(read)) > Date.now() + toleranceMs)) {
      continue
    }
    delete record[name]
    builder.note(
      name,
      'future_time',
      `${
        value.slice(0, 40)
      } lies beyond the clock of the hub. The record is applied like one without a time.`,
    )
  }
}
