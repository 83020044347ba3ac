import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../functions/_shared/delivery/json.ts'
import { corrected } from '../../../functions/_shared/sources/qobrix/map/corrections.ts'
import { mediaRecord } from '../../../functions/_shared/sources/qobrix/map/media.ts'
import {
  agentMember,
  contactRecord,
  isOffice,
  officeRecord,
  showingRecord,
  userMember,
} from '../../../functions/_shared/sources/qobrix/map/people.ts'
import { propertyRecords } from '../../../functions/_shared/sources/qobrix/map/property.ts'
import { pythonJson } from '../../../functions/_shared/sources/qobrix/map/values.ts'
import { meansTheSame } from '../../../functions/_shared/sources/spelling.ts'
import { mappedFields } from '../../../scripts/sources/mapped-fields.ts'
import { repository } from '../../../scripts/stack/layout.ts'

/** Each row of the mapping of gold (tests/fixtures/qobrix/mapping.csv) is a test of mapping version 1. */
interface Row {
  resource: string
  qobrix_entity: string
  qobrix_field: string
  type: string
  transformation: string
  reso_field: string
}
const rows = Papa.parse<Row>(readFileSync(join(repository, 'tests/fixtures/qobrix/mapping.csv'), 'utf8'), {
  header: true,
  skipEmptyLines: true,
}).data

const etl = { etl_timestamp: '2026-01-01T00:00:00.000Z', etl_batch_id: 'run-1' }
const context = { prefix: 'QOBRIX_', listOfficeKey: 'HQ', etl }
/** Records of the tests leave members out. */
type Loose = Record<string, Json | undefined>
const sale = (property: Loose) => propertyRecords({ id: 'p1', ...property } as JsonObject, context)[0]!
const lease = (property: JsonObject) =>
  propertyRecords({ id: 'p1', sale_rent: 'for_sale_and_rent', ...property }, context)[1]!
const person = {
  first_name: ' Maria ',
  last_name: 'Ioannou',
  email: 'Maria@Example.COM',
  phone: '1',
  phone_2: '2',
  street: 's',
  city: 'c',
  state: 't',
  post_code: '3',
  country: 'CY',
}
const agent = (changes: JsonObject = {}) => ({
  id: 'a1',
  primary_contact: 'c1',
  primary_contact_contact: person,
  ...changes,
})
const media = (item: JsonObject, category = 'photos') =>
  mediaRecord({ id: 'm1', ...item }, category, 'p1', { prefix: 'QOBRIX_', host: 'https://x.qobrix.com' })

const makers: Record<string, (record: JsonObject) => Record<string, Json>> = {
  'Property.Property': sale,
  'Member.Agent': (record) => agentMember(record, 'QOBRIX_'),
  'Member.User': (record) => userMember(record, 'QOBRIX_'),
  'Office.Agent': (record) => officeRecord(record, 'QOBRIX_'),
  'Contacts.Contact': (record) => contactRecord(record, 'QOBRIX_'),
  'Media.MediaResponse': media,
  'ShowingAppointment.PropertyViewing': (record) => showingRecord(record, 'QOBRIX_'),
}

const empties: Json[] = [null, '', 'nan', 'None', 'null']
const nothing = (expected: Json = null) => empties.map((value): [Json, Json] => [value, expected])

