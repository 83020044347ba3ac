import { expect } from 'vitest'
import type { Json, JsonObject } from '../../../functions/_shared/delivery/json.ts'
import { etl, kind, lease, noMore, sale } from './qobrix-rows.ts'

/** Rows of properties whose words say more than `expectationsOf` knows. */
export const ofProperties: Record<string, () => void> = {
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
