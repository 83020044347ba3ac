import type { DealType } from '../deal.ts'
import type { PropertyKind } from '../property-kind.ts'

/** A `type` of the specification, and which prices in euros it takes. */
export interface AdType {
  type: string
  prices: [least: number, most: number]
}

type Group = 'home' | 'land' | 'office' | 'local' | 'warehouse' | 'parking'

const types: Readonly<Record<Group, Partial<Record<DealType, AdType>>>> = {
  home: {
    sale: { type: 'For Sale', prices: [10_000, 100_000_000] },
    rent: { type: 'For Rent', prices: [100, 50_000] },
  },
  land: { sale: { type: 'Land For Sale', prices: [5_000, 50_000_000] } },
  office: {
    sale: { type: 'Office For Sale', prices: [1_000, 50_000_000] },
    rent: { type: 'Office For Rent', prices: [50, 500_000] },
  },
  local: {
    sale: { type: 'For Sale Local', prices: [2_000, 50_000_000] },
    rent: { type: 'For Rent Local', prices: [50, 500_000] },
  },
  warehouse: {
    sale: { type: 'Warehouse For Sale', prices: [5_000, 10_000_000] },
    rent: { type: 'Warehouse For Rent', prices: [500, 300_000] },
  },
  parking: {
    sale: { type: 'Parking For Sale', prices: [1_000, 200_000] },
    rent: { type: 'Parking For Rent', prices: [5, 10_000] },
  },
}

/** Kinds that nobody lives in. A "local" is premises of any trade. */
const groups: Readonly<Partial<Record<PropertyKind, Group>>> = {
  land: 'land',
  office: 'office',
  shop: 'local',
  restaurant: 'local',
  hotel: 'local',
  commercial: 'local',
  warehouse: 'warehouse',
  industrial: 'warehouse',
  parking: 'parking',
}

/** The type of an ad; undefined where the specification has none, as for land to let. */
export function adType(kind: PropertyKind, deal: DealType): AdType | undefined {
  return types[groups[kind] ?? 'home'][deal]
}

/** Whether it is a home: only then is a `property_type` said. */
export function isHome(kind: PropertyKind): boolean {
  return groups[kind] === undefined
}
