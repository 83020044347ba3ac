import type { JsonObject } from '../json.ts'

/** What a listing is, in words that every format can translate. */
export type PropertyKind =
  | 'apartment'
  | 'penthouse'
  | 'loft'
  | 'studio'
  | 'house'
  | 'villa'
  | 'bungalow'
  | 'semi_detached'
  | 'townhouse'
  | 'maisonette'
  | 'duplex'
  | 'land'
  | 'office'
  | 'shop'
  | 'restaurant'
  | 'warehouse'
  | 'industrial'
  | 'hotel'
  | 'commercial'
  | 'parking'
  | 'other'

/** Labels of Qobrix that say more than the hints of its commercial listings. */
const bySubtype: Record<string, PropertyKind> = {
  penthouse: 'penthouse',
  loft: 'loft',
  studio: 'studio',
  ...all('apartment', 'standard_apartment', 'ground_apartment', 'whole_floor_apartment'),
  bungalow: 'bungalow',
  detached_house: 'house',
  mansion_villa: 'villa',
  semi_detached_house: 'semi_detached',
  terraced_house: 'townhouse',
  maisonette_house: 'maisonette',
  duplex: 'duplex',
  ...all('land', 'plot', 'field'),
  ...all('office', 'standard_office', 'whole_floor_office', 'ground_office', 'top_floor_office'),
  ...all('office', 'entire_building_office', 'office_building'),
  shop: 'shop',
}

/** Labels that say less than those hints: the others of Qobrix, and the names of RESO. */
const bySubtypeToo: Record<string, PropertyKind> = {
  restaurant: 'restaurant',
  warehouse: 'warehouse',
  industrial_building: 'industrial',
  commercial_building: 'commercial',
  apartment: 'apartment',
  singlefamilydetached: 'house',
  townhouse: 'townhouse',
  land: 'land',
  office: 'office',
  parking: 'parking',
  commercial: 'commercial',
}

/** Words of the labels of Dash and of what brokers write. The first that fits counts. */
const byWord: [RegExp, PropertyKind][] = [
  [/\b(parking|garage)\b/, 'parking'],
  [/semi-?detached/, 'semi_detached'],
  [/\btownhouse|\brow\b|terraced/, 'townhouse'],
  [/duplex|triplex|fourplex/, 'duplex'],
  [/penthouse/, 'penthouse'],
  [/\bvilla\b/, 'villa'],
  [/bungalow/, 'bungalow'],
  [/single family|detached|\bhouse\b|\bhome\b|farm|cottage/, 'house'],
  [/apartment|condo|co-op|\bflat\b|timeshare|fractional/, 'apartment'],
  [/\bland\b|\blot\b|acreage|\bplot\b/, 'land'],
  [/office/, 'office'],
  [/retail|\bshop\b|\bstore\b/, 'shop'],
  [/restaurant/, 'restaurant'],
  [/warehouse/, 'warehouse'],
  [/industrial|manufacturing/, 'industrial'],
  [/hotel|hospitality|bed and breakfast/, 'hotel'],
]

const byType: Record<string, PropertyKind> = {
  Land: 'land',
  Residential: 'apartment',
  ResidentialLease: 'apartment',
  CommercialSale: 'commercial',
  CommercialLease: 'commercial',
}

/** What a listing is, decided on the subtype first: types have changed their meaning before. */
export function propertyKind(columns: JsonObject): PropertyKind {
  const subtype = String(columns.property_subtype ?? '').trim().toLowerCase()
  const hints = (columns.extensions ?? {}) as JsonObject
  const named = bySubtype[subtype]
  if (named) return named
  if (hints.X_HotelType) return 'hotel'
  if (hints.X_IndustrialType) return 'industrial'
  if (hints.X_RetailType) return 'shop'
  return bySubtypeToo[subtype] ?? byWord.find(([word]) => word.test(subtype))?.[1] ??
    byType[String(columns.property_type ?? '')] ?? 'other'
}

function all(kind: PropertyKind, ...subtypes: string[]): Record<string, PropertyKind> {
  return Object.fromEntries(subtypes.map((subtype) => [subtype, kind]))
}
