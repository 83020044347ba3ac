import type { Json, JsonObject } from '../../delivery/json.ts'
import { prefixed } from '../rows.ts'
import type { Batch, Mapped, Source } from '../types.ts'
import { countOf, featureFields, featuresOf, labelsOf, mentions } from './features.ts'

type DashSource = Pick<Source, 'key_prefix' | 'office_key' | 'provider'> & {
  mapping_version?: number
  settings?: { list_office_key?: string }
}

interface Context {
  source: DashSource
  country: string
  etl: { etl_timestamp: string; etl_batch_id: string }
}

const statuses: Readonly<Record<string, string>> = {
  AC: 'Active',
  AV: 'Active',
  PS: 'Pending',
  CL: 'Closed',
  WD: 'Withdrawn',
}
const squareMetres: Readonly<Record<string, number>> = { SM: 1, SF: 0.092903, AC: 4046.86 }
const mimeTypes: Readonly<Record<string, string>> = {
  IM: 'image/jpeg',
  VI: 'video/mp4',
  DO: 'application/pdf',
}

export const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

export function text(value: Json | undefined): string | null {
  return value === null || value === undefined || typeof value === 'object'
    ? null
    : String(value).trim() || null
}

function whole(value: Json | undefined): number | null {
  const number = Number(text(value) ?? NaN)
  return Number.isFinite(number) ? Math.trunc(number) : null
}

/** Gold records of Dash listings, with their pictures: all of a listing are in its record. */
export function mapDash(listings: readonly JsonObject[], context: Context): Batch[] {
  const { key_prefix: prefix } = context.source
  const property = listings.map((listing): Mapped => ({ record: dashRecord(listing, context) }))
  const known = listings.filter((listing) =>
    text(listing.listingGuid) !== null && Array.isArray(listing.media)
  )
  const media = known.flatMap((listing) => picturesOf(listing, context))
  return [
    { resource: 'property', records: property },
    {
      resource: 'media',
      records: media,
      whole: known.map(({ listingGuid }) => prefixed(prefix, listingGuid)!),
    },
  ]
}

/** What the notebooks of gold call the kind of a listing. */
export function kindOf(details: JsonObject): { kind: string; isRent: boolean } {
  const type = (text(details.typeDescription) ?? '').toLowerCase()
  const subtype = (text(details.subtypeDescription) ?? '').toLowerCase()
  const kind = type.includes('residential')
    ? /single family|detached|villa/.test(subtype)
      ? 'house'
      : /apartment|condo|flat/.test(subtype)
      ? 'apartment'
      : subtype.includes('townhouse')
      ? 'townhouse'
      : 'house'
    : type.includes('commercial')
    ? 'office'
    : type.includes('land')
    ? 'land'
    : 'other'
  return { kind, isRent: type.includes('rent') }
}

const propertyTypes: Readonly<Record<string, readonly [sale: string, rent: string]>> = {
  land: ['Land', 'Land'],
  apartment: ['Residential', 'ResidentialLease'],
  house: ['Residential', 'ResidentialLease'],
  office: ['CommercialSale', 'CommercialLease'],
}
const subtypes: Readonly<Record<string, string>> = {
  apartment: 'Apartment',
  house: 'SingleFamilyDetached',
  land: 'Land',
  office: 'Office',
}

