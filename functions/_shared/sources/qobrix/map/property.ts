import type { Json, JsonObject } from '../../../delivery/json.ts'
import { conditionOf, developmentOf } from './lifecycle.ts'
import { propertyFields } from './property-fields.ts'
import { flag, isEmpty, keyOf, lower, numberText, textOf, trimmed, under, valueOf } from './values.ts'

export interface PropertyContext {
  prefix: string
  listOfficeKey: string
  etl: { etl_timestamp: string; etl_batch_id: string }
}

const statuses: Readonly<Record<string, string>> = {
  available: 'Active',
  reserved: 'Pending',
  under_offer: 'Pending',
  sold: 'Closed',
  rented: 'Closed',
  withdrawn: 'Withdrawn',
}

const homes = ['apartment', 'house']
const commercial = ['office', 'retail', 'building', 'hotel', 'industrial', 'investment']

const subtypes: Readonly<Record<string, string>> = {
  apartment: 'Apartment',
  house: 'SingleFamilyDetached',
  land: 'Land',
  office: 'Office',
  parking_lot: 'Parking',
}

const frequencies: Readonly<Record<string, string>> = {
  monthly: 'Monthly',
  weekly: 'Weekly',
  daily: 'Daily',
  yearly: 'Annually',
  annually: 'Annually',
}

/** Whether a property is offered for sale and for rent: gold makes two listings of it. */
export const hasSibling = (property: JsonObject) => lower(property.sale_rent) === 'for_sale_and_rent'

export const siblingSuffix = '_LEASE'

/**
 * The listing of a property as gold has it (mapping version 1), known faults included: see docs/sources.md. With its
 * lease sibling where it is offered for both.
 */
export function propertyRecords(property: JsonObject, context: PropertyContext): Record<string, Json>[] {
  const sale = propertyRecord(property, context)
  if (!hasSibling(property)) return [sale]
  return [sale, {
    ...sale,
    ListingKey: `${sale.ListingKey}${siblingSuffix}`,
    ListingId: sale.ListingId === null ? null : `${sale.ListingId}${siblingSuffix}`,
    PropertyType: commercial.includes(lower(property.property_type) ?? '')
      ? 'CommercialLease'
      : 'ResidentialLease',
    ListPrice: null,
    LeaseConsideredYN: null,
    SaleConsideredYN: true,
  }]
}

function propertyRecord(
  property: JsonObject,
  { prefix, listOfficeKey, etl }: PropertyContext,
): Record<string, Json> {
  const single = Object.fromEntries(
    propertyFields.map(({ field, from, kind }) => [field, valueOf(kind, property[from], prefix)]),
  )
  const project = under(property.project_project)
  const isEngaged = lower(property.custom_listing_property) === 'yes' ||
    trimmed(property.key_holder_details) !== null
  const frequency = trimmed(property.rent_frequency)
  const { Latitude, Longitude } = placeOf(property)
  return {
    ...single,
    ListingKey: keyOf(prefix, '', property.id),
    ListingId: textOf(property.ref),
    StandardStatus: statuses[lower(property.status) ?? ''] ?? 'Active',
    ...classOf(property),
    PropertySubType: trimmed(property.property_subtype) ?? defaultSubtype(property),
    ...developmentOf(property),
    PropertyCondition: conditionOf(property),
    BuilderName: textOf(under(property.developer).name),
    BuilderModel: textOf(project.name),
    ListingService: isEngaged ? 'FullService' : null,
    ListingAgreement: flag(property.custom_exclusive_listing) === true
      ? 'ExclusiveAgency'
      : isEngaged
      ? 'Open'
      : null,
    LeaseConsideredYN: hasSibling(property) ? true : null,
    SaleConsideredYN: null,
    LivingAreaUnits: 'SquareMeters',
    LotSizeUnits: 'SquareMeters',
    LotSizeAcres: acresOf(numberText(property.plot_area_amount)),
    ListPrice: numberText(property.list_selling_price_amount),
    LeaseAmountFrequency: frequency === null ? null : frequencies[frequency.toLowerCase()] ?? frequency,
    Latitude,
    Longitude,
    PublicRemarks: trimmed(property.description) ?? trimmed(property.short_description) ??
      trimmed(property.name),
    ListOfficeKey: listOfficeKey,
    Furnished:
      { true: 'Furnished', false: 'Unfurnished', partially: 'Partially' }[lower(property.furnished) ?? ''] ??
        null,
    PetsAllowed: { true: 'Yes', false: 'No' }[String(flag(property.pets_allowed))] ?? null,
    ParkingFeatures: parkingOf(property),
    X_ListingBrokerName: brokerOf(trimmed(project.name)),
    X_InvestmentType: null,
    X_DataSource: 'qobrix',
    ...etl,
  }
}

/** The type and the class of a listing. The class does not know the lease sibling: it keeps the sale's. */
function classOf(property: JsonObject): { PropertyType: string; PropertyClass: string } {
  const type = lower(property.property_type) ?? ''
  const isRent = lower(property.sale_rent) === 'for_rent'
  if (type === 'land') return { PropertyType: 'Land', PropertyClass: 'LAND' }
  if (homes.includes(type)) {
    return isRent
      ? { PropertyType: 'ResidentialLease', PropertyClass: 'RLSE' }
      : { PropertyType: 'Residential', PropertyClass: 'RESI' }
  }
  if (commercial.includes(type)) {
    return isRent
      ? { PropertyType: 'CommercialLease', PropertyClass: 'COML' }
      : { PropertyType: 'CommercialSale', PropertyClass: 'COMS' }
  }
  return { PropertyType: type === 'parking_lot' ? 'CommercialSale' : 'Residential', PropertyClass: 'RESI' }
}

function defaultSubtype(property: JsonObject): string {
  const type = lower(property.property_type) ?? ''
  return subtypes[type] ?? (commercial.includes(type) ? 'Commercial' : 'Other')
}

/** An acre has 4,046.86 square metres; gold multiplies, and so do we. */
function acresOf(metres: string | null): string | null {
  return metres === null ? null : (Math.round(Number(metres) * 0.000247105 * 1e4) / 1e4).toFixed(4)
}

/** `lat,lng`. What is malformed is no place. */
export function placeOf(property: JsonObject): { Latitude: string | null; Longitude: string | null } {
  const [latitude, longitude] = (trimmed(property.coordinates) ?? '').split(',').map((part) =>
    numberText(part)
  )
  return { Latitude: latitude ?? null, Longitude: longitude ?? null }
}

function parkingOf(property: JsonObject): string | null {
  const isThere = (value: Json | undefined) => !isEmpty(value) && Number(numberText(value) ?? 1) !== 0
  return [
    isThere(property.covered_parking) ? 'Covered' : null,
    isThere(property.uncovered_parking) ? 'Uncovered' : null,
    textOf(property.parking),
  ].filter((word) => word !== null).join(',') || null
}

/** A guess by the habit of Cyprus: "Project name, Broker Name". Without a comma it is no broker's. */
export function brokerOf(name: string | null): string | null {
  if (name === null || !name.includes(',')) return null
  const last = name.split(',').at(-1)!.trim()
  return last.includes(' ') && !/\d/.test(last) && last.length >= 4 && last.length <= 80 ? last : null
}
