import type { Json, JsonObject } from '../../json.ts'

/** Kind of listing at Dash; part of every path. */
export type Family = 'residentialsales' | 'residentialrentals' | 'commercialsales' | 'commercialleases'

/** A listing as Dash holds it: the id it gave, and its record. */
export interface DashListing {
  id: string
  url?: string
  record: JsonObject
}

export interface CreateOptions {
  /** Our ListingKey, by which a listing can be found whose id we never learned. */
  reference: string
  /** One per listing and portal: whatever the payload, a listing is created there once. */
  idempotencyKey: string
}

/**
 * How the hub writes to Dash. No source documents Dash's write API, so everything it would decide (paths, methods,
 * members, codes) stays behind this interface and is configuration there.
 * Every method throws DeliveryFailure.
 */
export interface DashAdapter {
  create(family: Family, payload: JsonObject, options: CreateOptions): Promise<DashListing>
  update(family: Family, id: string, payload: JsonObject): Promise<void>
  withdraw(family: Family, id: string): Promise<void>
  /** Replaces the media; answers them as Dash holds them now, where it says so. */
  syncMedia(family: Family, id: string, media: Json[]): Promise<Json[] | undefined>
  /** By id where it is known, else by our reference. */
  find(family: Family, known: { id: string | null; reference: string }): Promise<DashListing | null>
}
