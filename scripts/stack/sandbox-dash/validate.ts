const statusCodes = ['AC', 'AV', 'PS', 'CL', 'WD']

/** Faults of a listing record. A new one needs what the forms of Dash require and gold can hold. */
export function findFaults(record: unknown, isNew: boolean): string[] {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return ['The body is no JSON object.']
  }
  const listing = record as Record<string, unknown>
  const faults: string[] = []
  const { statusCode, listPrice } = listing
  if (isNew || statusCode !== undefined) {
    if (!statusCodes.includes(String(statusCode))) {
      faults.push(`statusCode must be one of ${statusCodes.join(', ')}.`)
    }
  }
  if (listPrice !== undefined && (typeof listPrice !== 'number' || listPrice < 0)) {
    faults.push('listPrice must be a number, 0 or more.')
  }
  const details = listing.propertyDetails as { location?: { city?: unknown } } | undefined
  if (isNew && !listing.externalReference) faults.push('externalReference is missing.')
  if (isNew && !details?.location?.city) faults.push('propertyDetails.location.city is missing.')
  if (hasNull(listing)) faults.push('A member is null: send what you know and leave out the rest.')
  return faults
}

function hasNull(value: unknown): boolean {
  if (value === null) return true
  return typeof value === 'object' && Object.values(value as object).some(hasNull)
}
