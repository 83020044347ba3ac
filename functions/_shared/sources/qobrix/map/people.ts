import type { Json, JsonObject } from '../../../delivery/json.ts'
import { flag, keyOf, lower, textOf, trimmed, under } from './values.ts'

type GoldRecord = Record<string, Json>

const memberTypes = ['agent', 'broker', 'salesperson', 'admin', 'supervisor', 'staff']
const contactTypes = ['buyer', 'seller', 'tenant', 'landlord', 'investor', 'agent', 'developer']

const capitalised = (word: string) => word[0]!.toUpperCase() + word.slice(1)

/** The contact that an agent is. */
const contactOf = (agent: JsonObject) => under(agent.primary_contact_contact ?? agent.primary_contact)

/** Trashed ones are no members of the list; Qobrix leaves them out unless asked. */
export function agentMember(agent: JsonObject, prefix: string): GoldRecord {
  const contact = contactOf(agent)
  const status = lower(agent.status)
  const type = lower(agent.agent_type) ?? ''
  return {
    MemberKey: keyOf(prefix, 'AGENT_', agent.id),
    MemberMlsId: textOf(agent.ref),
    MemberFirstName: trimmed(contact.first_name),
    MemberLastName: trimmed(contact.last_name),
    MemberFullName: agentName(agent),
    MemberEmail: lower(contact.email),
    MemberPreferredPhone: trimmed(contact.phone),
    MemberOfficePhone: trimmed(contact.phone_2),
    // Qobrix says with_agency_agreement or without: gold's rule knows neither, so everybody is active
    MemberStatus: status === 'inactive' ? 'Inactive' : 'Active',
    MemberType: memberTypes.includes(type) ? capitalised(type) : 'Agent',
    OfficeKey: keyOf(prefix, 'OFFICE_', agent.sub_agent_of),
    MemberAddress1: trimmed(contact.street),
    MemberCity: trimmed(contact.city),
    MemberStateOrProvince: trimmed(contact.state),
    MemberPostalCode: trimmed(contact.post_code),
    MemberCountry: trimmed(contact.country),
    X_QobrixAgentId: textOf(agent.id),
    X_QobrixAgentRef: textOf(agent.ref),
    X_QobrixDescription: null,
    X_QobrixCommission1: textOf(agent.commission_1),
    X_QobrixAgreementDate: null,
    X_QobrixOwnerId: textOf(agent.owner),
    X_QobrixPrimaryContactId: null,
    X_QobrixCreated: textOf(agent.created),
    X_QobrixModified: textOf(agent.modified),
    X_QobrixSourceType: 'agent',
  }
}

function agentName(agent: JsonObject): string | null {
  const contact = contactOf(agent)
  const both = [trimmed(contact.first_name), trimmed(contact.last_name)].filter((part) => part !== null).join(
    ' ',
  )
  return trimmed(agent.name) ?? (both || null)
}

/** Users of the CRM are members too. `extra` is declared as a text and comes as an object. */
export function userMember(user: JsonObject, prefix: string): GoldRecord {
  const extra = under(user.extra)
  const name = trimmed(user.name)
  return {
    MemberKey: keyOf(prefix, 'USER_', user.id),
    MemberMlsId: textOf(user.username),
    MemberFirstName: trimmed(extra.first_name),
    MemberLastName: name?.includes(' ') ? name.slice(name.indexOf(' ') + 1).trim() || null : null,
    MemberFullName: name ?? trimmed(extra.first_name),
    MemberEmail: lower(extra.email),
    MemberPreferredPhone: trimmed(extra.phone_mobile),
    MemberOfficePhone: trimmed(user.phone_extension),
    MemberStatus: flag(user.active) === true ? 'Active' : 'Inactive',
    MemberType: flag(user.is_admin) === true
      ? 'Admin'
      : flag(user.is_supervisor) === true
      ? 'Supervisor'
      : 'Staff',
    OfficeKey: keyOf(prefix, 'OFFICE_', user.reports_to),
    MemberAddress1: null,
    MemberCity: null,
    MemberStateOrProvince: null,
    MemberPostalCode: null,
    MemberCountry: null,
    X_QobrixAgentId: null,
    X_QobrixAgentRef: null,
    X_QobrixDescription: null,
    X_QobrixCommission1: null,
    X_QobrixAgreementDate: null,
    X_QobrixOwnerId: null,
    X_QobrixPrimaryContactId: null,
    X_QobrixCreated: textOf(user.created),
    X_QobrixModified: textOf(user.modified),
    X_QobrixSourceType: 'user',
  }
}

/** Whether gold makes an office of an agent: somebody's parent, an agency or broker, or nobody's child. */
export function isOffice(agent: JsonObject, parents: ReadonlySet<string>): boolean {
  return parents.has(String(agent.id)) || ['agency', 'broker'].includes(lower(agent.agent_type) ?? '') ||
    trimmed(agent.sub_agent_of) === null
}

