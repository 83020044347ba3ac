/** A delivery that is parked, or waits after a failure. */
export interface FailedDelivery {
  market: string
  portal: string
  listing_key: string
  listing_id: string
  status: string
  last_error_code: string
  last_error: string | null
  attempt_count: number
  last_attempt_at: string | null
  next_attempt_at: string | null
}
