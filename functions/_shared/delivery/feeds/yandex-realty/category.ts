import type { PropertyKind } from '../property-kind.ts'

export interface Category {
  category: string
  /** Said of what people live in and of land. */
  propertyType?: 'жилая'
  commercialType?: string
  garageType?: string
}

const living = (category: string): Category => ({ category, propertyType: 'жилая' })
const commercial = (commercialType: string): Category => ({ category: 'коммерческая', commercialType })

const categories: Readonly<Record<Exclude<PropertyKind, 'other'>, Category>> = {
  apartment: living('квартира'),
  penthouse: living('квартира'),
  loft: living('квартира'),
  studio: living('квартира'),
  house: living('дом'),
  villa: living('дом'),
  bungalow: living('дом'),
  semi_detached: living('дуплекс'),
  townhouse: living('таунхаус'),
  maisonette: living('дуплекс'),
  duplex: living('дуплекс'),
  land: living('участок'),
  parking: { ...living('гараж'), garageType: 'машиноместо' },
  office: commercial('office'),
  shop: commercial('retail'),
  restaurant: commercial('public catering'),
  warehouse: commercial('warehouse'),
  industrial: commercial('manufacturing'),
  hotel: commercial('hotel'),
  commercial: commercial('free purpose'),
}

/** The category of a listing; undefined where the format has none for it. A house on a plot is one of its own. */
export function categoryOf(kind: PropertyKind, hasPlot: boolean): Category | undefined {
  if (kind === 'other') return undefined
  const category = categories[kind]
  return category.category === 'дом' && hasPlot ? living('дом с участком') : category
}
