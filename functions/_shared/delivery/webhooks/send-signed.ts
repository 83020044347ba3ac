import { envInteger } from '../../http/env.ts'
import { pinAddress } from '../address-guard.ts'
import { type OutboundAnswer, sendForStatus } from '../send.ts'
import { signature } from './signature.ts'

export interface SignedMessage {
  /** Stays the same through all attempts, so that receivers can drop repetitions. */
  id: string
  body: string
  url: string
  /** Each signs: the current secret, and the one before while it is still accepted. */
  secrets: readonly string[]
}

/**
 * Posts a message as Standard Webhooks says, to public addresses only. The status is the answer, whatever body
 * follows it; what it means is the caller's business.
 *
 * @throws DeliveryFailure as pinAddress() and sendForStatus() do
 */
export async function sendSigned({ id, body, url, secrets }: SignedMessage): Promise<OutboundAnswer> {
  const addresses = await pinAddress(url)
  const timestamp = Math.floor(Date.now() / 1000)
  return await sendForStatus({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'mls-hub',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': await signature(secrets, { id, timestamp, body }),
    },
    body,
    timeoutMs: envInteger('MLS_WEBHOOK_TIMEOUT_MS', 10_000, { min: 50, max: 20_000 }),
    maxBytes: 64_000,
    addresses,
  })
}
