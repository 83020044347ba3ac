import type { JsonObject } from './json.ts'

/** A medium as mls.delivery_listing() gives it: servable, with an absolute address. */
export interface JobMedia {
  media_key: string
  media_id: string | null
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
  media: JobMedia[]
  remarks: { language: string; type: string; text: string }[]
}

/** A leased delivery, as mls.claim_deliveries() answers it. */
export interface Job {
  syndication_id: string
  lease_token: string
  listing_id: string
  attempt: number
  action: 'upsert' | 'withdraw' | 'none'
  /** An earlier attempt ended without an answer: ask before sending. */
  in_doubt: boolean
  external_id: string | null
  external_url: string | null
  payload_hash: string | null
  media_hash: string | null
  object_id: number | null
  portal: { id: string; code: string; config: JsonObject; market: string }
  listing: JobListing
  served: JsonObject | null
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
}
