import { describe, expect, it } from 'vitest'
import { generateBrokerage } from '../../../scripts/seed/brokerage.ts'
import type { GoldRecord } from '../../../scripts/seed/gold.ts'

const { property, media, contacts, showing_appointment: showings } = generateBrokerage()
const count = (records: GoldRecord[], test: (record: GoldRecord) => unknown) => records.filter(test).length

describe('what the hub has to live with', () => {
  it.each<[string, (record: GoldRecord) => unknown]>([
    ['no price', (record) => record.ListPrice === null && record.LeaseAmount === null],
    ['a price of zero', (record) => record.ListPrice === '0.00'],
    ['no coordinates', (record) => record.Latitude === null && record.Longitude === null],
    ['coordinates 0,0', (record) => record.Latitude === 0 && record.Longitude === 0],
    ['both coordinates in one field', (record) => `${record.Latitude}`.includes(',')],
    ['an impossible date', (record) => record.ListingContractDate === '31/02/2026'],
    ['an area in words', (record) => `${record.LivingArea}`.startsWith('approx.')],
    ['a year in words', (record) => record.YearBuilt === 'unknown'],
    ['nan for a number', (record) => record.BedroomsTotal === 'nan'],
    ['no town', (record) => record.City === ''],
    ['no source time', (record) => record.ModificationTimestamp === null],
    ['a new column', (record) => 'custom_property_view' in record],
    ['a column of old', (record) => 'X_QobrixSellerId' in record],
    ['a town that no portal maps', (record) => record.City === 'Kamares'],
    ['a town with a blank too many', (record) => `${record.City}`.endsWith(' ')],
    ['an excluded property', (record) => /^true$/i.test(`${record.X_ExcludedProperty}`)],
    ['a rent without frequency', (record) => record.LeaseAmount && record.LeaseAmountFrequency === ''],
    ['a quarterly rent', (record) => record.LeaseAmountFrequency === 'Quarterly'],
    ['False with a capital', (record) => record.X_AirCondition === 'False'],
    ['an integer with a decimal point', (record) => `${record.BedroomsTotal}`.endsWith('.0')],
    [
      'a time without zone',
      (record) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(`${record.ModificationTimestamp}`),
    ],
    ['a time with offset', (record) => `${record.ModificationTimestamp}`.endsWith('+05:00')],
    ['a line break in a text', (record) => `${record.PublicRemarks}`.includes('\n')],
  ])('listings: %s', (_, test) => {
    const found = count(property, test)
    expect(found).toBeGreaterThan(0)
    expect(found / property.length).toBeLessThan(0.35)
  })

  it('about one listing in a hundred cannot be taken', () => {
    const broken = count(
      property,
      (record) =>
        record.ListingKey === '' || record.OriginatingSystemOfficeKey === 'SHARPSIR-XX-999' ||
        ['call us', '1.250.000,00 €'].includes(`${record.ListPrice}`),
    )
    expect(broken).toBe(6)
    expect(count(media, (record) => record.MediaKey === null || record.ResourceRecordKey === '')).toBe(6)
    expect(
      count(contacts, (record) => record.ContactKey === null || record.OriginatingSystemOfficeKey === ''),
    ).toBe(2)
    expect(count(showings, (record) => record.ShowingAppointmentKey === '')).toBe(1)
  })

  it('the older copy of a Hungarian listing follows the newer', () => {
    const keys = property.map((record) => record.ListingKey)
    const repeated = keys.findLastIndex((key, index) => key !== '' && keys.indexOf(key) < index)
    const newer = property[keys.indexOf(keys[repeated]!)]!
    const times = [newer, property[repeated]!].map((record) => Date.parse(`${record.ModificationTimestamp}`))
    expect(times[0]).toBeGreaterThan(times[1]!)
  })
})

describe('what every reader of gold media trips over', () => {
  const keyed = media.filter((record) => record.MediaKey && record.ResourceRecordKey)

  it('a project picture has one key and several listings', () => {
    const listings = new Map<string, Set<string>>()
    for (const record of keyed) {
      const owners = listings.get(`${record.MediaKey}`) ?? new Set()
      listings.set(`${record.MediaKey}`, owners.add(`${record.ResourceRecordKey}`))
    }
    const shared = [...listings.values()].filter((owners) => owners.size > 1)
    expect(shared.length).toBeGreaterThanOrEqual(20)
    expect(Math.max(...shared.map((owners) => owners.size))).toBeGreaterThanOrEqual(5)
  })

  it('the same file stands under two categories of one listing', () => {
    const seen = new Map<string, GoldRecord>()
    const twice = keyed.filter((record) => {
      const pair = `${record.ResourceRecordKey} ${record.MediaKey}`
      const other = seen.get(pair)
      seen.set(pair, record)
      return other && other.X_QobrixMediaCategory !== record.X_QobrixMediaCategory
    })
    expect(twice.length).toBeGreaterThanOrEqual(10)
  })

  it.each<[string, (record: GoldRecord) => unknown]>([
    [
      'a scanned document as Photo',
      (r) => r.MediaCategory === 'Photo' && r.X_QobrixMediaCategory === 'documents',
    ],
    ['a floor plan as Photo', (r) => r.MediaCategory === 'Photo' && r.X_QobrixMediaCategory === 'floorplans'],
    [
      'a YouTube item as Photo, its id for a URL',
      (r) => r.MediaCategory === 'Photo' && /^demo_CY\d{4}$/.test(`${r.MediaURL}`),
    ],
    ['a URL relative to the CRM', (r) => `${r.MediaURL}`.startsWith('/files/')],
    ['a PDF', (r) => r.MediaType === 'application/pdf'],
    ['a video', (r) => r.MediaCategory === 'Video'],
    ['no URL', (r) => r.MediaURL === ''],
  ])('%s', (_, test) => {
    expect(count(media, test)).toBeGreaterThan(0)
  })

  it('some listings have no photo at all', () => {
    const owners = new Set(keyed.map((record) => record.ResourceRecordKey))
    const bare = property.filter((record) =>
      !owners.has(record.ListingKey!) && !`${record.ListingKey}`.endsWith('_LEASE')
    )
    expect(bare.length).toBeGreaterThan(15)
    expect(bare.length).toBeLessThan(60)
  })
})

describe('people', () => {
  it('are sometimes there twice, to be found by e-mail and name', () => {
    const seen = new Set<string>()
    const twins = contacts.filter((record) => {
      const person = `${record.ContactEmail} ${record.ContactFullName}`
      const known = seen.has(person)
      seen.add(person)
      return known && record.ContactKey !== null
    })
    expect(twins.length).toBeGreaterThanOrEqual(4)
  })
})
