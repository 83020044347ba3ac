import type { Key } from '../../i18n/index.ts'
import type { Row, Tables } from '../../lib/hub.ts'

export type Listing = Row<'mls_listings'>
export type Edit = Tables['mls_listings']['Update']
export type Column = Extract<keyof Edit, keyof Listing>

export interface Field {
  column: Column
  /** Its RESO name: what the source calls it, and drift. */
  reso?: string
  kind: 'text' | 'long' | 'whole' | 'decimal' | 'flag' | 'date' | 'link'
  unit?: string
  options?: readonly string[]
  max?: number
}

export interface Section {
  title: Key
  fields: Field[]
}

const text = (column: Column, reso?: string, max = 255): Field => ({ column, reso, kind: 'text', max })
const whole = (column: Column, reso?: string, unit?: string): Field => ({ column, reso, kind: 'whole', unit })
const decimal = (column: Column, reso?: string, unit = 'm²'): Field => ({
  column,
  reso,
  kind: 'decimal',
  unit,
})
const flag = (column: Column, reso?: string): Field => ({ column, reso, kind: 'flag' })
const long = (column: Column, reso?: string, max = 20_000): Field => ({ column, reso, kind: 'long', max })

/** What a broker writes, by section. Price, status and place have functions of their own and do not stand here. */
export const sections: Section[] = [
  {
    title: 'section.basics',
    fields: [
      text('name', 'X_PropertyName'),
      {
        ...text('property_type', 'PropertyType'),
        options: ['Residential', 'ResidentialLease', 'CommercialSale', 'CommercialLease', 'Land'],
      },
      text('property_subtype', 'PropertySubType'),
      text('development_status', 'DevelopmentStatus'),
      flag('is_new_construction', 'NewConstructionYN'),
      flag('is_price_upon_request'),
      { ...text('date_available', 'AvailabilityDate'), kind: 'date' },
    ],
  },
  {
    title: 'section.texts',
    fields: [
      long('public_remarks', 'PublicRemarks'),
      long('short_description', 'X_ShortDescription', 2_000),
      long('private_remarks', 'PrivateRemarks'),
      long('showing_instructions', 'ShowingInstructions', 4_000),
    ],
  },
  {
    title: 'section.address',
    fields: [
      text('street', 'UnparsedAddress'),
      text('unit_number', 'X_UnitNumber', 30),
      text('city', 'City', 150),
      text('state', 'StateOrProvince', 50),
      text('post_code', 'PostalCode', 20),
      { ...text('country', 'Country', 2) },
      flag('hide_address_online'),
    ],
  },
  {
    title: 'section.rooms',
    fields: [
      whole('bedrooms', 'BedroomsTotal'),
      whole('bathrooms', 'BathroomsTotalInteger'),
      whole('half_bath', 'BathroomsHalf'),
      decimal('living_area', 'LivingArea'),
      decimal('covered_area', 'X_CoveredArea'),
      decimal('covered_verandas', 'X_CoveredVerandas'),
      decimal('lot_size', 'LotSizeSquareFeet'),
      whole('floor_number', 'Stories'),
      whole('stories_total', 'StoriesTotal'),
      whole('year_built', 'YearBuilt'),
    ],
  },
  {
    title: 'section.features',
    fields: [
      flag('sea_view', 'X_SeaView'),
      flag('mountain_view', 'X_MountainView'),
      flag('beach_front', 'X_BeachFront'),
      flag('private_pool', 'X_PrivateSwimmingPool'),
      flag('common_pool', 'X_CommonSwimmingPool'),
      flag('x_sm_elevator', 'X_Elevator'),
      flag('air_condition', 'X_AirCondition'),
      flag('has_fireplace', 'FireplaceYN'),
      text('furnished', 'Furnished', 100),
      text('heating_type', 'X_HeatingType', 100),
      text('energy_efficiency_grade', 'X_EnergyEfficiencyGrade', 20),
      whole('garage_spaces', 'X_CustomerParking'),
      whole('parking_covered', 'CoveredSpaces'),
      decimal('distance_from_beach', 'X_DistanceFromBeach', 'm'),
      text('amenities', 'AssociationAmenities', 2_000),
      flag('x_sm_title_deeds'),
    ],
  },
  {
    title: 'section.links',
    fields: [
      { ...text('video_link', 'X_VideoLink', 2_000), kind: 'link' },
      { ...text('virtual_tour_link', 'X_VirtualTourLink', 2_000), kind: 'link' },
    ],
  },
]

export const allFields: Field[] = sections.flatMap(({ fields }) => fields)

/** What a form holds: texts. An empty one is no value. */
export type Draft = Record<string, string>

export function draftOf(listing: Listing): Draft {
  return Object.fromEntries(allFields.map(({ column }) => [column, asText(listing[column])]))
}

export function asText(value: unknown): string {
  return value === null || value === undefined
    ? ''
    : typeof value === 'object'
    ? JSON.stringify(value)
    : String(value)
}

/** What is wrong with a text, as a key of the catalogue. */
export function faultOf({ kind, max }: Field, value: string): Key | undefined {
  if (value === '') return undefined
  if (kind === 'whole' && !/^\d{1,6}$/.test(value)) return 'fault.whole'
  if (kind === 'decimal' && !/^\d{1,12}([.,]\d{1,2})?$/.test(value)) return 'fault.decimal'
  if (kind === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)) return 'fault.date'
  if (kind === 'link' && !/^https?:\/\/\S+$/.test(value)) return 'fault.link'
  if (max !== undefined && value.length > max) return 'fault.long'
  return undefined
}

/** The text as the column takes it. */
export function valueOf({ kind }: Field, value: string): string | number | boolean | null {
  if (value === '') return null
  if (kind === 'whole') return Number(value)
  if (kind === 'decimal') return Number(value.replace(',', '.'))
  if (kind === 'flag') return value === 'true'
  return value
}

/** The columns that differ from what was read. */
export function changesOf(before: Draft, after: Draft): Edit {
  return Object.fromEntries(
    allFields.filter(({ column }) => before[column] !== after[column])
      .map((field) => [field.column, valueOf(field, after[field.column] ?? '')]),
  ) as Edit
}
