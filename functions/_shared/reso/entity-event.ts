import type { Resource } from './types.ts'

/**
 * RESO EntityEvent (RCP-27): every change that the reading client could see, in the order of commits. Not gold but
 * the hub's own log; `served_entity_event` shows it as each client has to see it.
 */
export const entityEvent: Resource = {
  name: 'EntityEvent',
  key: 'EntityEventSequence',
  ingestName: 'entity_event',
  table: 'mls_entity_events',
  description: 'Every change of every record that the client could see, in the order of commits (RCP-27).',
  standardFields: 4,
  example: {
    filter: 'EntityEventSequence gt 0',
    orderby: 'EntityEventSequence',
    record: {
      EntityEventSequence: 1795253555317944,
      ResourceName: 'Office',
      ResourceRecordKey: 'SHARPSIR-CY-001',
      X_EventType: 'created',
    },
  },
  fields: [
    {
      name: 'EntityEventSequence',
      type: 'BIGINT',
      gold: false,
      dd: { type: 'Edm.Int64' },
      note: 'Rises with every change; never given to an earlier one later',
    },
    {
      name: 'ResourceName',
      type: 'STRING',
      gold: false,
      dd: { type: 'Edm.String', lookup: 'ResourceName', maxLength: 255 },
      note: 'Resource of the record that changed',
    },
    {
      name: 'ResourceRecordKey',
      type: 'STRING',
      gold: false,
      dd: { type: 'Edm.String', maxLength: 255 },
      note: 'Key of the record that changed',
    },
    {
      name: 'X_EventType',
      type: 'STRING',
      gold: false,
      note: 'created, updated or deleted, as it looks to this client: what it may no longer see is deleted',
    },
    {
      name: 'OriginatingSystemOfficeKey',
      type: 'STRING',
      gold: false,
      note: 'Office of the record, before the change if it has left the offices of this client',
    },
    {
      name: 'X_PreviousOfficeKey',
      type: 'STRING',
      gold: false,
      note: 'Office that the record came from, if this client may see that one too',
    },
    {
      name: 'ModificationTimestamp',
      type: 'TIMESTAMP',
      gold: false,
      columnType: 'bigint',
      view: 'modification_timestamp',
      note: 'Time of the change',
    },
  ],
}
