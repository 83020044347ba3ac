// deno-fmt-ignore-file: a table, one field a line

/** How a column becomes a member of a Dash listing. `text` keeps codes that look like numbers as they came. */
type Kind = 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'json' | 'area'

export interface DashField {
  column: string
  /** Member of the listing object, as Dash delivers it on reading. */
  path: string
  kind: Kind
}

/**
 * Columns of mls_listings and the Dash members they came from, read backwards. Members that Dash computes
 * (listPriceInUSD, daysOnMarket, lastUpdateOn, lastUpdatedBy, statusDescription, listingUrl) are left out; what only
 * its forms show has no known name and cannot be sent.
 */
export const dashFields: readonly DashField[] = [
  { column: 'list_price', path: 'listPrice', kind: 'number' },
  { column: 'currency_code', path: 'currencyCode', kind: 'text' },
  { column: 'listed_date', path: 'listedDate', kind: 'date' },
  { column: 'expiration_date', path: 'additionalDetails.expiresOn', kind: 'date' },
  { column: 'is_off_market', path: 'isOffTheMarket', kind: 'boolean' },
  { column: 'is_for_auction', path: 'isForAuction', kind: 'boolean' },
  { column: 'is_new_construction', path: 'isNewConstruction', kind: 'boolean' },
  { column: 'is_call_to_show', path: 'isCallToShow', kind: 'boolean' },
  { column: 'is_price_upon_request', path: 'isPriceUponRequest', kind: 'boolean' },
  { column: 'is_foreclosure', path: 'isForeclosure', kind: 'boolean' },
  { column: 'property_type_code', path: 'propertyDetails.typeCode', kind: 'text' },
  { column: 'property_type', path: 'propertyDetails.typeDescription', kind: 'text' },
  { column: 'property_subtype_code', path: 'propertyDetails.subtypeCode', kind: 'text' },
  { column: 'property_subtype', path: 'propertyDetails.subtypeDescription', kind: 'text' },
  { column: 'style_code', path: 'propertyDetails.styleCode', kind: 'text' },
  { column: 'style_description', path: 'propertyDetails.styleDescription', kind: 'text' },
  { column: 'name', path: 'propertyDetails.propertyName', kind: 'text' },
  { column: 'bedrooms', path: 'propertyDetails.noOfBedrooms', kind: 'integer' },
  { column: 'bathrooms', path: 'propertyDetails.fullBath', kind: 'integer' },
  { column: 'half_bath', path: 'propertyDetails.halfBath', kind: 'integer' },
  { column: 'year_built', path: 'propertyDetails.yearBuilt', kind: 'integer' },
  { column: 'living_area', path: 'propertyDetails.livingArea', kind: 'area' },
  { column: 'building_area', path: 'propertyDetails.buildingArea', kind: 'area' },
  { column: 'lot_size', path: 'propertyDetails.lotSize', kind: 'area' },
  { column: 'features_json', path: 'propertyDetails.features', kind: 'json' },
  { column: 'country', path: 'propertyDetails.location.countryCode', kind: 'text' },
  { column: 'country_name', path: 'propertyDetails.location.countryName', kind: 'text' },
  { column: 'state', path: 'propertyDetails.location.stateProvinceCode', kind: 'text' },
  { column: 'state_name', path: 'propertyDetails.location.stateProvinceName', kind: 'text' },
  { column: 'city', path: 'propertyDetails.location.city', kind: 'text' },
  { column: 'district', path: 'propertyDetails.location.district', kind: 'text' },
  { column: 'post_code', path: 'propertyDetails.location.postalCode', kind: 'text' },
  { column: 'street', path: 'propertyDetails.location.addressLine1', kind: 'text' },
  { column: 'latitude', path: 'propertyDetails.location.latitude', kind: 'number' },
  { column: 'longitude', path: 'propertyDetails.location.longitude', kind: 'number' },
  { column: 'agent_id', path: 'primaryAgent.personGuid', kind: 'text' },
  { column: 'listing_office_id', path: 'office.officeGuid', kind: 'text' },
  { column: 'websites_json', path: 'websites', kind: 'json' },
  { column: 'contingencies_json', path: 'contingencies', kind: 'json' },
]
