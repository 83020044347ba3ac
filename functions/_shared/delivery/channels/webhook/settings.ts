import { env } from '../../../http/env.ts'
import { DeliveryFailure } from '../../failure.ts'
import type { Job } from '../../job.ts'

export interface WebhookSettings {
  url: string
  secret: string
}

/**
 * Where an application listens (`url` in the portal's configuration) and the secret that signs for it, from the
 * environment: MLS_APP_SECRET_{PORTAL}_{MARKET}, else MLS_APP_SECRET_{PORTAL}, else MLS_APP_SECRET.
 *
 * @throws DeliveryFailure `not_configured`, to be tried again: the configuration mends it, or the environment
 */
export function webhookSettings({ portal }: Job): WebhookSettings {
  const { url } = portal.config
  if (typeof url !== 'string') {
    throw new DeliveryFailure(
      'not_configured',
      `The portal ${portal.market}/${portal.code} has no address: set "url" in its config.`,
      { retry: true },
    )
  }
  const names = [
    `MLS_APP_SECRET_${portal.code}_${portal.market}`,
    `MLS_APP_SECRET_${portal.code}`,
    'MLS_APP_SECRET',
  ]
  const secret = names.map((name) => env(name)).find((value) => value)
  if (!secret || !isSecret(secret)) {
    throw new DeliveryFailure(
      'not_configured',
      `The portal ${portal.market}/${portal.code} has no signing secret: set ${
        names.join(' or ')
      } to "whsec_" and base64.`,
      { retry: true },
    )
  }
  return { url, secret }
}

/** As Standard Webhooks writes them: 24 to 64 bytes in base64 behind `whsec_`. */
function isSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
  if (!encoded || encoded.length % 4 !== 0) return false
  const bytes = encoded.replace(/=+$/, '').length * 3 / 4
  return bytes >= 24 && bytes <= 64
}
