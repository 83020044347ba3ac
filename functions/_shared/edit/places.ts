/** Where the fields of a listing and of its files are written, and which rule of the workflow writes them. */
import type { Field } from '../reso/types.ts'
import { media } from '../reso/resources/media.ts'
import { property } from '../reso/resources/property.ts'

export type Place =
  | { kind: 'column'; column: string; negated?: true }
  /** Without a column: kept in `extensions`. */
  | { kind: 'extra' }
  | { kind: 'price'; of: 'SALE' | 'LEASE'; column: string }
  | { kind: 'point'; column: 'latitude' | 'longitude' }
  /** Said when the record is made, and never again. */
  | { kind: 'once'; column: string; because: string }
  | { kind: 'fixed'; because: string }

const hubs = 'The hub keeps it.'

/** What another rule than an edit changes. */
const special: Readonly<Record<string, Place>> = {
  ListPrice: { kind: 'price', of: 'SALE', column: 'list_price' },
  LeaseAmount: { kind: 'price', of: 'LEASE', column: 'lease_amount' },
  Latitude: { kind: 'point', column: 'latitude' },
  Longitude: { kind: 'point', column: 'longitude' },
  ListPriceCurrencyCode: {
    kind: 'once',
    column: 'currency_code',
    because: 'It is that of all prices so far.',
  },
  LeaseAmountFrequency: {
    kind: 'once',
    column: 'lease_amount_frequency',
    because: 'It is that of all rents so far.',
  },
  InternetEntireListingDisplayYN: { kind: 'column', column: 'hide_listing_online', negated: true },
  InternetAddressDisplayYN: { kind: 'column', column: 'hide_address_online', negated: true },
  StandardStatus: { kind: 'fixed', because: 'People move a listing, by the workflow of its market.' },
  MlsStatus: { kind: 'fixed', because: 'People move a listing, by the workflow of its market.' },
  ListingId: { kind: 'fixed', because: 'The hub numbers its listings.' },
  ListingKey: { kind: 'fixed', because: 'The hub gives the keys.' },
  OriginatingSystemOfficeKey: { kind: 'fixed', because: 'A listing stays with its office.' },
  Location: { kind: 'fixed', because: 'Send Latitude and Longitude.' },
}

/** By the name of the field; `columns` are those that are edited directly (mls.editable_columns). */
export function propertyPlaces(columns: readonly string[]): Map<string, Place> {
  const places = new Map(
    property.fields.map((field) => [field.name, special[field.name] ?? placeOf(field, columns)]),
  )
  places.set('Location', special.Location!)
  // standard names of what gold has under names of its own, and the old name of the rent
  for (const { name, column, view } of property.fields) {
    if (column !== undefined || view === undefined || special[name]) continue
    const twin = property.fields.find((other) => other.column === view && other.name !== name)
    const place = twin && places.get(twin.name)
    if (place && place.kind !== 'fixed') places.set(name, place)
  }
  return places
}

function placeOf({ column, view, owner = 'source', hub }: Field, columns: readonly string[]): Place {
  if (hub || view || owner === 'system') return { kind: 'fixed', because: hubs }
  // as the generated mls.extra_fields() has it
  if (column === undefined) return owner === 'tracked' ? { kind: 'fixed', because: hubs } : { kind: 'extra' }
  return columns.includes(column) ? { kind: 'column', column } : { kind: 'fixed', because: hubs }
}

const ofFile = 'A file stays what it is: add another one.'
const mediaSpecial: Readonly<Record<string, Place>> = {
  ResourceRecordKey: { kind: 'once', column: 'listing_id', because: 'A file stays with its listing.' },
  ResourceName: { kind: 'once', column: '', because: 'A file stays with its listing.' },
  MediaURL: { kind: 'once', column: 'media_url', because: ofFile },
  MediaType: { kind: 'once', column: 'mime_type', because: ofFile },
  MediaCategory: { kind: 'column', column: 'media_category' },
  ImageWidth: { kind: 'once', column: 'image_width', because: ofFile },
  ImageHeight: { kind: 'once', column: 'image_height', because: ofFile },
  ImageSizeBytes: { kind: 'once', column: 'file_size_bytes', because: ofFile },
  Order: { kind: 'column', column: 'display_order' },
  ShortDescription: { kind: 'column', column: 'title' },
  LongDescription: { kind: 'column', column: 'description' },
  X_IsPrimary: { kind: 'column', column: 'is_primary' },
  PreferredPhotoYN: { kind: 'column', column: 'is_primary' },
}

export const mediaPlaces: ReadonlyMap<string, Place> = new Map(
  media.fields.map(({ name }) => [name, mediaSpecial[name] ?? { kind: 'fixed', because: hubs }]),
)
