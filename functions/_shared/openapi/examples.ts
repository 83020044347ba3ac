/** Requests that make sense for each resource, and what comes back. A test sends every one of them. */
import type { Json } from './schemas.ts'

export interface Example {
  key: string | number
  /** A record with the fields that the example selects. */
  record: Json
  filter: string
  orderby?: string
  expand?: string
}

const etag = 'W/"1795253563298641"'

export const examples: Record<string, Example> = {
  Property: {
    key: 'QOBRIX_af8f7a7e-b91b-412d-bdfa-add0e31e607c',
    filter: "StandardStatus eq 'Active' and ListPrice lt 500000",
    orderby: 'ListPrice desc',
    expand: 'Media($select=MediaURL;$top=1)',
    record: {
      ListingKey: 'QOBRIX_af8f7a7e-b91b-412d-bdfa-add0e31e607c',
      City: 'Agios Tychonas',
      ListPrice: 450000,
      BedroomsTotal: 2,
      Media: [{
        '@odata.etag': etag,
        MediaURL: 'https://media.example.com/files/96d97c3b-ae7b-40a1-ab23-003a35acd74f/project-1.jpg',
      }],
    },
  },
  Member: {
    key: 'QOBRIX_AGENT_4c7c5488-0f77-4865-9b22-5f7fc5a377ee',
    filter: "MemberStatus eq 'Active'",
    orderby: 'MemberLastName',
    record: {
      MemberKey: 'QOBRIX_AGENT_4c7c5488-0f77-4865-9b22-5f7fc5a377ee',
      MemberFullName: 'Oliver Fitzgerald',
      MemberEmail: 'oliver.fitzgerald578@example.com',
    },
  },
  Office: {
    key: 'SHARPSIR-CY-001',
    filter: "OfficeStatus eq 'Active'",
    record: {
      OfficeKey: 'SHARPSIR-CY-001',
      OfficeName: "Cyprus Sotheby's International Realty",
      OfficeCountry: 'CY',
    },
  },
  Media: {
    key: 'QOBRIX_MEDIA_96d97c3b-ae7b-40a1-ab23-003a35acd74f',
    filter: "ResourceRecordKey eq 'QOBRIX_af8f7a7e-b91b-412d-bdfa-add0e31e607c'",
    orderby: 'Order',
    record: {
      MediaKey: 'QOBRIX_MEDIA_96d97c3b-ae7b-40a1-ab23-003a35acd74f',
      MediaCategory: 'Photo',
      MediaURL: 'https://media.example.com/files/96d97c3b-ae7b-40a1-ab23-003a35acd74f/project-1.jpg',
      Order: 0,
    },
  },
  Contacts: {
    key: 'QOBRIX_CONTACT_3db0933f-c867-4dec-982c-058da23972b8',
    filter: "ContactStatus eq 'Active'",
    record: {
      ContactKey: 'QOBRIX_CONTACT_3db0933f-c867-4dec-982c-058da23972b8',
      ContactFullName: 'Blue Cape Developments',
      ContactEmail: 'maria.ioannou58@example.org',
    },
  },
  ShowingAppointment: {
    key: 'QOBRIX_SHOWING_74ba4dcf-a549-4807-9c3c-7e8fc0604987',
    filter: 'ShowingDate ge 2026-08-01',
    orderby: 'ShowingDate',
    record: {
      ShowingAppointmentKey: 'QOBRIX_SHOWING_74ba4dcf-a549-4807-9c3c-7e8fc0604987',
      ListingKey: 'QOBRIX_3ea94a7c-2966-46d5-a522-06d8bb789804',
      ShowingDate: '2026-08-14',
    },
  },
  EntityEvent: {
    key: 1795253555317944,
    filter: 'EntityEventSequence gt 0',
    orderby: 'EntityEventSequence',
    record: {
      EntityEventSequence: 1795253555317944,
      ResourceName: 'Office',
      ResourceRecordKey: 'SHARPSIR-CY-001',
      X_EventType: 'created',
    },
  },
  Lookup: {
    key: 'StandardStatus:Active',
    filter: "LookupName eq 'StandardStatus'",
    record: {
      LookupKey: 'StandardStatus:Active',
      LookupName: 'StandardStatus',
      LookupValue: 'Active',
    },
  },
  Field: {
    key: 'Property:ListingKey',
    filter: "ResourceName eq 'Property'",
    record: {
      FieldKey: 'Property:ListingKey',
      FieldName: 'ListingKey',
      DisplayName: 'Listing Key',
      X_Type: 'Edm.String',
    },
  },
}

/** The page that the request for a list answers. */
export function pageExample(root: string, name: string): Json {
  return {
    '@odata.context': `${root}/odata/$metadata#${name}`,
    '@odata.count': 1,
    value: [recordExample(name)],
  }
}

/** The record as a list holds it; read by its key it has an `@odata.context` beside. */
export function recordExample(name: string): Json {
  return { '@odata.etag': etag, ...examples[name]!.record }
}

/** Query options of the request for a list. */
export function listOptions(name: string): [string, string][] {
  const { record, filter, orderby, expand } = examples[name]!
  const selected = Object.keys(record).filter((field) => !expand?.startsWith(`${field}(`))
  const options: [string, string | undefined][] = [
    ['$select', selected.join(',')],
    ['$filter', filter],
    ['$orderby', orderby],
    ['$expand', expand],
    ['$top', '1'],
    ['$count', 'true'],
  ]
  return options.filter((option): option is [string, string] => option[1] !== undefined)
}
