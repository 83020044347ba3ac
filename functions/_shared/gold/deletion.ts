import type { Resource } from '../reso/types.ts'
import { Finding } from './finding.ts'
import { timeFields } from './future-times.ts'
import { readBoolean } from './readers/boolean.ts'
import type { RecordBuilder } from './record-builder.ts'

/** What a record carries that its source has deleted. No field of RESO: names of fields have no @. */
export const deletedName = '@deleted'

/**
 * Takes the mark off a record and answers whether it stood for a deletion. Of a deletion only what names the record and
 * says when it went is left (as in mls.read_deletion()): a change feed sends the last values along, and they are
 * nobody's any more.
 */
export function readDeletion(resource: Resource, builder: RecordBuilder): boolean {
  const { record } = builder
  const value = record[deletedName]
  if (value === undefined) return false
  delete record[deletedName]
  const read = value === null ? null : readBoolean(value)
  if (read instanceof Finding) builder.note(deletedName, read.code, read.message, true)
  if (read !== true) return false
  const kept = [resource.key, 'OriginatingSystemOfficeKey', 'ResourceRecordKey', ...timeFields]
  for (const name of Object.keys(record)) if (!kept.includes(name)) delete record[name]
  return true
}