export function officeRecord(agent: JsonObject, prefix: string): GoldRecord {
  const contact = contactOf(agent)
  return {
    OfficeKey: keyOf(prefix, 'OFFICE_', agent.id),
    OfficeMlsId: textOf(agent.ref),
    OfficeName: agentName(agent),
    OfficeEmail: lower(contact.email),
    OfficePhone: trimmed(contact.phone) ?? trimmed(contact.phone_2),
    // a second phone, which gold calls a fax
    OfficeFax: trimmed(contact.phone_2),
    OfficeStatus: lower(agent.status) === 'inactive' ? 'Inactive' : 'Active',
    OfficeType: lower(agent.agent_type) === 'agency' ? 'MLS' : 'Broker',
    OfficeAddress1: trimmed(contact.street),
    OfficeAddress2: null,
    OfficeCity: trimmed(contact.city),
    OfficeStateOrProvince: trimmed(contact.state),
    OfficePostalCode: trimmed(contact.post_code),
    OfficeCountry: trimmed(contact.country),
    OfficeBrokerKey: keyOf(prefix, 'OFFICE_', agent.sub_agent_of),
    X_QobrixAgentId: textOf(agent.id),
    X_QobrixAgentRef: textOf(agent.ref),
    X_QobrixDescription: textOf(agent.description),
    X_QobrixCommission1: textOf(agent.commission_1),
    X_QobrixCommission2: textOf(agent.commission_2),
    X_QobrixCommission3: textOf(agent.commission_3),
    X_QobrixAgreementDate: textOf(agent.agreement_date),
    X_QobrixOwnerId: textOf(agent.owner),
    X_QobrixPrimaryContactId: textOf(contact.id) ??
      (typeof agent.primary_contact === 'string' ? agent.primary_contact : null),
    X_QobrixCreated: textOf(agent.created),
    X_QobrixModified: textOf(agent.modified),
  }
}

export function contactRecord(contact: JsonObject, prefix: string): GoldRecord {
  const isCompany = flag(contact.is_company) === true
  const both = [trimmed(contact.first_name), trimmed(contact.last_name)].filter((part) => part !== null).join(
    ' ',
  )
  const role = lower(contact.role) ?? ''
  return {
    ContactKey: keyOf(prefix, 'CONTACT_', contact.id),
    ContactMlsId: textOf(contact.ref),
    ContactFirstName: trimmed(contact.first_name),
    ContactLastName: trimmed(contact.last_name),
    ContactFullName: isCompany ? trimmed(contact.name) : both || null,
    ContactEmail: lower(contact.email),
    ContactEmail2: lower(contact.email_2),
    ContactPhone: trimmed(contact.phone),
    ContactPhone2: trimmed(contact.phone_2),
    ContactType: contactTypes.includes(role) ? capitalised(role) : 'Other',
    ContactStatus: 'Active',
    ContactAddress1: trimmed(contact.street),
    ContactCity: trimmed(contact.city),
    ContactStateOrProvince: trimmed(contact.state),
    ContactPostalCode: trimmed(contact.post_code),
    ContactCountry: trimmed(contact.country),
    ContactNationality: trimmed(contact.nationality),
    ContactTitle: trimmed(contact.title),
    ContactBirthdate: trimmed(contact.birthdate)?.slice(0, 10) ?? null,
    ContactWebsite: trimmed(contact.website),
    ContactEntityType: isCompany ? 'Company' : 'Individual',
    ContactCompanyRegistrationNumber: trimmed(contact.registration_number),
    ContactCompanyName: isCompany ? trimmed(contact.name) : null,
    ContactAssignedToKey: keyOf(prefix, 'USER_', contact.assigned_to),
    X_QobrixContactId: textOf(contact.id),
    X_QobrixContactRef: textOf(contact.ref),
    X_QobrixContactLegacyId: null,
    X_QobrixDescription: trimmed(contact.description),
    X_QobrixPreferredLanguage: trimmed(contact.preferred_language),
    X_QobrixContactPersonFirstName: null,
    X_QobrixContactPersonLastName: null,
    X_QobrixCreated: textOf(contact.created),
    X_QobrixModified: textOf(contact.modified),
    X_QobrixCreatedBy: textOf(contact.created_by),
    X_QobrixModifiedBy: textOf(contact.modified_by),
  }
}

const assessments = [
  ['Price', 'price_assessment'],
  ['Location', 'location_assessment'],
  ['Condition', 'exterior_appeal_assessment'],
  ['Overall', 'views_assessment'],
] as const

export function showingRecord(viewing: JsonObject, prefix: string): GoldRecord {
  const outcome = textOf(viewing.viewing_outcome)
  return {
    ShowingAppointmentKey: keyOf(prefix, 'SHOWING_', viewing.id),
    ListingKey: keyOf(prefix, '', viewing.property_id),
    ShowingAgentKey: keyOf(prefix, 'USER_', viewing.created_by),
    BuyerContactKey: null,
    // of the record, not of the meeting: that is in Meetings
    ShowingDate: trimmed(viewing.created)?.slice(0, 10) ?? null,
    ShowingStartTime: null,
    ShowingEndTime: null,
    ShowingStatus: outcome === null ? 'Scheduled' : 'Completed',
    ShowingType: 'InPerson',
    ShowingRemarks: assessments.map(([name, from]) => [name, textOf(viewing[from])])
      .filter(([, code]) => code !== null).map(([name, code]) => `${name}: ${code}`).join(' | ') || null,
    ShowingFeedback: outcome ?? trimmed(viewing.further_feedback),
    ShowingOutcome: null,
    X_QobrixViewingId: textOf(viewing.id),
    X_QobrixViewingRef: null,
    X_QobrixPropertyId: textOf(viewing.property_id),
    X_QobrixContactId: null,
    X_QobrixOwnerId: null,
    X_QobrixDateTime: null,
    X_QobrixDuration: null,
    X_QobrixLocation: null,
    X_QobrixCreated: textOf(viewing.created),
    X_QobrixModified: textOf(viewing.modified),
    X_QobrixCreatedBy: textOf(viewing.created_by),
    X_QobrixModifiedBy: textOf(viewing.modified_by),
  }
}
