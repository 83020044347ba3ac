import { readLogin, shownAddress } from './login.ts'
import type { Settings } from './settings.ts'
import { mask, type Step } from './step.ts'

/**
 * Straight to the Management API, which the CLI would call with the same: from a file it reads neither an apostrophe nor
 * a quotation mark as it is, and arguments can be read by anybody on the machine.
 */
export function secretsStep({ projectRef, managementUrl, accessToken, functionSecrets }: Settings): Step {
  const url = `${managementUrl}/v1/projects/${projectRef}/secrets`
  return {
    title: 'Set the secrets of the functions',
    shown: [
      `POST ${url}`,
      ...Object.entries(functionSecrets).map(([name, value]) => `  ${name}=${shownSecret(name, value)}`),
    ],
    run: async () => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(Object.entries(functionSecrets).map(([name, value]) => ({ name, value }))),
        signal: AbortSignal.timeout(60_000),
      })
      await response.body?.cancel()
      if (response.ok) return
      const reason = response.status === 401 || response.status === 403
        ? 'SUPABASE_ACCESS_TOKEN is not of an account that may deploy this project'
        : response.status === 404
        ? 'there is no project of this SUPABASE_PROJECT_REF'
        : 'try again'
      throw new Error(`${url} answers ${response.status}: ${reason}.`)
    },
  }
}

/** No secret: what everybody may know, or a certificate. */
const open = [
  'MLS_PUBLIC_URL',
  'MLS_CONSOLE_URL',
  'MLS_LOG_LEVEL',
  'MLS_DASH_ADAPTER',
  'MLS_DB_POOL_MAX',
  'MLS_ROUTER_HUBS',
  'MLS_WEBHOOK_TIMEOUT_MS',
]

function shownSecret(name: string, value: string): string {
  if (open.includes(name) || value.startsWith('<')) return value
  if (name === 'MLS_DB_CA') return '(certificate)'
  return /_(DB|READ)_URL$/.test(name) ? shownAddress(readLogin(name, value)) : mask(value)
}
