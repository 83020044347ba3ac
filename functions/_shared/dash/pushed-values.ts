import type { JsonObject } from '../outbound/json.ts'

/** Dash statuses as gold reads them back. */
const standardStatus: Record<string, string> = { AC: 'Active', PS: 'Pending', CL: 'Closed', WD: 'Withdrawn' }

/**
 * The tracked values of a payload under their gold names: what the next pull will bring back if nobody changed it
 * there. Ingest takes such a value for the echo that it is.
 */
export function pushedValues(payload: JsonObject): JsonObject {
  const values: JsonObject = {}
  if (payload.listPrice !== undefined) values.ListPrice = payload.listPrice
  const status = standardStatus[String(payload.statusCode)]
  if (status) values.StandardStatus = status
  const location = (payload.propertyDetails as JsonObject | undefined)?.location as JsonObject | undefined
  if (location?.latitude !== undefined) values.Latitude = location.latitude
  if (location?.longitude !== undefined) values.Longitude = location.longitude
  return values
}
