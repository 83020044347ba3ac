import { expect, test } from 'vitest'
import { familyOf } from '../../../../functions/_shared/delivery/channels/dash/family.ts'
import { dashGuid, dashPayload } from '../../../../functions/_shared/delivery/channels/dash/payload.ts'
import { pushedValues } from '../../../../functions/_shared/delivery/channels/dash/pushed-values.ts'
import type { Job } from '../../../../functions/_shared/delivery/job.ts'
import type { JsonObject } from '../../../../functions/_shared/delivery/json.ts'

const jobOf = (columns: JsonObject, key = 'QOBRIX_1', config: JsonObject = {}, remarks: unknown[] = []) =>
  ({
    external_id: null,
    portal: { config },
    listing: {
      listing_key: key,
      source_id: key.slice(key.indexOf('_') + 1),
      columns: { status: 'PUBLISHED', ...columns },
      media: [],
      remarks,
    },
  }) as unknown as Job

test('what we do not hold is not mentioned: never a null, never an empty text', () => {
  const payload = dashPayload(jobOf({ city: 'Paphos', street: '', list_price: 5 }))
  expect(payload).toEqual({
    externalReference: 'QOBRIX_1',
    statusCode: 'AC',
    listPrice: 5,
    propertyDetails: { location: { city: 'Paphos' } },
  })
  expect(JSON.stringify(payload)).not.toContain('null')
})
test.each([['PUBLISHED', 'AC'], ['UNDER_OFFER', 'PS'], ['SOLD', 'CL']])('%s is %s', (status, code) => {
  expect(dashPayload(jobOf({ status })).statusCode).toBe(code)
})
test('areas are square metres and say so', () => {
  expect(dashPayload(jobOf({ living_area: '88.50' })).propertyDetails).toEqual({
    livingArea: 88.5,
    livingAreaUnitCode: 'SM',
  })
})
test('features go back with the codes they came with', () => {
  const features = [{ featureCode: '12', featureGroupCode: 'V', featureDescription: 'Ocean' }]
  expect(dashPayload(jobOf({ features_json: features })).propertyDetails).toEqual({ features })
})
test("codes come from the record, else from the portal's lookups, and are never invented", () => {
  const lookups = { typeDescription: { Residential: 'RES' } }
  const details = (columns: JsonObject) =>
    dashPayload(jobOf(columns, 'QOBRIX_1', { lookups })).propertyDetails
  expect(details({ property_type: 'Residential' })).toEqual({
    typeDescription: 'Residential',
    typeCode: 'RES',
  })
  expect(details({ property_type: 'Residential', property_type_code: '7' })).toMatchObject({ typeCode: '7' })
  expect(details({ property_type: 'Land' })).toEqual({ typeDescription: 'Land' })
})
test('rent goes out only under a configured name', () => {
  const columns = { lease_amount: 900, lease_amount_frequency: 'Monthly' }
  expect(dashPayload(jobOf(columns))).toEqual({ externalReference: 'QOBRIX_1', statusCode: 'AC' })
  expect(dashPayload(jobOf(columns, 'QOBRIX_1', { rent_member: 'rentalPrice' }))).toMatchObject({
    rentalPrice: 900,
  })
})
test('received remarks keep their kinds, the edited text replaces the public one', () => {
  const remarks_json = [{ remark: 'old', remarkType: 'PublicRemarks', language: 'en' }, {
    remark: 'Left, then right',
    remarkType: 'Directions',
    language: 'en',
  }]
  expect(dashPayload(jobOf({ remarks_json, public_remarks: 'new' })).remarks).toEqual([
    { remark: 'new', remarkType: 'PublicRemarks', language: 'en' },
    remarks_json[1],
  ])
})
test('a listing from Dash is known there by its guid', () => {
  const config = { origin_systems: ['DASH_API', 'DASH_FILE'] }
  expect(dashGuid(jobOf({ origin_system: 'DASH_FILE' }, 'ANY_ABC', config))).toBe('ABC')
  expect(dashGuid(jobOf({ origin_system: 'QOBRIX' }, 'DASH_ABC', config))).toBeNull()
  expect(dashGuid(jobOf({ origin_system: 'DASH_API' }, 'DASH_ABC', { origin_systems: ['QOBRIX'] })))
    .toBeNull()
  expect(dashGuid(jobOf({}, 'DASH_ABC', config))).toBeNull()
})
test.each([
  [{ property_type: 'Residential' }, 'residentialsales'],
  [{ property_type: 'ResidentialLease' }, 'residentialrentals'],
  [{ property_type: 'CommercialSale' }, 'commercialsales'],
  [{ property_type: 'CommercialLease' }, 'commercialleases'],
  [{ dash_listing_type: 'Residential Rental' }, 'residentialrentals'],
  [{ property_type: 'Land' }, 'residentialsales'],
])('%j belongs to %s', (columns, family) => expect(familyOf(columns)).toBe(family))
test('what ingest must recognise as an echo', () => {
  const job = jobOf({ list_price: 5, currency_code: 'EUR', lease_amount: 9, latitude: 1.5, longitude: 2.5 })
  const values = {
    ListPrice: 5,
    ListPriceCurrencyCode: 'EUR',
    StandardStatus: 'Active',
    Latitude: 1.5,
    Longitude: 2.5,
  }
  expect(pushedValues(dashPayload(job), job)).toEqual(values)
  const withRent = { ...job, portal: { ...job.portal, config: { rent_member: 'rent' } } }
  expect(pushedValues(dashPayload(withRent), withRent)).toEqual({ ...values, LeaseAmount: 9 })
})
