// deno-fmt-ignore-file: a table, one field a line
import type { Resource } from '../types.ts'

/** Who belongs to which team. */
export const teamMembers: Resource = {
  name: 'TeamMembers',
  key: 'TeamMemberKey',
  ingestName: 'team_members',
  table: 'mls_team_members',
  description: 'Who belongs to which team.',
  standardFields: 21,
  searched: ['TeamKey', 'MemberMlsId'],
  indexes: [{ name: 'of_team', fields: ['TeamKey'] }, { name: 'of_member', fields: ['MemberKey'] }],
  links: [
    { name: 'Team', target: 'Teams', from: 'TeamKey', to: 'TeamKey', back: 'TeamMembers' },
    { name: 'Member', target: 'Member', from: 'MemberKey', to: 'MemberKey', back: 'MemberTeams' },
  ],
  lookups: {
    TeamMemberType: ['Administration Assistant|AdministrationAssistant', 'Buyer Agent|BuyerAgent', 'Lead Manager|LeadManager', 'Listing Agent|ListingAgent', 'Marketing Assistant|MarketingAssistant', 'Operations Manager|OperationsManager', 'Showing Agent|ShowingAgent', 'Team Lead|TeamLead', 'Team Member|TeamMember', 'Transaction Coordinator|TransactionCoordinator'],
  },
  example: {
    filter: "TeamKey eq 'QOBRIX_TEAM_17'",
    expand: 'Member($select=MemberFullName)',
    record: {
      TeamMemberKey: 'QOBRIX_TEAM_17_1',
      TeamKey: 'QOBRIX_TEAM_17',
      MemberKey: 'QOBRIX_AGENT_4c7c5488-0f77-4865-9b22-5f7fc5a377ee',
      Member: { MemberFullName: 'Oliver Fitzgerald' },
    },
  },
  fields: [
    { name: 'TeamMemberKey', type: 'STRING', column: 'origin_team_member_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'TeamKey', type: 'STRING', column: 'team_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'MemberKey', type: 'STRING', column: 'member_key', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'MemberMlsId', type: 'STRING', dd: { type: 'Edm.String', maxLength: 25 } },
    { name: 'TeamMemberType', type: 'STRING', column: 'type', dd: { lookup: 'TeamMemberType' } },
    { name: 'TeamMemberStateLicense', type: 'STRING', dd: { type: 'Edm.String', maxLength: 50 } },
    { name: 'TeamMemberNationalAssociationId', type: 'STRING', dd: { type: 'Edm.String', maxLength: 25 } },
    { name: 'OriginalEntryTimestamp', type: 'TIMESTAMP', dd: { type: 'Edm.DateTimeOffset' } },
    { name: 'ModificationTimestamp', type: 'TIMESTAMP', column: 'origin_modified_ts', view: 'modification_timestamp', dd: { type: 'Edm.DateTimeOffset' }, note: 'When a consumer could first see the record as it is now; in a batch the time of the change at the source' },
    { name: 'OriginatingSystemID', type: 'STRING', view: 'originating_system_id', dd: { type: 'Edm.String', maxLength: 25 } },
    { name: 'OriginatingSystemKey', type: 'STRING', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'OriginatingSystemName', type: 'STRING', view: 'originating_system_name', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'SourceSystemID', type: 'STRING', dd: { type: 'Edm.String', maxLength: 25 } },
    { name: 'SourceSystemKey', type: 'STRING', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'SourceSystemName', type: 'STRING', view: 'source_system_name', dd: { type: 'Edm.String', maxLength: 255 } },
    { name: 'OriginatingSystemOfficeKey', type: 'STRING', column: 'originating_office_key' },
    { name: 'etl_timestamp', type: 'TIMESTAMP', column: 'origin_etl_ts' },
    { name: 'etl_batch_id', type: 'STRING', column: 'origin_etl_batch_id' },
  ],
}
