import type { PropertyKind } from '../property-kind.ts'

/**
 * The closed list of the XML format. The portal's manual form knows more (penthouse 28, studio 35, ...): an object
 * with one of those is silently rejected.
 */
export const realtyTypes = [14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26] as const
export type RealtyType = typeof realtyTypes[number]

export const realtyType: Readonly<Record<PropertyKind, RealtyType>> = {
  apartment: 16,
  penthouse: 16,
  loft: 16,
  studio: 16,
  house: 17,
  villa: 17,
  bungalow: 17,
  semi_detached: 18,
  townhouse: 18,
  maisonette: 18,
  duplex: 18,
  land: 15,
  office: 23,
  shop: 22,
  restaurant: 21,
  warehouse: 24,
  industrial: 25,
  hotel: 20,
  commercial: 14,
  parking: 26,
  other: 26,
}
