import type { JsonObject } from '../../json.ts'

/**
 * The closed list of the XML format. The portal's manual form knows more (penthouse 28, studio 35, ...): an object
 * with one of those is silently rejected.
 */
export const realtyTypes = [14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26] as const
export type RealtyType = typeof realtyTypes[number]

const bySubtype: Record<string, RealtyType> = {
  ...all(
    16,
    'penthouse',
    'loft',
    'studio',
    'standard_apartment',
    'ground_apartment',
    'whole_floor_apartment',
  ),
  ...all(17, 'bungalow', 'detached_house', 'mansion_villa'),
  ...all(18, 'semi_detached_house', 'terraced_house', 'maisonette_house', 'duplex'),
  ...all(15, 'plot', 'field'),
  ...all(23, 'standard_office', 'whole_floor_office', 'ground_office', 'top_floor_office'),
  ...all(23, 'entire_building_office', 'office_building'),
  ...all(22, 'shop'),
}

const bySubtypeToo: Record<string, RealtyType> = {
  restaurant: 21,
  warehouse: 24,
  industrial_building: 25,
  commercial_building: 14,
  apartment: 16,
  singlefamilydetached: 17,
  townhouse: 18,
  land: 15,
  office: 23,
  parking: 26,
  commercial: 14,
}

const byType: Record<string, RealtyType> = {
  Land: 15,
  Residential: 16,
  ResidentialLease: 16,
  CommercialSale: 14,
  CommercialLease: 14,
}

/** What kind of property it is, decided on the subtype first: types have changed their meaning before. */
export function realtyType(columns: JsonObject): RealtyType {
  const subtype = String(columns.property_subtype ?? '').trim().toLowerCase()
  const hints = (columns.extensions ?? {}) as JsonObject
  if (bySubtype[subtype]) return bySubtype[subtype]
  if (hints.X_HotelType) return 20
  if (hints.X_IndustrialType) return 25
  if (hints.X_RetailType) return 22
  return bySubtypeToo[subtype] ?? byType[String(columns.property_type ?? '')] ?? 26
}

function all(type: RealtyType, ...subtypes: string[]): Record<string, RealtyType> {
  return Object.fromEntries(subtypes.map((subtype) => [subtype, type]))
}
