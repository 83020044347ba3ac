import { HubError } from '../http/errors.ts'
import { withHubErrors } from '../odata/hub-errors.ts'
import { readRows } from '../odata/sql/read.ts'
import { readerOf } from '../oauth/reader-of.ts'
import type { SearchCaller } from './caller.ts'

export interface TimelineEntry {
  at: string
  kind: string
  details: unknown
}

/**
 * What happened to a listing, the newest first, as far as the caller may know.
 *
 * @throws HubError `not_found` for a listing that the caller does not see
 */
export async function readTimeline({ kind, client }: SearchCaller, key: string): Promise<TimelineEntry[]> {
  const history = kind === 'website' ? 'mls.website_timeline($1)' : 'mls.client_timeline($1)'
  const rows = await withHubErrors(() =>
    readRows(readerOf(client), {
      text:
        `select to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), kind, details from ${history}`,
      values: [key],
    })
  )
  if (rows.length === 0) throw unknownListing(key)
  return rows.map(([at, kind, details]) => ({ at: at!, kind: kind!, details: JSON.parse(details!) }))
}

export function unknownListing(key: string): HubError {
  return new HubError('not_found', `There is no listing ${key.slice(0, 60)} that you may see.`, {
    target: 'key',
  })
}
