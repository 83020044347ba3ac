import type { Issue } from '../gold/issues.ts'
import type { Wording } from '../gold/readers/field.ts'
import { readRecord } from '../gold/record.ts'
import { resourceByIngestName } from '../reso/dictionary.ts'
import type { Batch, Mapped, Source } from './types.ts'

/** A record as mls.ingest_batch takes it: read by the contract, errors, warnings. */
export interface Row {
  r: Record<string, unknown> | null
  e: Issue[]
  w: Issue[]
}

/**
 * Reads the records of a batch by the contract, as the door does. The office is the source's own, whatever a record
 * says: a source speaks for one office.
 */
export function rowsOf(
  { resource, records }: Batch,
  source: Pick<Source, 'office_key'>,
  { wording }: { wording: Wording },
): Row[] {
  const contract = resourceByIngestName(resource)
  if (!contract) throw new Error(`There is no resource ${resource}.`)
  return records.map(({ record, errors = [], warnings = [] }: Mapped) => {
    record.OriginatingSystemOfficeKey = source.office_key
    const reading = readRecord(contract, record, wording)
    return {
      r: reading.record ?? null,
      e: [...errors, ...reading.errors],
      w: [...warnings, ...reading.warnings],
    }
  })
}

/**
 * A key of the source as the hub knows it; null stays null. Another hub serves `<MediaKey>~<ListingKey>` where several
 * listings have a picture; here `~` means the same and is in no key, so it becomes a colon.
 */
export function prefixed(prefix: string, key: unknown): string | null {
  if (key === null || key === undefined || String(key).trim() === '') return null
  return prefix + String(key).trim().replaceAll('~', ':')
}
