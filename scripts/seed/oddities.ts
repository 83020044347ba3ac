import type { GoldRecord } from './gold.ts'

type Change = (record: GoldRecord) => GoldRecord

/**
 * What real batches contain and the hub has to live with: the record is taken, a value becomes null with a
 * warning or is kept as it is. One listing in eight has one of them.
 */
export const ODDITIES: Record<string, Change> = {
  no_price: (record) => ({ ...record, ListPrice: null, LeasePrice: null, LeaseAmount: null }),
  price_zero: (record) => ({ ...record, ListPrice: '0.00' }),
  no_coordinates: (record) => ({ ...record, Latitude: null, Longitude: null }),
  zero_coordinates: (record) => ({ ...record, Latitude: 0, Longitude: 0 }),
  pair_in_latitude: (record) => ({
    ...record,
    Latitude: `${record.Latitude},${record.Longitude}`,
    Longitude: '',
  }),
  impossible_date: (record) => ({ ...record, ListingContractDate: '31/02/2026' }),
  area_in_words: (record) => ({ ...record, LivingArea: 'approx. 120 m²' }),
  year_in_words: (record) => ({ ...record, YearBuilt: 'unknown' }),
  nan_numbers: (record) => ({ ...record, BedroomsTotal: 'nan', BathroomsTotalInteger: 'None' }),
  no_town: (record) => ({ ...record, City: '' }),
  no_source_time: (record) => ({ ...record, ModificationTimestamp: null, X_QobrixModified: null }),
  new_column: (record) => ({ ...record, custom_property_view: 'Sea View', custom_floors: 2 }),
  old_column: (record) => ({ ...record, X_QobrixSellerId: 'b1946ac9-2492-4d23-8f4e-6a2f0c6b7a11' }),
}

/** What cannot be taken: each of these rejects its own record and no other. */
export const REJECTS = {
  missing_key: (record) => ({ ...record, ListingKey: '' }),
  unknown_office: (record) => ({ ...record, OriginatingSystemOfficeKey: 'SHARPSIR-XX-999' }),
  price_in_words: (record) => ({ ...record, ListPrice: 'call us' }),
  price_with_currency: (record) => ({ ...record, ListPrice: '1.250.000,00 €' }),
} satisfies Record<string, Change>

const ONE_IN = 8

/** The records with each oddity in its turn. Lease siblings stay whole. */
export function withOddities(records: GoldRecord[]): GoldRecord[] {
  const changes = Object.values(ODDITIES)
  return records.map((record, index) => {
    if (index % ONE_IN !== ONE_IN - 1 || `${record.ListingKey}`.endsWith('_LEASE')) return record
    return changes[Math.floor(index / ONE_IN) % changes.length]!(record)
  })
}

/** Two files with a bad optional value, and two that cannot be taken: no key, no listing. */
export function withBrokenMedia(records: GoldRecord[]): GoldRecord[] {
  const [beforeLast, last] = records.slice(-2) as [GoldRecord, GoldRecord]
  return [
    ...records.slice(0, -2),
    { ...beforeLast, Order: 'last' },
    { ...last, MediaURL: '' },
    { ...last, MediaKey: null },
    { ...beforeLast, ResourceRecordKey: '' },
  ]
}

/** Two that cannot be taken: no key, no office. */
export function withBrokenContacts(records: GoldRecord[]): GoldRecord[] {
  const last = records.at(-1)!
  return [
    ...records,
    { ...last, ContactKey: null },
    { ...last, ContactKey: `${last.ContactKey}X`, OriginatingSystemOfficeKey: '' },
  ]
}

/** The ListingKey of a viewing whose listing gold does not hold. */
export const DANGLING_LISTING = 'QOBRIX_00000000-0000-4000-8000-000000000000'

/** One viewing without its listing, and one without a key. */
export function withBrokenShowings(records: GoldRecord[]): GoldRecord[] {
  const last = records.at(-1)!
  return [
    ...records.slice(0, -1),
    { ...last, ListingKey: DANGLING_LISTING },
    { ...last, ShowingAppointmentKey: '' },
  ]
}
