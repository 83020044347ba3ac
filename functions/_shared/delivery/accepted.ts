import { DeliveryFailure } from './failure.ts'
import { retryAfterSeconds } from './retry-after.ts'
import type { OutboundAnswer } from './send.ts'

/** What every listing would be told: moved, unpaid, gone, another protocol or media type. Redirects are not followed either. */
const ofAddress = [402, 404, 405, 407, 410, 411, 415, 421, 426]

/**
 * Lets an answer of 2xx pass. What a status says about trying again, and about what the other side may have done, is
 * decided here for all channels. An address that takes nothing is a fault of the configuration, not of the listing.
 *
 * @param who names the other side in messages: brokers and operators read them
 * @throws DeliveryFailure `rate_limited`, `unauthorized`, `server_error`, `not_configured` (to be tried again) or `refused`
 */
export function accepted(answer: OutboundAnswer, who: string): OutboundAnswer {
  const { status } = answer
  if (status >= 200 && status < 300) return answer
  const excerpt = answer.text.slice(0, 200)
  if (status === 429) {
    const options = { retry: true, status, retryAfterSeconds: retryAfterSeconds(answer.headers) }
    throw new DeliveryFailure('rate_limited', `${who} asks to slow down (429).`, options)
  }
  if (status === 401 || status === 403) {
    throw new DeliveryFailure('unauthorized', `${who} refuses our credentials (${status}): ${excerpt}`, {
      retry: true,
      status,
    })
  }
  if (status >= 500 || status === 408 || status === 425) {
    throw new DeliveryFailure('server_error', `${who} failed (${status}): ${excerpt}`, {
      retry: true,
      inDoubt: true,
      status,
      retryAfterSeconds: retryAfterSeconds(answer.headers),
    })
  }
  if (status < 400 || ofAddress.includes(status)) {
    const message = `${who} takes nothing at this address (${status}); check its settings: ${excerpt}`
    throw new DeliveryFailure('not_configured', message, { retry: true, status })
  }
  throw new DeliveryFailure('refused', `${who} refuses the listing (${status}): ${excerpt}`, {
    retry: false,
    status,
  })
}
