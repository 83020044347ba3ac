import type { Job } from '../../job.ts'
import type { JsonObject } from '../../json.ts'

/** Dash statuses as gold reads them back. */
const standardStatus: Record<string, string> = { AC: 'Active', PS: 'Pending', CL: 'Closed', WD: 'Withdrawn' }

/**
 * The tracked values of a payload under their gold names: what the next pull will bring back if nobody changed it
 * there. Ingest takes such a value for the echo that it is.
 */
export function pushedValues(payload: JsonObject, { listing, portal }: Job): JsonObject {
  const values: JsonObject = {}
  if (payload.listPrice !== undefined) values.ListPrice = payload.listPrice
  const status = standardStatus[String(payload.statusCode)]
  if (payload.currencyCode !== undefined) values.ListPriceCurrencyCode = payload.currencyCode
  // rent goes out only where the portal's configuration names its members (payload.ts)
  const { lease_amount, lease_amount_frequency } = listing.columns
  if (portal.config.rent_member && lease_amount !== undefined) values.LeaseAmount = lease_amount
  if (portal.config.rent_frequency_member && lease_amount_frequency !== undefined) {
    values.LeaseAmountFrequency = lease_amount_frequency
  }
  if (status) values.StandardStatus = status
  const location = (payload.propertyDetails as JsonObject | undefined)?.location as JsonObject | undefined
  if (location?.latitude !== undefined) values.Latitude = location.latitude
  if (location?.longitude !== undefined) values.Longitude = location.longitude
  return values
}
