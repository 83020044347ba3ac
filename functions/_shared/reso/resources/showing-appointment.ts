// deno-fmt-ignore-file: a table, one field a line
import type { Resource } from '../types.ts'

/** Viewings. Served to explicitly granted clients only. */
export const showingAppointment: Resource = {
  name: 'ShowingAppointment',
  key: 'ShowingAppointmentKey',
  ingestName: 'showing_appointment',
  table: 'mls_showings',
  restricted: true,
  searched: ['ListingKey', 'ShowingRemarks'],
  indexes: [{ name: 'of_listing', fields: ['ListingKey'] }],
  fields: [
    { name: 'ShowingAppointmentKey', type: 'STRING', column: 'origin_showing_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'ListingKey', type: 'STRING', column: 'listing_key' },
    { name: 'ShowingAgentKey', type: 'STRING', column: 'showing_agent_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'BuyerContactKey', type: 'STRING', column: 'buyer_contact_key' },
    { name: 'ShowingDate', type: 'DATE', column: 'showing_date' },
    { name: 'ShowingStartTime', type: 'STRING', column: 'showing_start_time' },
    { name: 'ShowingEndTime', type: 'STRING', column: 'showing_end_time' },
    { name: 'ShowingStatus', type: 'STRING', column: 'showing_status' },
    { name: 'ShowingType', type: 'STRING', column: 'showing_type' },
    { name: 'ShowingRemarks', type: 'STRING', column: 'showing_remarks' },
    { name: 'ShowingFeedback', type: 'STRING', column: 'showing_feedback' },
    { name: 'ShowingOutcome', type: 'STRING', column: 'showing_outcome' },
    { name: 'X_QobrixViewingId', type: 'STRING' },
    { name: 'X_QobrixViewingRef', type: 'STRING' },
    { name: 'X_QobrixPropertyId', type: 'STRING' },
    { name: 'X_QobrixContactId', type: 'STRING' },
    { name: 'X_QobrixOwnerId', type: 'STRING' },
    { name: 'X_QobrixDateTime', type: 'STRING' },
    { name: 'X_QobrixDuration', type: 'STRING' },
    { name: 'X_QobrixLocation', type: 'STRING' },
    { name: 'X_QobrixCreated', type: 'STRING' },
    { name: 'X_QobrixModified', type: 'STRING' },
    { name: 'X_QobrixCreatedBy', type: 'STRING' },
    { name: 'X_QobrixModifiedBy', type: 'STRING' },
    { name: 'OriginatingSystemOfficeKey', type: 'STRING', column: 'originating_office_key' },
    { name: 'etl_timestamp', type: 'TIMESTAMP', column: 'origin_etl_ts' },
    { name: 'etl_batch_id', type: 'STRING', column: 'origin_etl_batch_id' },

    { name: 'ModificationTimestamp', type: 'TIMESTAMP', view: 'modification_timestamp', owner: 'system', gold: false, dd: { type: 'Edm.DateTimeOffset' }, note: 'When a consumer could first see the record as it is now' },
  ],
}
