// deno-fmt-ignore-file: a table, one field a line
import type { Resource } from '../types.ts'

/** Offices and agencies. */
export const office: Resource = {
  name: 'Office',
  key: 'OfficeKey',
  ingestName: 'office',
  table: 'mls_offices',
  searched: ['OfficeName', 'OfficeCity'],
  fields: [
    { name: 'OfficeKey', type: 'STRING', column: 'office_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'OfficeMlsId', type: 'STRING', column: 'mls_id', dd: { type: 'Edm.String', maxLength: 25 } },
    { name: 'OfficeName', type: 'STRING', column: 'name', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'OfficeEmail', type: 'STRING', column: 'email', dd: { type: 'Edm.String', maxLength: 80 } },
    { name: 'OfficePhone', type: 'STRING', column: 'phone', dd: { type: 'Edm.String', maxLength: 16 } },
    { name: 'OfficeFax', type: 'STRING', column: 'fax', dd: { type: 'Edm.String', maxLength: 16 } },
    { name: 'OfficeStatus', type: 'STRING', column: 'status', dd: { lookup: 'OfficeStatus' } },
    { name: 'OfficeType', type: 'STRING', column: 'type', dd: { lookup: 'OfficeType' } },
    { name: 'OfficeAddress1', type: 'STRING', column: 'address1', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'OfficeAddress2', type: 'STRING', column: 'address2', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'OfficeCity', type: 'STRING', column: 'city', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'OfficeStateOrProvince', type: 'STRING', column: 'state_or_province', dd: { lookup: 'StateOrProvince' } },
    { name: 'OfficePostalCode', type: 'STRING', column: 'postal_code', dd: { type: 'Edm.String', maxLength: 10 } },
    { name: 'OfficeCountry', type: 'STRING', column: 'country', dd: { lookup: 'Country' } },
    { name: 'OfficeBrokerKey', type: 'STRING', column: 'broker_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'X_QobrixAgentId', type: 'STRING' },
    { name: 'X_QobrixAgentRef', type: 'STRING' },
    { name: 'X_QobrixDescription', type: 'STRING' },
    { name: 'X_QobrixCommission1', type: 'STRING', sensitive: true },
    { name: 'X_QobrixCommission2', type: 'STRING', sensitive: true },
    { name: 'X_QobrixCommission3', type: 'STRING', sensitive: true },
    { name: 'X_QobrixAgreementDate', type: 'STRING' },
    { name: 'X_QobrixOwnerId', type: 'STRING' },
    { name: 'X_QobrixPrimaryContactId', type: 'STRING' },
    { name: 'X_QobrixCreated', type: 'STRING' },
    { name: 'X_QobrixModified', type: 'STRING' },
    { name: 'OriginatingSystemOfficeKey', type: 'STRING', column: 'originating_office_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'etl_timestamp', type: 'TIMESTAMP', column: 'origin_etl_ts' },
    { name: 'etl_batch_id', type: 'STRING', column: 'origin_etl_batch_id' },

    { name: 'ModificationTimestamp', type: 'TIMESTAMP', view: 'modification_timestamp', owner: 'system', gold: false, dd: { type: 'Edm.DateTimeOffset' }, note: 'When a consumer could first see the record as it is now' },
  ],
}
