import { DeliveryFailure } from './failure.ts'
import type { Job } from './job.ts'
import type { JsonObject } from './json.ts'
import { pageUrl } from './page-url.ts'

/** Fields that tell a price which is only told on request. */
const priceFields = [
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
  if (!served) {
    throw new DeliveryFailure('render_failed', `${listing.listing_key} is not served by the Web API.`, {
      retry: true,
    })
  }
  const Media = listing.media.map(({ media_key, url, order, category }) => ({
    MediaKey: media_key,
    MediaURL: url,
    Order: order,
    MediaCategory: category,
  }))
  return { ...served, Media }
}

/** What anybody may see of a listing: no price that is told on request, no address that is hidden; with its page. */
export function publicFace(job: Job): JsonObject {
  const { is_price_upon_request, hide_address_online } = job.listing.columns
  const face = servedRecord(job)
  if (is_price_upon_request === true) { for (const name of priceFields) delete face[name] }
  if (hide_address_online === true) { for (const name of addressFields) delete face[name] }
  const page = pageUrl(job)
  return page === undefined ? face : { ...face, ListingURL: page }
}
