/** Navigation properties between resources, with the names of RESO Data Dictionary 2.0 where it has one. */
import type { Resource } from '../../reso/types.ts'

export interface Relation {
  name: string
  target: string
  /** Field here and field there that must be equal. */
  from: string
  to: string
  isCollection: boolean
}

const one = (name: string, target: string, from: string, to: string): Relation => ({
  name,
  target,
  from,
  to,
  isCollection: false,
})
const many = (name: string, target: string, from: string, to: string): Relation => ({
  name,
  target,
  from,
  to,
  isCollection: true,
})

const catalogue: Record<string, Relation[]> = {
  Property: [
    many('Media', 'Media', 'ListingKey', 'ResourceRecordKey'),
    one('ListAgent', 'Member', 'ListAgentKey', 'MemberKey'),
    one('CoListAgent', 'Member', 'CoListAgentKey', 'MemberKey'),
    one('ListOffice', 'Office', 'ListOfficeKey', 'OfficeKey'),
    one('OriginatingOffice', 'Office', 'OriginatingSystemOfficeKey', 'OfficeKey'),
    many('ShowingAppointments', 'ShowingAppointment', 'ListingKey', 'ListingKey'),
  ],
  Member: [
    one('Office', 'Office', 'OfficeKey', 'OfficeKey'),
    many('ListAgentProperties', 'Property', 'MemberKey', 'ListAgentKey'),
  ],
  Office: [
    one('OfficeBroker', 'Member', 'OfficeBrokerKey', 'MemberKey'),
    many('OfficeMembers', 'Member', 'OfficeKey', 'OfficeKey'),
  ],
  Media: [one('Property', 'Property', 'ResourceRecordKey', 'ListingKey')],
  ShowingAppointment: [
    one('Property', 'Property', 'ListingKey', 'ListingKey'),
    one('ShowingAgent', 'Member', 'ShowingAgentKey', 'MemberKey'),
    one('BuyerContact', 'Contacts', 'BuyerContactKey', 'ContactKey'),
  ],
}

export function relations(resource: Resource): readonly Relation[] {
  return catalogue[resource.name] ?? []
}