/** What the words of the table mean, said once more: pairs of a value and what becomes of it. */
function expectationsOf({ transformation, type }: Row): [Json, Json][] | undefined {
  if (
    transformation === 'verbatim text' || transformation === 'text' || transformation === 'id' ||
    transformation === 'timestamp'
  ) {
    if (type === 'boolean') return [[true, 'true'], [false, 'false'], ...nothing()]
    if (/integer|number/.test(type)) return [[3, '3'], [0, '0'], [2.5, '2.5'], ['2.0', '2'], ...nothing()]
    return [['Πάφος, sea', 'Πάφος, sea'], ...nothing()]
  }
  if (transformation.startsWith('JSON text')) {
    return [
      [['sea', 'pool'], '["sea", "pool"]'],
      [[], '[]'],
      [['θέα'], '["\\u03b8\\u03ad\\u03b1"]'],
      ...nothing(),
    ]
  }
  if (/^integer/.test(transformation)) {
    return [[3, 3], ['2.0', 2], [2.7, 2], [0, 0], ['x', null], ...nothing()]
  }
  if (/^decimal\(/.test(transformation) && !/null on/.test(transformation)) {
    return [[450000, '450000'], [1.25, '1.25'], ['2.0', '2'], ['POA', null], ...nothing()]
  }
  if (/^date(,| as text)/.test(transformation)) {
    return [['2026-01-31T10:00:00', '2026-01-31'], ['2026-01-31', '2026-01-31'], ...nothing()]
  }
  if (/^trimmed/.test(transformation)) return [[' a b ', 'a b'], ['  ', null], ...nothing()]
  if (transformation === 'boolean' || transformation === 'true, false, else null') {
    return [[true, true], ['False', false], ['maybe', null], ...nothing()]
  }
  if (transformation === 'lower case') return [['Ab@C.com', 'ab@c.com'], ...nothing()]
  if (transformation === 'text of the decimal') return [[3.5, '3.5'], ...nothing()]
  const key = /^(QOBRIX_(?:[A-Z]+_)?) ?\+ id$/.exec(transformation)
  if (key) return [['x-1', `${key[1]}x-1`], ...nothing()]
  return undefined
}

const kind = (property_type: string, sale_rent: string) => ({ property_type, sale_rent })
const noMore = { PropertyClass: 'RESI' }

/** Rows whose words say more than that. */
const special: Record<string, () => void> = {
  'Property.ListingKey': () => {
    expect(sale({ id: 'x' }).ListingKey).toBe('QOBRIX_x')
    expect(lease({ id: 'x' }).ListingKey).toBe('QOBRIX_x_LEASE')
  },
  'Property.ListingId': () => {
    expect(sale({ ref: 12 }).ListingId).toBe('12')
    expect(lease({ ref: 12 }).ListingId).toBe('12_LEASE')
    expect(sale({ ref: null }).ListingId).toBeNull()
  },
  'Property.StandardStatus': () => {
    const of = (status: Json) => sale({ status }).StandardStatus
    expect(
      ['available', 'reserved', 'under_offer', 'sold', 'rented', 'withdrawn', 'pending', 'SOLD', null, 'new']
        .map(of),
    ).toEqual(
      [
        'Active',
        'Pending',
        'Pending',
        'Closed',
        'Closed',
        'Withdrawn',
        'Active',
        'Closed',
        'Active',
        'Active',
      ],
    )
  },
  'Property.PropertyClass': () => {
    const of = (type: string, offer: string) => sale(kind(type, offer)).PropertyClass
    expect(of('land', 'for_rent')).toBe('LAND')
    for (const type of ['apartment', 'House']) {
      expect([of(type, 'for_sale'), of(type, 'for_rent'), of(type, 'for_auction')]).toEqual([
        'RESI',
        'RLSE',
        'RESI',
      ])
    }
    for (const type of ['office', 'retail', 'building', 'hotel', 'industrial', 'investment']) {
      expect([of(type, 'for_sale'), of(type, 'for_rent')]).toEqual(['COMS', 'COML'])
    }
    expect(sale(kind('parking_lot', 'for_rent'))).toMatchObject(noMore)
    expect(lease(kind('office', 'for_sale_and_rent')).PropertyClass).toBe('COMS')
  },
  'Property.PropertyType': () => {
    const of = (type: string, offer: string) => sale(kind(type, offer)).PropertyType
    expect([
      of('land', 'for_rent'),
      of('apartment', 'for_rent'),
      of('house', 'FOR_RENT'),
      of('house', 'for_sale'),
    ]).toEqual(['Land', 'ResidentialLease', 'ResidentialLease', 'Residential'])
    expect([
      of('hotel', 'for_sale'),
      of('hotel', 'for_rent'),
      of('parking_lot', 'for_rent'),
      of('boat', 'for_rent'),
    ]).toEqual(['CommercialSale', 'CommercialLease', 'CommercialSale', 'Residential'])
    const sibling = (type: string) => lease(kind(type, 'for_sale_and_rent')).PropertyType
    expect([sibling('retail'), sibling('land'), sibling('parking_lot'), sibling('house')]).toEqual([
      'CommercialLease',
      'ResidentialLease',
      'ResidentialLease',
      'ResidentialLease',
    ])
  },
  'Property.PropertySubType': () => {
    const of = (property: JsonObject) => sale(property).PropertySubType
    expect(of({ property_subtype: 'penthouse', property_type: 'apartment' })).toBe('penthouse')
    expect(
      ['apartment', 'house', 'land', 'office', 'parking_lot', 'hotel', 'boat'].map((property_type) =>
        of({ property_type })
      ),
    ).toEqual(
      ['Apartment', 'SingleFamilyDetached', 'Land', 'Office', 'Parking', 'Commercial', 'Other'],
    )
  },
  'Property.DevelopmentStatus': lifecycle,
  'Property.NewConstructionYN': lifecycle,
  'Property.PropertyCondition': lifecycle,
  'Property.BuilderName': () =>
    expect([sale({ developer: { name: 'Cape' } }).BuilderName, sale({ developer: null }).BuilderName])
      .toEqual(['Cape', null]),
  'Property.BuilderModel': () =>
    expect([sale({ project_project: { name: 'Cape' } }).BuilderModel, sale({}).BuilderModel]).toEqual([
      'Cape',
      null,
    ]),
  'Property.ListingService': () => {
    expect(
      [{ custom_listing_property: 'YES' }, { key_holder_details: 'porter' }, { key_holder_details: ' ' }, {
        custom_listing_property: 'No',
      }].map((property) => sale(property).ListingService),
    )
      .toEqual(['FullService', 'FullService', null, null])
  },
  'Property.ListingAgreement': () => {
    expect(
      [{ custom_exclusive_listing: true }, { key_holder_details: 'porter' }, {}, {
        custom_exclusive_listing: 'True',
        key_holder_details: 'x',
      }].map((property) => sale(property).ListingAgreement),
    )
      .toEqual(['ExclusiveAgency', 'Open', null, 'ExclusiveAgency'])
  },
  'Property.LeaseConsideredYN': () =>
    expect([
      sale({ sale_rent: 'for_sale_and_rent' }).LeaseConsideredYN,
      lease({}).LeaseConsideredYN,
      sale({}).LeaseConsideredYN,
    ]).toEqual([true, null, null]),
  'Property.SaleConsideredYN': () =>
    expect([sale({ sale_rent: 'for_sale_and_rent' }).SaleConsideredYN, lease({}).SaleConsideredYN]).toEqual([
      null,
      true,
    ]),
  'Property.LivingAreaUnits': () => expect(sale({}).LivingAreaUnits).toBe('SquareMeters'),
  'Property.LotSizeUnits': () => expect(sale({}).LotSizeUnits).toBe('SquareMeters'),
  'Property.LotSizeAcres': () =>
    expect([sale({ plot_area_amount: 1000 }).LotSizeAcres, sale({}).LotSizeAcres]).toEqual(['0.2471', null]),
  'Property.ListPrice': () =>
    expect([
      sale({ list_selling_price_amount: 5 }).ListPrice,
      lease({ list_selling_price_amount: 5 }).ListPrice,
    ]).toEqual(['5', null]),
  'Property.LeaseAmountFrequency': () => {
    expect(
      ['Monthly', 'WEEKLY', 'daily', 'Yearly', 'annually', 'Quarterly', ''].map((rent_frequency) =>
        sale({ rent_frequency }).LeaseAmountFrequency
      ),
    ).toEqual(
      ['Monthly', 'Weekly', 'Daily', 'Annually', 'Annually', 'Quarterly', null],
    )
  },
  'Property.Latitude': () =>
    expect(['34.7, 33.1', '34.7', 'here', null].map((coordinates) => sale({ coordinates }).Latitude)).toEqual(
      ['34.7', '34.7', null, null],
    ),
  'Property.Longitude': () =>
    expect(['34.7, 33.1', '34.7', 'here', null].map((coordinates) => sale({ coordinates }).Longitude))
      .toEqual(['33.1', null, null, null]),
  'Property.PublicRemarks': () => {
    expect(
      [{ description: ' d ', name: 'n' }, { description: '', short_description: 's', name: 'n' }, {
        name: 'n',
      }, {}].map((property) => sale(property).PublicRemarks),
    ).toEqual(['d', 's', 'n', null])
  },
  'Property.ListOfficeKey': () => expect(sale({}).ListOfficeKey).toBe('HQ'),
  'Property.Furnished': () =>
    expect(
      [true, 'false', 'partially', 'furnished', 'unfurnished', null].map((furnished) =>
        sale({ furnished }).Furnished
      ),
    ).toEqual(['Furnished', 'Unfurnished', 'Partially', null, null, null]),
  'Property.PetsAllowed': () =>
    expect([true, 'False', null, 'maybe'].map((pets_allowed) => sale({ pets_allowed }).PetsAllowed)).toEqual([
      'Yes',
      'No',
      null,
      null,
    ]),
  'Property.ParkingFeatures': () => {
    expect(
      [[2, 1, 3], [0, '0.0', null], [1, null, null], [null, 2, 'street'], [null, null, null]].map((
        [covered_parking, uncovered_parking, parking],
      ) =>
        sale({ covered_parking: covered_parking!, uncovered_parking: uncovered_parking!, parking: parking! })
          .ParkingFeatures
      ),
    ).toEqual(['Covered,Uncovered,3', null, 'Covered', 'Uncovered,street', null])
  },
  'Property.X_LeadSource': () => expect(sale({ source: ' direct ' }).X_LeadSource).toBe('direct'),
  'Property.X_ListingBrokerName': () => {
    expect(
      ['Cape, Nikos Georgiou', 'Nikos Georgiou', 'Cape, Block 2', 'Cape, N', `Cape, ${'a '.repeat(50)}`].map((
        name,
      ) => sale({ project_project: { name } }).X_ListingBrokerName),
    )
      .toEqual(['Nikos Georgiou', null, null, null, null])
  },
  'Property.X_InvestmentType': () => expect(sale({ investment_type: 'x' }).X_InvestmentType).toBeNull(),
  'Property.OriginatingSystemOfficeKey': () =>
    expect(sale({})).not.toHaveProperty('OriginatingSystemOfficeKey'), // the engine's, for every record
  'Property.X_DataSource': () => expect(sale({}).X_DataSource).toBe('qobrix'),
  'Property.etl_timestamp': () => expect(sale({}).etl_timestamp).toBe(etl.etl_timestamp),
  'Property.etl_batch_id': () => expect(sale({}).etl_batch_id).toBe('run-1'),
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

function lifecycle() {
  const of = (property: JsonObject) => {
    const { DevelopmentStatus, NewConstructionYN, PropertyCondition } = sale(property)
    return [DevelopmentStatus, NewConstructionYN, PropertyCondition]
  }
  const project = (construction_stage: Json, more: JsonObject = {}) => ({
    project_project: { construction_stage, ...more },
  })
  expect(of({ custom_resale: true, construction_stage: 'offplans' })).toEqual(['Existing', false, null])
  expect(of({ custom_presale: 'True', new_build: 'True' })).toEqual(['Proposed', true, 'To Be Built'])
  expect(of({ custom_presale: true, new_build: false })).toEqual(['Existing', false, null])
  for (const stage of ['off_plan', 'OffPlans', 'planning']) {
    expect(of({ construction_stage: stage })).toEqual(['Proposed', true, 'To Be Built'])
  }
  for (const stage of ['construction_phase', 'under_construction']) {
    expect(of({ construction_stage: stage })).toEqual(['Under Construction', true, 'Under Construction'])
  }
  expect(of({ construction_stage: 'resale' })).toEqual(['Existing', false, null])
  expect(of({ construction_stage: 'completed', new_build: true })).toEqual([
    'New Construction',
    true,
    'New Construction',
  ])
  expect(of({ construction_stage: 'completed', new_build: false })).toEqual(['Existing', false, null])
  // the rule for a missing new_build with a developer never fires
  expect(of({ construction_stage: 'completed', developer_id: 'd' })).toEqual(['Existing', null, null])
  expect(of({ construction_stage: 'unfinished' })).toEqual(['Existing', null, null])
  expect(of(project('offplans'))).toEqual(['Proposed', true, 'To Be Built'])
  expect(of(project('completed', {}))).toEqual(['Existing', null, null])
  expect(of({ new_build: true, ...project('completed') })).toEqual([
    'New Construction',
    true,
    'New Construction',
  ])
  // the condition goes on where the status stops
  expect(of(project('offplans', { custom_resale: true }))).toEqual(['Existing', false, 'To Be Built'])
  expect(of({ construction_stage: 'completed', new_build: false, ...project('offplans') })).toEqual([
    'Existing',
    false,
    'To Be Built',
  ])
  expect(of(project('resale'))).toEqual(['Existing', null, null])
  expect(of({ new_build: true })).toEqual(['New Construction', true, 'New Construction'])
  expect(of({ new_build: false })).toEqual(['Existing', false, null])
  expect(of({})).toEqual(['Existing', null, null])
  expect(of({ construction_stage: 'offplans', renovation_year: 2020, construction_year: 1990 })[2]).toBe(
    'To Be Built,Updated/Remodeled',
  )
  expect(of({ renovation_year: '2020.0', construction_year: 2020 })[2]).toBeNull()
}

const under: Record<string, string> = { primary_contact: 'primary_contact_contact', extra: 'extra' }

describe('mapping version 1: every row of the table', () => {
  it.each(rows.map((row) => [`${row.resource}.${row.qobrix_entity}.${row.reso_field}`, row] as const))(
    '%s',
    (name, row) => {
      const own = special[name] ?? special[`${row.resource}.${row.reso_field}`]
      if (own) return own()
      const make = makers[`${row.resource}.${row.qobrix_entity}`]!
      const nested =
        /^(first_name|last_name|email|phone|phone_2|street|city|state|post_code|country) of|^(email|phone|phone_2|street|city|state|post_code|country)\b|^extra\.(\w+)/
          .exec(row.transformation)
      if (nested) {
        const member = (nested[1] ?? nested[2] ?? nested[3])!
        const record = { id: 'x', [under[row.qobrix_field]!]: { [member]: 'Some Text' } }
        expect(make(record)[row.reso_field]).toBe(member === 'email' ? 'some text' : 'Some Text')
        expect(make({ id: 'x', [under[row.qobrix_field]!]: null })[row.reso_field]).toBeNull()
        return
      }
      const expectations = expectationsOf(row)
      expect(expectations, `${name}: ${row.transformation}`).toBeDefined()
      for (const [value, wanted] of expectations!) {
        expect(make({ [row.qobrix_field]: value })[row.reso_field], `${name} of ${JSON.stringify(value)}`)
          .toEqual(wanted)
      }
    },
  )

  it('has 303 rows', () => expect(rows).toHaveLength(303))
})

describe('mapping version 2', () => {
  const labels = { subtypes: { penthouse: 'Penthouse' }, features: { 'view:sea': 'Sea view' } }
  const of = (property: JsonObject) =>
    corrected(sale(property), { id: 'p1', ...property }, { labels, prefix: 'QOBRIX_' })
  it('puts right what gold gets wrong, and nothing else', () => {
    const property = {
      property_type: 'apartment',
      property_subtype: 'penthouse',
      status: 'pending',
      furnished: 'semi_furnished',
      salesperson: 'u1',
      view: ['sea', 'pool'],
      heating: [],
      investment_type: 'rent',
      bedrooms: 2,
    }
    const [before, after] = [sale(property), of(property)]
    const changed = Object.keys(after).filter((field) => after[field] !== before[field]).sort()
    expect(changed).toEqual([
      'CoListAgentKey',
      'Furnished',
      'Heating',
      'PropertySubType',
      'StandardStatus',
      'View',
      'X_InvestmentType',
    ])
    expect(after).toMatchObject({
      PropertySubType: 'Penthouse',
      StandardStatus: 'Incomplete',
      Furnished: 'Partially',
      CoListAgentKey: 'QOBRIX_USER_u1',
      View: 'Sea view,pool',
      Heating: null,
      X_InvestmentType: 'rent',
    })
  })
})

describe('texts', () => {
  it('are written as Python writes JSON', () => {
    expect(pythonJson(['a', 'é', '\u007f', '😀', '"', '\n'])).toBe(
      '["a", "\\u00e9", "\\u007f", "\\ud83d\\ude00", "\\"", "\\n"]',
    )
  })
  it.each([
    ['2.0', '2', true],
    ['True', 'true', true],
    ['2.50', '2.5', true],
    ['2.0', '2.1', false],
    ['abc', 'ABC', false],
    ['007', '7', true],
    ['-0.0', '0', false],
    ['1.', '1', false],
    ['10', '1', false],
  ])(
    '%s and %s mean the same: %s',
    (a, b, same) => expect(meansTheSame(a, b)).toBe(same),
  )
})

describe('docs/sources-mapped.md', () => {
  it('is what the mappings are', () => {
    expect(readFileSync(join(repository, 'docs/sources-mapped.md'), 'utf8')).toBe(mappedFields())
    for (const field of Object.keys(sale({}))) expect(mappedFields()).toContain(`| ${field} |`)
  })
})