function dashRecord(listing: JsonObject, { source, country, etl }: Context): Record<string, Json> {
  const { key_prefix: prefix } = source
  const details = objectOf(listing.propertyDetails)
  const location = objectOf(details.location)
  const features = featuresOf(details)
  const agent = text(objectOf(listing.primaryAgent).personGuid)
  const { kind, isRent } = kindOf(details)
  const isNew = listing.isNewConstruction === true ||
    text(listing.isNewConstruction)?.toLowerCase() === 'true'
  const remarks = Array.isArray(listing.remarks) ? listing.remarks.map(objectOf) : []
  const lot = areaOf(details.lotSize, details.lotSizeUnitCode)
  const code = text(listing.statusCode)?.toUpperCase() ?? null
  return {
    ListingKey: prefixed(prefix, listing.listingGuid),
    ListingId: text(listing.listingId),
    // a code that nobody knows is kept as it is, and so never published; gold would call it Active
    StandardStatus: code === null ? null : statuses[code] ?? code,
    PropertyClass: kind === 'land'
      ? 'LAND'
      : isRent && ['apartment', 'house'].includes(kind)
      ? 'RLSE'
      : 'RESI',
    PropertyType: propertyTypes[kind]?.[isRent ? 1 : 0] ?? 'Residential',
    PropertySubType: text(details.subtypeDescription) ?? subtypes[kind] ?? 'Other',
    NewConstructionYN: isNew,
    PropertyCondition: isNew ? 'New Construction' : null,
    DevelopmentStatus: null,
    ListingService: agent === null ? null : 'FullService',
    BedroomsTotal: whole(details.noOfBedrooms),
    BathroomsTotalInteger: whole(details.fullBath),
    BathroomsHalf: whole(details.halfBath),
    LivingArea: areaOf(details.livingArea, details.livingAreaUnitCode),
    LivingAreaUnits: 'SquareMeters',
    LotSizeSquareFeet: lot,
    LotSizeUnits: 'SquareMeters',
    LotSizeAcres: lot === null ? null : (Math.round(Number(lot) * 0.000247105 * 1e4) / 1e4).toFixed(4),
    ListPrice: text(listing.listPrice),
    OriginalEntryTimestamp: text(listing.listedDate),
    ListingContractDate: text(listing.listedDate)?.slice(0, 10) ?? null,
    ModificationTimestamp: text(listing.lastUpdateOn),
    UnparsedAddress: text(location.addressLine1),
    City: text(location.city),
    StateOrProvince: text(location.stateProvinceCode),
    PostalCode: text(location.postalCode),
    Country: text(location.countryCode) ?? country,
    Latitude: text(location.latitude),
    Longitude: text(location.longitude),
    PublicRemarks: text(remarks[0]?.remark) ?? text(details.propertyName),
    ListAgentKey: agent === null ? null : `${prefix}AGENT_${agent}`,
    ListOfficeKey: source.settings?.list_office_key ?? source.office_key,
    YearBuilt: whole(details.yearBuilt),
    ...Object.fromEntries(
      Object.entries(featureFields).map(([field, groups]) => [field, labelsOf(features, groups)]),
    ),
    X_CustomerParking: countOf(features, 'Garage Count'),
    FireplaceYN: mentions(features, 'Fireplace') ? true : null,
    X_PrivateSwimmingPool: mentions(features, 'Pool') ? 'true' : null,
    X_AirCondition: String(mentions(features, 'A/C', 'Air Condition')),
    X_Alarm: mentions(features, 'Security') ? 'true' : null,
    X_NewBuild: isNew ? 'true' : null,
    // gold forgets acres here
    X_TotalArea: areaOf(
      details.buildingArea,
      text(details.buildingAreaUnitCode)?.toUpperCase() === 'AC' ? 'SM' : details.buildingAreaUnitCode,
    ),
    X_WebsiteUrl: text(listing.listingUrl),
    X_PropertyName: text(details.propertyName),
    X_QobrixId: text(listing.listingGuid),
    X_QobrixRef: text(listing.listingId),
    X_QobrixSource: source.provider,
    X_QobrixModified: text(listing.lastUpdateOn),
    X_DataSource: 'dash_sothebys',
    ...((source.mapping_version ?? 1) < 2 ? {} : corrections(listing, details, isRent)),
    ...etl,
  }
}

/** What version 2 of the mapping puts right: classes of commerce, rents as rents, the currency, the time it ends. */
function corrections(listing: JsonObject, details: JsonObject, wasRent: boolean): Record<string, Json> {
  const type = (text(details.typeDescription) ?? '').toLowerCase()
  const isRent = wasRent || type.includes('lease')
  const isCommercial = type.includes('commercial')
  const price = text(listing.listPrice)
  return {
    ...(isCommercial &&
      {
        PropertyType: isRent ? 'CommercialLease' : 'CommercialSale',
        PropertyClass: isRent ? 'COML' : 'COMS',
      }),
    ...(isRent && { ListPrice: null, LeaseAmount: price, LeasePrice: price }),
    ListPriceCurrencyCode: text(listing.currencyCode),
    ExpirationDate: text(objectOf(listing.additionalDetails).expiresOn)?.slice(0, 10) ?? null,
  }
}

function areaOf(value: Json | undefined, unit: Json | undefined): string | null {
  const number = Number(text(value) ?? NaN)
  if (!Number.isFinite(number)) return null
  const metres = number * (squareMetres[text(unit)?.toUpperCase() ?? ''] ?? 1)
  return (Math.round((metres + Number.EPSILON) * 100) / 100).toFixed(2)
}

function picturesOf(listing: JsonObject, { source, etl }: Context): Mapped[] {
  const { key_prefix: prefix } = source
  const byGuid = new Map<string, JsonObject>()
  for (const item of (listing.media as Json[]).map(objectOf)) {
    const guid = text(item.mediaGuid)
    // what Dash does not want passed on is not taken in
    if (guid === null || item.isDistributable === false) continue
    if (!byGuid.has(guid) || item.isDefault === true) byGuid.set(guid, item)
  }
  return [...byGuid].map(([guid, item]) => ({
    record: {
      MediaKey: `${prefix}MEDIA_${guid}`,
      ResourceRecordKey: prefixed(prefix, listing.listingGuid),
      ResourceName: 'Property',
      MediaCategory: categoryOf(item),
      MediaURL: text(item.url),
      MediaType: mimeTypes[text(item.formatCode)?.toUpperCase() ?? ''] ?? null,
      Order: whole(item.sequenceNumber) ?? 0,
      ShortDescription: text(item.caption),
      LongDescription: text(item.description) ?? text(item.caption) ?? text(item.category),
      ImageWidth: whole(item.width),
      ImageHeight: whole(item.height),
      X_IsPrimary: item.isDefault === true,
      X_QobrixMediaId: guid,
      X_QobrixPropertyId: text(listing.listingGuid),
      X_QobrixMediaCategory: text(item.category),
      X_DataSource: 'dash_sothebys',
      ...etl,
    },
  }))
}

function categoryOf(item: JsonObject): string {
  const code = text(item.formatCode)?.toUpperCase()
  const words = (text(item.formatDescription) ?? '').toLowerCase()
  if (code === 'VI' || words.includes('video')) return 'Video'
  if (code === 'DO' || words.includes('pdf') || words.includes('document')) return 'Document'
  return words.includes('audio') ? 'Audio' : 'Photo'
}
