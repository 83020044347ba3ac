// deno-fmt-ignore-file: a table, one field a line
import type { Resource } from '../types.ts'

/** Brokers, agents and staff. */
export const member: Resource = {
  name: 'Member',
  key: 'MemberKey',
  ingestName: 'member',
  table: 'mls_members',
  fields: [
    { name: 'MemberKey', type: 'STRING', column: 'origin_member_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'MemberMlsId', type: 'STRING', column: 'mls_id', dd: { type: 'Edm.String', maxLength: 25 } },
    { name: 'MemberFirstName', type: 'STRING', column: 'first_name', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'MemberLastName', type: 'STRING', column: 'last_name', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'MemberFullName', type: 'STRING', column: 'full_name', dd: { type: 'Edm.String', maxLength: 150 } },
    { name: 'MemberEmail', type: 'STRING', column: 'email', dd: { type: 'Edm.String', maxLength: 80 } },
    { name: 'MemberPreferredPhone', type: 'STRING', column: 'preferred_phone', dd: { type: 'Edm.String', maxLength: 16 } },
    { name: 'MemberOfficePhone', type: 'STRING', column: 'office_phone', dd: { type: 'Edm.String', maxLength: 16 } },
    { name: 'MemberStatus', type: 'STRING', column: 'status', dd: { lookup: 'MemberStatus' } },
    { name: 'MemberType', type: 'STRING', column: 'type', dd: { lookup: 'MemberType' } },
    { name: 'OfficeKey', type: 'STRING', column: 'office_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'MemberAddress1', type: 'STRING', column: 'address1', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'MemberCity', type: 'STRING', column: 'city', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'MemberStateOrProvince', type: 'STRING', column: 'state_or_province', dd: { lookup: 'StateOrProvince' } },
    { name: 'MemberPostalCode', type: 'STRING', column: 'postal_code', dd: { type: 'Edm.String', maxLength: 10 } },
    { name: 'MemberCountry', type: 'STRING', column: 'country', dd: { lookup: 'Country' } },
    { name: 'X_QobrixAgentId', type: 'STRING' },
    { name: 'X_QobrixAgentRef', type: 'STRING' },
    { name: 'X_QobrixDescription', type: 'STRING' },
    { name: 'X_QobrixCommission1', type: 'STRING', sensitive: true },
    { name: 'X_QobrixAgreementDate', type: 'STRING' },
    { name: 'X_QobrixOwnerId', type: 'STRING' },
    { name: 'X_QobrixPrimaryContactId', type: 'STRING' },
    { name: 'X_QobrixCreated', type: 'STRING' },
    { name: 'X_QobrixModified', type: 'STRING' },
    { name: 'X_QobrixSourceType', type: 'STRING' },
    { name: 'OriginatingSystemOfficeKey', type: 'STRING', column: 'originating_office_key' },
    { name: 'etl_timestamp', type: 'TIMESTAMP', column: 'origin_etl_ts' },
    { name: 'etl_batch_id', type: 'STRING', column: 'origin_etl_batch_id' },

    { name: 'ModificationTimestamp', type: 'TIMESTAMP', view: 'modification_timestamp', owner: 'system', gold: false, dd: { type: 'Edm.DateTimeOffset' }, note: 'When a consumer could first see the record as it is now' },
  ],
}
