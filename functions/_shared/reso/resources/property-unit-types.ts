// deno-fmt-ignore-file: a table, one field a line
import type { Resource } from '../types.ts'

/** Kinds of units in a listing of several (a block of flats, a development): as public as their listing is. */
export const propertyUnitTypes: Resource = {
  name: 'PropertyUnitTypes',
  key: 'UnitTypeKey',
  ingestName: 'property_unit_types',
  table: 'mls_property_unit_types',
  description: 'Kinds of units in listings of several: how many, with how many bedrooms, at which rent.',
  standardFields: 17,
  listing: { field: 'ListingKey', isRequired: true, follows: true },
  searched: ['ListingKey', 'UnitTypeDescription'],
  indexes: [{ name: 'of_listing', fields: ['ListingKey', 'seq'] }],
  links: [{ name: 'Listing', target: 'Property', from: 'ListingKey', to: 'ListingKey', back: 'UnitTypes' }],
  lookups: {
    UnitTypeType: ['1 Bedroom|OneBedroom', '2 Bedroom|TwoBedroom', '3 Bedroom|ThreeBedroom', '4 Bedroom Or More|FourBedroomOrMore', 'Apartments', 'Efficiency', 'Loft', "Manager's Unit|ManagersUnit", 'Penthouse', 'Studio'],
  },
  example: {
    filter: 'UnitTypeUnitsTotal ge 2',
    orderby: 'UnitTypeUnitsTotal desc',
    expand: 'Listing($select=City)',
    record: {
      UnitTypeKey: 'QOBRIX_UNIT_TYPE_3d9f2d0c-6a0a-4c1e-9d5e-5a7f0f0a9c42',
      ListingKey: 'QOBRIX_af8f7a7e-b91b-412d-bdfa-add0e31e607c',
      UnitTypeType: '2 Bedroom',
      UnitTypeUnitsTotal: 8,
      Listing: { City: 'Agios Tychonas' },
    },
  },
  fields: [
    { name: 'UnitTypeKey', type: 'STRING', column: 'origin_unit_type_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'ListingKey', type: 'STRING', column: 'listing_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'ListingId', type: 'STRING', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'UnitTypeType', type: 'STRING', column: 'type', dd: { lookup: 'UnitTypeType' } },
    { name: 'UnitTypeDescription', type: 'STRING', column: 'description', dd: { type: 'Edm.String', maxLength: 1024 } },
    { name: 'UnitTypeUnitsTotal', type: 'INT', column: 'units', dd: { type: 'Edm.Int64' } },
    { name: 'UnitTypeBedsTotal', type: 'INT', column: 'bedrooms', dd: { type: 'Edm.Int64' } },
    { name: 'UnitTypeBathsTotal', type: 'INT', column: 'bathrooms', dd: { type: 'Edm.Int64' } },
    { name: 'UnitTypeFurnished', type: 'STRING', column: 'furnished', dd: { lookup: 'Furnished' } },
    { name: 'UnitTypeGarageSpaces', type: 'DECIMAL(18,2)', dd: { type: 'Edm.Decimal', precision: 14, scale: 2 } },
    { name: 'UnitTypeGarageAttachedYN', type: 'BOOLEAN', dd: { type: 'Edm.Boolean' } },
    { name: 'UnitTypeActualRent', type: 'DECIMAL(18,2)', column: 'actual_rent', dd: { type: 'Edm.Decimal', precision: 14, scale: 2 } },
    { name: 'UnitTypeTotalRent', type: 'DECIMAL(18,2)', column: 'total_rent', dd: { type: 'Edm.Decimal', precision: 14, scale: 2 } },
    { name: 'UnitTypeProForma', type: 'INT', dd: { type: 'Edm.Int64' } },
    { name: 'ModificationTimestamp', type: 'TIMESTAMP', column: 'origin_modified_ts', view: 'modification_timestamp', dd: { type: 'Edm.DateTimeOffset' }, note: 'When a consumer could first see the record as it is now; in a batch the time of the change at the source' },
    { name: 'OriginatingSystemOfficeKey', type: 'STRING', column: 'originating_office_key' },
    { name: 'etl_timestamp', type: 'TIMESTAMP', column: 'origin_etl_ts' },
    { name: 'etl_batch_id', type: 'STRING', column: 'origin_etl_batch_id' },
  ],
}
