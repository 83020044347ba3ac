import type { Reader } from '../odata/model/reader.ts'
import type { ClientContext } from './client-context.ts'

/** An API client as queries know it: what it may read, and nothing of how it came in. */
export function readerOf({ offices, aliases, api_visibility, grants, claims }: ClientContext): Reader {
  return { offices, aliases, visibility: api_visibility, grants, claims }
}
