import type { JsonObject } from './json.ts'

/** A medium as mls.delivery_listing() gives it: servable, with an absolute address. */
export interface JobMedia {
  media_key: string
  media_id: string | null
  /** The system that it came from; null for what was added here. */
  origin_system: string | null
  /** Its id in that system, as that system writes it. */
  source_id: string | null
  category: 'image' | 'video' | 'floorplan' | 'audio' | 'tour'
  source_category: string | null
  url: string
  mime_type: string | null
  order: number
  is_primary: boolean
  title: string | null
  description: string | null
  width: number | null
  height: number | null
}

export interface JobListing {
  /** Filled columns of mls_listings. */
  columns: JsonObject
  listing_key: string
  /** Its id in the system that it came from, without the prefix of our keys; null for what was made here. */
  source_id: string | null
  media: JobMedia[]
  remarks: { language: string; type: string; text: string }[]
}

/** Whom a reader of the listing may call: the agent, and the office of the market. */
export interface JobContact {
  agent: { name: string | null; phone: string | null; email: string | null }
  office: { name: string | null; phone: string | null; email: string | null }
}

/**
 * Parts of a job beside the listing itself. Each costs a look-up per listing, so the claim adds only those that the
 * channel or the feed format asks for.
 */
export type JobPart = 'contact' | 'served' | 'standard'

/** A leased delivery, as mls.claim_deliveries() answers it. */
export interface Job {
  syndication_id: string
  lease_token: string
  /** The version that is delivered; an edit while it is under way is a later one. */
  version: number
  listing_id: string
  attempt: number
  action: 'upsert' | 'withdraw' | 'none'
  /** Somebody asked for it by hand since the last delivery. */
  requested: boolean
  /** When the listing, its media or its texts last changed for the portal (timestamptz as JSON). */
  changed_at: string
  /** An earlier attempt ended without an answer: ask before sending. */
  in_doubt: boolean
  external_id: string | null
  external_url: string | null
  payload_hash: string | null
  media_hash: string | null
  /** What the channel left for itself with its last delivery. */
  state: JsonObject | null
  object_id: number | null
  portal: { id: string; code: string; config: JsonObject; market: string }
  listing: JobListing
  /** Part `contact`. */
  contact: JobContact | null
  /** Part `served`: the record of the Web API, without its sensitive fields. */
  served: JsonObject | null
  /** Part `standard`: the record and its media in the names and values of profile dd2, the media by their keys. */
  standard: { record: JsonObject; media: Record<string, JsonObject> } | null
}

/** A call to a portal. */
export interface Call {
  operation: string
  /** HTTP status of the answer; null where none came. */
  status: number | null
  /** A dry run: recorded, and nothing left the hub. */
  recorded?: true
}

/** What a worker reports with mls.finish_delivery(). Members beside the outcome are facts, true whatever the outcome. */
export interface Result {
  outcome: 'sent' | 'unchanged' | 'withdrawn' | 'none' | 'retry' | 'refused'
  external_id?: string
  external_url?: string
  payload_hash?: string
  media_hash?: string
  in_doubt?: boolean
  error_code?: string
  error?: string
  retry_after_seconds?: number
  pushed_values?: JsonObject
  /** What was asked of the portal, in order: for the history (mls_delivery_history). */
  calls?: Call[]
  /** What the portal knows now, without personal data: for the history (told.ts). */
  told?: JsonObject
  /** HTTP status of the answer that a failure was made of. */
  status?: number
  /** Kept for the channel's next delivery; null forgets. */
  state?: JsonObject | null
}
