import { Finding, quote, type Reader } from '../finding.ts'
import { readKey } from './text.ts'

/** StandardStatus of RESO Data Dictionary 2.0, complete. */
const standardStatuses = new Set([
  'Active',
  'Active Under Contract',
  'Canceled',
  'Closed',
  'Coming Soon',
  'Delete',
  'Expired',
  'Hold',
  'Incomplete',
  'Pending',
  'Withdrawn',
])

/** Reads StandardStatus. An unknown one is kept, so that a person can see it; no rule publishes it. */
export const readStatus: Reader = (value) => {
  const read = readKey(value)
  if (typeof read !== 'string' || standardStatuses.has(read)) return read
  return new Finding(
    'unknown_status',
    `${quote(read)} is no StandardStatus; the record will not be published.`,
    read,
  )
}
