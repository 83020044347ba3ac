import { envInteger } from '../http/env.ts'
import { log } from '../http/log.ts'
import { toDeliveryFailure } from '../delivery/failure.ts'
import { sendForStatus } from '../delivery/send.ts'

/** Posts a message to people's side of the hub (a chat, a mail provider); whether it was taken. Never throws. */
export async function postJson(
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<boolean> {
  try {
    const { status } = await sendForStatus({
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
      timeoutMs: tellTimeoutMs(),
      maxBytes: 100_000,
    })
    if (status < 200 || status >= 300) log('error', 'alert_not_announced', { status })
    return status >= 200 && status < 300
  } catch (error) {
    const { code, message } = toDeliveryFailure(error)
    log('error', 'alert_not_announced', { code, message })
    return false
  }
}

/** How long a channel may take, in milliseconds. */
export const tellTimeoutMs = () => envInteger('MLS_ALERT_TIMEOUT_MS', 5_000, { min: 50, max: 20_000 })
