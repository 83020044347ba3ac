import type { SearchCaller } from './caller.ts'
import { searchInput } from './input.ts'
import { searchListings } from './search-listings.ts'
import { unknownListing } from './timeline.ts'

/** One listing with all its fields, as JSON text. @throws HubError `not_found` for one that the caller does not see */
export async function getListing(caller: SearchCaller, key: string): Promise<{ text: string }> {
  const filter = `ListingKey eq '${key.replaceAll("'", "''")}'`
  const { text, records } = await searchListings(caller, searchInput.parse({ filter, limit: 1 }))
  if (records === 0) throw unknownListing(key)
  return { text: text.slice('{"listings":['.length, -']}'.length) }
}
