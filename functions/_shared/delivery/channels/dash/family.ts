import type { JsonObject } from '../../json.ts'
import type { Family } from './adapter.ts'

/** Under which kind Dash keeps a listing: what Dash said itself, else by the class and type of the listing. */
export function familyOf(columns: JsonObject): Family {
  const words = [columns.dash_listing_type, columns.property_type, columns.property_class]
    .filter((value) => typeof value === 'string').join(' ').toLowerCase()
  const commercial = /commercial|\bcoms\b|\bcoml\b/.test(words)
  const rental = /rent|lease|\brlse\b|\bcoml\b/.test(words)
  if (commercial) return rental ? 'commercialleases' : 'commercialsales'
  return rental ? 'residentialrentals' : 'residentialsales'
}
