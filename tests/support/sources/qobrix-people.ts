import { expect } from 'vitest'
import type { JsonObject } from '../../../functions/_shared/delivery/json.ts'
import {
  agentMember,
  contactRecord,
  isOffice,
  officeRecord,
  showingRecord,
  userMember,
} from '../../../functions/_shared/sources/qobrix/map/people.ts'
import { agent, media } from './qobrix-rows.ts'

/** Rows of media, people, offices and viewings whose words say more than `expectationsOf` knows. */
export const ofOthers: Record<string, () => void> = {
  'Member.Agent.MemberFullName': () => {
    expect([
      agentMember(agent({ name: 'N' }), 'QOBRIX_').MemberFullName,
      agentMember(agent(), 'QOBRIX_').MemberFullName,
    ]).toEqual(['N', 'Maria Ioannou'])
  },
  'Member.Agent.MemberStatus': () =>
    expect(
      ['with_agency_agreement', 'inactive', null].map((status) =>
        agentMember(agent({ status }), 'Q_').MemberStatus
      ),
    ).toEqual(['Active', 'Inactive', 'Active']),
  'Member.Agent.MemberType': () =>
    expect(
      ['individual_agent', 'agency', 'broker', 'Staff'].map((agent_type) =>
        agentMember(agent({ agent_type }), 'Q_').MemberType
      ),
    ).toEqual(['Agent', 'Agent', 'Broker', 'Staff']),
  'Member.X_QobrixSourceType': () =>
    expect([agentMember(agent(), '').X_QobrixSourceType, userMember({ id: 'u' }, '').X_QobrixSourceType])
      .toEqual(['agent', 'user']),
  'Member.User.MemberLastName': () =>
    expect(['Maria van Berg', 'Maria', null].map((name) => userMember({ id: 'u', name }, '').MemberLastName))
      .toEqual(['van Berg', null, null]),
  'Member.User.MemberFullName': () =>
    expect([
      userMember({ id: 'u', name: 'A B' }, '').MemberFullName,
      userMember({ id: 'u', extra: { first_name: 'F' } }, '').MemberFullName,
    ]).toEqual(['A B', 'F']),
  'Member.User.MemberStatus': () =>
    expect([true, 'True', false, null].map((active) => userMember({ id: 'u', active }, '').MemberStatus))
      .toEqual(['Active', 'Active', 'Inactive', 'Inactive']),
  'Member.User.MemberType': () => {
    expect(
      [{ is_admin: true, is_supervisor: true }, { is_supervisor: true }, {}].map((user) =>
        userMember({ id: 'u', ...user } as unknown as JsonObject, '').MemberType
      ),
    ).toEqual(['Admin', 'Supervisor', 'Staff'])
  },
  'Office.Agent.OfficeKey': () => {
    expect(officeRecord(agent(), 'QOBRIX_').OfficeKey).toBe('QOBRIX_OFFICE_a1')
    const child = { id: 'b', sub_agent_of: 'a', agent_type: 'individual_agent' }
    expect([
      isOffice(child, new Set()),
      isOffice(child, new Set(['b'])),
      isOffice({ ...child, agent_type: 'agency' }, new Set()),
      isOffice({ id: 'b' }, new Set()),
    ]).toEqual([false, true, true, true])
  },
  'Office.Agent.OfficeName': () => expect(officeRecord(agent(), '').OfficeName).toBe('Maria Ioannou'),
  'Office.Agent.OfficePhone': () =>
    expect(officeRecord(agent({ primary_contact_contact: { phone_2: '2' } }), '').OfficePhone).toBe('2'),
  'Office.Agent.OfficeStatus': () =>
    expect(officeRecord(agent({ status: 'without_agency_agreement' }), '').OfficeStatus).toBe('Active'),
  'Office.Agent.OfficeType': () =>
    expect(
      ['broker', 'agency', 'individual_agent'].map((agent_type) =>
        officeRecord(agent({ agent_type }), '').OfficeType
      ),
    ).toEqual(['Broker', 'MLS', 'Broker']),
  'Contacts.Contact.ContactFullName': () => {
    expect([
      contactRecord({ id: 'c', is_company: true, name: 'Cape' }, '').ContactFullName,
      contactRecord({ id: 'c', is_company: false, name: 'x', first_name: 'A', last_name: 'B' }, '')
        .ContactFullName,
    ]).toEqual(['Cape', 'A B'])
  },
  'Contacts.Contact.ContactType': () =>
    expect(
      ['Buyer', 'developer', 'friend', null].map((role) => contactRecord({ id: 'c', role }, '').ContactType),
    ).toEqual(['Buyer', 'Developer', 'Other', 'Other']),
  'Contacts.ContactStatus': () =>
    expect(contactRecord({ id: 'c', trashed: '2026-01-01' }, '').ContactStatus).toBe('Active'),
  'Contacts.Contact.ContactEntityType': () =>
    expect(
      [true, false, null].map((is_company) => contactRecord({ id: 'c', is_company }, '').ContactEntityType),
    ).toEqual(['Company', 'Individual', 'Individual']),
  'Contacts.Contact.ContactCompanyName': () =>
    expect(
      [true, false].map((is_company) =>
        contactRecord({ id: 'c', is_company, name: 'Cape' }, '').ContactCompanyName
      ),
    ).toEqual(['Cape', null]),
  'Media.MediaResponse.ResourceRecordKey': () => expect(media({}).ResourceRecordKey).toBe('QOBRIX_p1'),
  'Media.ResourceName': () => expect(media({}).ResourceName).toBe('Property'),
  'Media.MediaResponse.MediaCategory': () => {
    expect(
      ['image/png', 'VIDEO/mp4', 'application/pdf', 'audio/mp3', 'text/plain', null].map((mime_type) =>
        media({ file: { mime_type } }).MediaCategory
      ),
    ).toEqual(['Photo', 'Video', 'Document', 'Audio', 'Photo', 'Photo'])
    expect(media({ media_type: 'youtube', reference_id: 'x' })).toMatchObject({
      MediaCategory: 'Photo',
      MediaURL: null,
    })
  },
  'Media.MediaResponse.MediaURL': () => {
    expect(['/f/1.jpg', 'https://cdn/1.jpg'].map((href) => media({ file: { href } }).MediaURL)).toEqual([
      'https://x.qobrix.com/f/1.jpg',
      'https://cdn/1.jpg',
    ])
  },
  'Media.MediaResponse.MediaType': () =>
    expect(['IMAGE/JPEG', null].map((mime_type) => media({ file: { mime_type } }).MediaType)).toEqual([
      'image/jpeg',
      'application/octet-stream',
    ]),
  'Media.MediaResponse.Order': () =>
    expect([3, null, 'x'].map((display_order) => media({ display_order }).Order)).toEqual([3, 0, 0]),
  'Media.MediaResponse.ShortDescription': () =>
    expect(media({ file: { filename: 'a.jpg' } }).ShortDescription).toBe('a.jpg'),
  'Media.MediaResponse.LongDescription': () =>
    expect(media({}, 'floorplans').LongDescription).toBe('floorplans'),
  'Media.MediaResponse.ImageSizeBytes': () =>
    expect(media({ file: { filesize: 12 } }).ImageSizeBytes).toBe(12),
  'Media.X_IsPrimary': () => expect(media({}).X_IsPrimary).toBe(false),
  'Media.MediaResponse.X_QobrixMediaCategory': () =>
    expect([
      media({}, 'documents').X_QobrixMediaCategory,
      media({ category: { name: 'plans' } }, '').X_QobrixMediaCategory,
    ]).toEqual(['documents', 'plans']),
  'ShowingAppointment.BuyerContactKey': () =>
    expect(showingRecord({ id: 'v' }, '').BuyerContactKey).toBeNull(),
  'ShowingAppointment.PropertyViewing.ShowingDate': () =>
    expect(showingRecord({ id: 'v', created: '2026-02-03T10:00:00' }, '').ShowingDate).toBe('2026-02-03'),
  'ShowingAppointment.PropertyViewing.ShowingStatus': () => {
    expect(
      [{ viewing_outcome: 20 }, {}, { trashed: '2026-01-01T00:00:00' }].map((viewing) =>
        showingRecord({ id: 'v', ...viewing } as unknown as JsonObject, '').ShowingStatus
      ),
    ).toEqual(['Completed', 'Scheduled', 'Scheduled'])
  },
  'ShowingAppointment.ShowingType': () => expect(showingRecord({ id: 'v' }, '').ShowingType).toBe('InPerson'),
  'ShowingAppointment.PropertyViewing.ShowingRemarks': () => {
    expect(
      showingRecord({
        id: 'v',
        price_assessment: 10,
        location_assessment: 20,
        exterior_appeal_assessment: 30,
        views_assessment: 40,
      }, '').ShowingRemarks,
    ).toBe('Price: 10 | Location: 20 | Condition: 30 | Overall: 40')
    expect([
      showingRecord({ id: 'v', views_assessment: 40 }, '').ShowingRemarks,
      showingRecord({ id: 'v' }, '').ShowingRemarks,
    ]).toEqual(['Overall: 40', null])
  },
  'ShowingAppointment.PropertyViewing.ShowingFeedback': () => {
    expect(
      [{ viewing_outcome: 20, further_feedback: 'x' }, { further_feedback: 'x' }, {}].map((viewing) =>
        showingRecord({ id: 'v', ...viewing } as unknown as JsonObject, '').ShowingFeedback
      ),
    ).toEqual(['20', 'x', null])
  },
}
