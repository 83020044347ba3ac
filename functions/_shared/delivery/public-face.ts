import { DeliveryFailure } from './failure.ts'
import type { Job } from './job.ts'
import type { JsonObject } from './json.ts'
import { pageUrl } from './page-url.ts'

/** Fields that tell a price which is only told on request. */
const priceFields = [
  'PreviousListPrice',
  'ListPrice',
  'LeasePrice',
  'LeaseAmount',
  'OriginalListPrice',
  'ClosePrice',
  'X_PreviousListPrice',
  'X_PreviousLeasePrice',
  'X_BusinessTransferPrice',
]
/** Fields that tell an address which is not to be shown. */
const addressFields = [
  'UnparsedAddress',
  'PostalCode',
  'Latitude',
  'Longitude',
  'UnitNumber',
  'X_UnitNumber',
  'X_CadastralReference',
]

/**
 * The record of the Web API without its sensitive fields, and its media: for who may read the listing anyway. Needs
 * the part `served`.
 *
 * @throws DeliveryFailure where the Web API does not serve the listing, to be tried again
 */
export function servedRecord({ served, listing }: Job): JsonObject {
  if (!served) throw notServed(listing.listing_key)
  const Media = listing.media.map(({ media_key, url, order, category }) => ({
    MediaKey: media_key,
    MediaURL: url,
    Order: order,
    MediaCategory: category,
  }))
  return { ...served, Media }
}

/**
 * The same in the names and values of profile dd2, each medium with all that the Web API says of it. Needs the part
 * `standard`.
 *
 * @throws DeliveryFailure as servedRecord() does
 */
export function standardRecord({ standard, listing }: Job): JsonObject {
  if (!standard) throw notServed(listing.listing_key)
  // the portal has addresses and an order of its own, as each of its formats
  const Media = listing.media.map(({ media_key, url, order }) => ({
    ResourceName: 'Property',
    ResourceRecordKey: listing.listing_key,
    ...standard.media[media_key],
    MediaKey: media_key,
    MediaURL: url,
    Order: order,
  }))
  return { ...standard.record, Media }
}

const notServed = (key: string) =>
  new DeliveryFailure('render_failed', `${key} is not served by the Web API.`, { retry: true })

/** What anybody may see of a listing: no floor plan, no price that is told on request, no hidden address; with its page. */
export function publicFace(job: Job, { ...face } = servedRecord(job)): JsonObject {
  const { is_price_upon_request, hide_address_online } = job.listing.columns
  const plans = new Set(job.listing.media.filter(isFloorPlan).map(({ media_key }) => media_key))
  face.Media = (face.Media as { MediaKey: string }[]).filter(({ MediaKey }) => !plans.has(MediaKey))
  if (is_price_upon_request === true) { for (const name of priceFields) delete face[name] }
  if (hide_address_online === true) { for (const name of addressFields) delete face[name] }
  const page = pageUrl(job)
  return page === undefined ? face : { ...face, ListingURL: page }
}

const isFloorPlan = ({ category }: { category: string }) => category === 'floorplan'
