/** Why a picture could not be copied; what each means and how often it is tried again, mls.media_faults says. */
export type MediaFaultCode =
  | 'timeout'
  | 'connection'
  | 'server_error'
  | 'rate_limited'
  | 'unauthorized'
  | 'not_found'
  | 'address_expired'
  | 'only_inside'
  | 'redirect_refused'
  | 'address_refused'
  | 'not_a_picture'
  | 'unsupported_format'
  | 'too_large'
  | 'too_many_pixels'
  | 'unreadable'
  | 'truncated'
  | 'file_missing'
  | 'storage_unavailable'
  | 'internal'

export class MediaFault extends Error {
  override name = 'MediaFault'
  constructor(readonly code: MediaFaultCode, message: string, readonly retryAfterSeconds?: number) {
    super(message)
  }
}
