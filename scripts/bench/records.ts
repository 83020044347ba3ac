import { readElements } from '../../functions/_shared/gold/contract.ts'
import { goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { lookupValues } from '../../functions/_shared/reso/lookup-values.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { generateDeliveries } from '../seed/brokerage.ts'

export const batchSize = 1000

export type GoldRecord = Record<string, string | number | boolean | null>

/** A value of the field's type, as Spark writes it: decimals and timestamps as text. */
function valueOf(field: Field, n: number): string | number | boolean {
  switch (field.type) {
    case 'STRING':
      if (field.columnType === 'boolean') return 'true'
      if (lookupOf(field)) return membersOf(lookupOf(field)!, n)
      return field.columnType ? '12' : `${field.name} ${n} in some words`.slice(0, field.dd?.maxLength)
    case 'INT':
    case 'BIGINT':
      return n % 50
    case 'BOOLEAN':
      return n % 2 === 0
    case 'DOUBLE':
      return 34 + n / 10_000
    case 'DATE':
      return '2026-01-31'
    case 'TIMESTAMP':
      return '2026-01-31T10:00:00Z'
    default:
      return '1234.50'
  }
}

/** The field itself where it is a lookup; or the lookup that is served from its column under the standard name. */
function lookupOf(field: Field): Field | undefined {
  if (field.dd?.lookup) return field
  return property.fields.find(({ view, dd }) => dd?.lookup && view !== undefined && view === field.column)
}

/** What a lookup is filled with: of some ten values one, or three where several are meant. */
function membersOf({ name, dd }: Field, n: number): string {
  const values = (lookupValues[dd!.lookup!] ?? [`Some ${name}`]).slice(0, 10).map((value) =>
    value.split('|')[0]!
  )
  const at = (offset: number) => values[(n + offset) % values.length]!
  return dd!.multi ? [...new Set([at(0), at(3), at(5)])].join(',') : at(0)
}

/** 1,000 listings with every gold field set, 8 MB of JSON. Each `series` has keys of its own. */
export function fullWidthBatch(series: string): GoldRecord[] {
  return Array.from({ length: batchSize }, (_, n) => ({
    ...Object.fromEntries(goldFields(property).map((field) => [field.name, valueOf(field, n)])),
    ListingKey: `QOBRIX_${series}_${n}`,
    ListingId: `${series}-${n}`,
    OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
    StandardStatus: 'Active',
    X_UnitNumber: `A-${n}`,
    PublicRemarks: `Listing ${n}. ${'A house between the sea and the hills. '.repeat(28)}`,
    ListPrice: `${100_000 + n}.00`,
  }))
}

const office = 'SHARPSIR-CY-001'
let delivered: GoldRecord[] | undefined

/**
 * 1,000 listings as gold really delivers them: those of the demo that the door takes, half of their fields null, with
 * texts of life's length in several languages. Each `series` has keys of its own.
 */
export function deliveredBatch(series: string): GoldRecord[] {
  delivered ??= generateDeliveries()
    .filter(({ officeKey }) => officeKey === office)
    .flatMap(({ records }) => readElements(property, records.property))
    .flatMap(({ record, errors }) => record && errors.length === 0 ? [record as GoldRecord] : [])
    .filter((record) => record.OriginatingSystemOfficeKey === office)
  const from = delivered
  return Array.from({ length: batchSize }, (_, n) => ({
    ...from[n % from.length]!,
    ListingKey: `QOBRIX_${series}_${n}`,
    ListingId: `${series}-${n}`,
  }))
}

/** Photos of these listings as gold delivers them, in batches: those of a listing together, as notebooks send them. */
export function photoBatches(listings: GoldRecord[], photosEach: number): GoldRecord[][] {
  const photos = listings.flatMap((listing) => photosOf(listing, photosEach))
  return Array.from(
    { length: Math.ceil(photos.length / batchSize) },
    (_, n) => photos.slice(n * batchSize, (n + 1) * batchSize),
  )
}

function photosOf(
  { ListingKey, OriginatingSystemOfficeKey }: GoldRecord,
  count: number,
): GoldRecord[] {
  return Array.from({ length: count }, (_, order) => ({
    MediaKey: `${ListingKey}_${order}`.replace('QOBRIX_', 'QOBRIX_MEDIA_'),
    ResourceRecordKey: ListingKey!,
    OriginatingSystemOfficeKey: OriginatingSystemOfficeKey!,
    MediaCategory: 'Photo',
    MediaURL: `https://photos.example/${ListingKey}/${order}.jpg`,
    MediaType: 'image/jpeg',
    Order: order,
    X_QobrixMediaCategory: 'photos',
  }))
}
