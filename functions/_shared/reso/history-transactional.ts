// deno-fmt-ignore-file: a table, one field a line
import type { Resource } from './types.ts'

/**
 * RESO HistoryTransactional: what changed of a listing, as its timeline tells. Not gold but the hub's own histories;
 * `served_history_transactional` shows what of them each client may know.
 */
export const historyTransactional: Resource = {
  name: 'HistoryTransactional',
  key: 'HistoryTransactionalKey',
  ingestName: 'history_transactional',
  table: 'mls_price_history',
  description: 'Changes of status, price and other fields of the listings that the client sees.',
  standardFields: 20,
  restricted: true,
  links: [
    { name: 'Property', target: 'Property', from: 'ResourceRecordKey', to: 'ListingKey', back: 'HistoryTransactional' },
  ],
  example: {
    filter: "ResourceRecordKey eq 'QOBRIX_af8f7a7e-b91b-412d-bdfa-add0e31e607c'",
    orderby: 'ModificationTimestamp desc',
    record: {
      HistoryTransactionalKey: 'price-1',
      ResourceName: 'Property',
      ResourceRecordKey: 'QOBRIX_af8f7a7e-b91b-412d-bdfa-add0e31e607c',
      FieldName: 'ListPrice',
      PreviousValue: '450000',
      NewValue: '430000',
      ChangeType: 'Price Change',
    },
  },
  fields: [
    { name: 'HistoryTransactionalKey', type: 'STRING', gold: false, dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'ResourceName', type: 'STRING', gold: false, dd: { type: 'Edm.String', lookup: 'ResourceName', maxLength: 255 } },
    { name: 'ResourceRecordKey', type: 'STRING', gold: false, dd: { type: 'Edm.String', maxLength: 255 }, note: 'ListingKey of the listing that changed' },
    { name: 'ResourceRecordID', type: 'STRING', gold: false, dd: { type: 'Edm.String', maxLength: 255 }, note: 'ListingId of the listing, as it is now' },
    { name: 'ClassName', type: 'STRING', gold: false, dd: { type: 'Edm.String', maxLength: 255 }, note: 'PropertyType of the listing, as it is now' },
    { name: 'FieldName', type: 'STRING', gold: false, dd: { type: 'Edm.String', maxLength: 255 }, note: 'StandardStatus, ListPrice, LeaseAmount, or what a broker edited of a published listing' },
    { name: 'PreviousValue', type: 'STRING', gold: false, dd: { type: 'Edm.String', maxLength: 8000 }, note: 'Null where there was none, or none that this client may know' },
    { name: 'NewValue', type: 'STRING', gold: false, dd: { type: 'Edm.String', maxLength: 8000 }, note: 'Of a text its first 8,000 characters' },
    { name: 'ChangeType', type: 'STRING', gold: false, dd: { lookup: 'ChangeType' } },
    { name: 'OriginatingSystemOfficeKey', type: 'STRING', gold: false, note: 'Office of the listing' },
    { name: 'ModificationTimestamp', type: 'TIMESTAMP', gold: false, view: 'modification_timestamp', dd: { type: 'Edm.DateTimeOffset' }, note: 'Time of the change' },
  ],
}
