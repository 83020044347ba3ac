import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'

export interface Session {
  token: string
  /** When the token ends, ISO 8601. */
  expires_at: string
  refresh_token: string
  user: { id: string; email: string }
}

/**
 * Signs a person in at Supabase Auth, which counts wrong passwords.
 *
 * @throws HubError `unauthorized` (401) for a wrong e-mail or password, `rate_limited` (429), `not_configured` (503)
 */
export async function signIn(email: string, password: string): Promise<Session> {
  const url = env('SUPABASE_URL')
  const apikey = publishableKey()
  if (!url || !apikey) {
    throw new HubError('not_configured', 'Set SUPABASE_URL and SUPABASE_PUBLISHABLE_KEYS.')
  }
  const response = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey, 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
    signal: AbortSignal.timeout(10_000),
  }).catch((cause) => {
    throw new HubError('database_unavailable', 'Supabase Auth did not answer. Try again.', { cause })
  })
  const answer = await response.json().catch(() => ({}))
  if (response.status === 429) throw new HubError('rate_limited', 'Too many attempts: wait a minute.')
  if (response.status >= 400 && response.status < 500) {
    throw new HubError('unauthorized', 'E-mail or password is wrong.', { cause: answer.msg })
  }
  if (!response.ok) throw new HubError('database_unavailable', 'Supabase Auth failed. Try again.')
  const seconds = answer.expires_at ?? Math.floor(Date.now() / 1000) + (answer.expires_in ?? 3600)
  return {
    token: answer.access_token,
    expires_at: new Date(seconds * 1000).toISOString(),
    refresh_token: answer.refresh_token,
    user: { id: answer.user?.id, email: answer.user?.email },
  }
}

function publishableKey(): string | undefined {
  try {
    const keys = JSON.parse(env('SUPABASE_PUBLISHABLE_KEYS') ?? '{}') as Record<string, string>
    return keys.default ?? Object.values(keys)[0]
  } catch {
    return undefined
  }
}
