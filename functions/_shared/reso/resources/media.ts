// deno-fmt-ignore-file: a table, one field a line
import type { Resource } from '../types.ts'

/** Photos, videos and tours of listings. */
export const media: Resource = {
  name: 'Media',
  key: 'MediaKey',
  ingestName: 'media',
  table: 'mls_listing_media',
  description: 'Photos, floor plans, documents and tours of listings, in their order.',
  standardFields: 41,
  listing: { field: 'ResourceRecordKey', isRequired: true, follows: true },
  large: true,
  searched: ['ShortDescription', 'LongDescription'],
  // the media of a listing, also in the order in which consumers ask for them
  indexes: [{ name: 'record', fields: ['ResourceRecordKey', 'Order nulls first', 'seq'] }],
  links: [{ name: 'Property', target: 'Property', from: 'ResourceRecordKey', to: 'ListingKey', back: 'Media' }],
  example: {
    filter: "ResourceRecordKey eq 'QOBRIX_af8f7a7e-b91b-412d-bdfa-add0e31e607c'",
    orderby: 'Order',
    record: {
      MediaKey: 'QOBRIX_MEDIA_96d97c3b-ae7b-40a1-ab23-003a35acd74f',
      MediaCategory: 'Photo',
      MediaURL: 'https://media.example.com/files/96d97c3b-ae7b-40a1-ab23-003a35acd74f/project-1.jpg',
      Order: 0,
    },
  },
  fields: [
    { name: 'MediaKey', type: 'STRING', column: 'origin_media_key', view: 'media_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'ResourceRecordKey', type: 'STRING', column: 'resource_record_key', view: 'resource_record_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'ResourceName', type: 'STRING', view: 'resource_name', dd: { lookup: 'ResourceName' } },
    { name: 'MediaCategory', type: 'STRING', view: 'media_category', dd: { lookup: 'MediaCategory' } },
    { name: 'MediaURL', type: 'STRING', column: 'source_url', owner: 'tracked', dd: { type: 'Edm.String', maxLength: 8000 } },
    { name: 'MediaType', type: 'STRING', column: 'mime_type', owner: 'tracked', dd: { lookup: 'MediaType' } },
    { name: 'Order', type: 'INT', column: 'display_order', dd: { type: 'Edm.Int64' } },
    { name: 'ShortDescription', type: 'STRING', column: 'title', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'LongDescription', type: 'STRING', column: 'description', dd: { type: 'Edm.String', maxLength: 1024 } },
    { name: 'ImageWidth', type: 'INT', column: 'image_width', owner: 'tracked', dd: { type: 'Edm.Int64' } },
    { name: 'ImageHeight', type: 'INT', column: 'image_height', owner: 'tracked', dd: { type: 'Edm.Int64' } },
    { name: 'ImageSizeBytes', type: 'BIGINT', column: 'file_size_bytes', owner: 'tracked' },
    { name: 'X_IsPrimary', type: 'BOOLEAN', column: 'is_primary' },
    { name: 'X_QobrixMediaId', type: 'STRING' },
    { name: 'X_QobrixPropertyId', type: 'STRING' },
    { name: 'X_QobrixMediaCategory', type: 'STRING', column: 'source_category', owner: 'tracked' },
    { name: 'X_QobrixFileId', type: 'STRING' },
    { name: 'X_QobrixThumbnailUrl', type: 'STRING' },
    { name: 'X_QobrixFilesystem', type: 'STRING' },
    { name: 'X_QobrixCategoryId', type: 'STRING' },
    { name: 'X_QobrixCreated', type: 'STRING', column: 'created_ts', owner: 'tracked' },
    { name: 'X_QobrixModified', type: 'STRING' },
    { name: 'OriginatingSystemOfficeKey', type: 'STRING', column: 'originating_office_key', owner: 'system' },
    { name: 'X_DataSource', type: 'STRING' },
    { name: 'etl_timestamp', type: 'TIMESTAMP', column: 'origin_etl_ts', owner: 'system' },
    { name: 'etl_batch_id', type: 'STRING', column: 'origin_etl_batch_id', owner: 'system' },

    { name: 'MediaModificationTimestamp', type: 'TIMESTAMP', view: 'file_changed_at', owner: 'system', gold: false, hub: true, dd: { type: 'Edm.DateTimeOffset' }, note: 'When the file behind MediaURL came or became another; order and captions do not count' },
    { name: 'ModificationTimestamp', type: 'TIMESTAMP', view: 'modification_timestamp', owner: 'system', gold: false, dd: { type: 'Edm.DateTimeOffset' }, note: 'When a consumer could first see the record as it is now' },
  ],
}
