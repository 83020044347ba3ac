import type { JsonObject } from '../../json.ts'
import type { Regions } from '../format.ts'

/** Location id: the town, else its district, else the country; and whether the town is unknown to the table. */
export function regionOf(
  { city, district, state, state_name }: JsonObject,
  regions: Regions,
  country: number,
): { id: number; unmapped: string | null } {
  const town = normal(city)
  const byTown = regions.city.get(town)
  if (byTown !== undefined) return { id: byTown, unmapped: null }
  const byDistrict = [state, state_name, district, city].map((name) => regions.district.get(normal(name)))
    .find((id) => id !== undefined)
  return { id: byDistrict ?? country, unmapped: town === '' ? '(none)' : String(city).trim() }
}

function normal(name: unknown): string {
  return typeof name === 'string' ? name.trim().toLowerCase().replace(/\s+/g, ' ') : ''
}
