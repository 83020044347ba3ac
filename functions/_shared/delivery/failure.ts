/** Why something could not be delivered. Closed: brokers and alerts see these codes. */
export type FailureCode =
  | 'timeout'
  | 'connection'
  | 'rate_limited'
  | 'server_error'
  | 'unauthorized'
  | 'refused'
  | 'invalid_answer'
  | 'answer_too_large'
  | 'address_refused'
  | 'not_configured'
  | 'render_failed'

export interface FailureOptions {
  /** Whether trying again later may help. */
  retry: boolean
  /** Whether the other side may have done what was asked, although no answer says so. */
  inDoubt?: boolean
  retryAfterSeconds?: number
  status?: number
  cause?: unknown
}

/** A delivery that failed, with what the queue needs to know about it. */
export class DeliveryFailure extends Error {
  readonly code: FailureCode
  readonly retry: boolean
  readonly inDoubt: boolean
  readonly retryAfterSeconds?: number
  readonly status?: number

  constructor(code: FailureCode, message: string, options: FailureOptions) {
    super(message, { cause: options.cause })
    this.name = 'DeliveryFailure'
    this.code = code
    this.retry = options.retry
    this.inDoubt = options.inDoubt ?? false
    this.retryAfterSeconds = options.retryAfterSeconds
    this.status = options.status
  }
}

/** Anything thrown, as a failure. What we did not foresee is tried again: a fault of ours must not lose a delivery. */
export function toDeliveryFailure(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error
  const message = error instanceof Error ? error.message : String(error)
  return new DeliveryFailure('render_failed', message, { retry: true, cause: error })
}
