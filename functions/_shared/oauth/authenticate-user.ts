import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { bearerToken, refusedToken } from './bearer.ts'
import { refuseWrites } from './refuse-writes.ts'
import { tokenIssuer } from './tokens.ts'

/** What the database makes of a user's token: `my_access()`. */
export interface UserAccess {
  user_id: string
  tenant_id: string | null
  tenant_code: string | null
  scope: 'self' | 'team' | 'global' | 'org_admin' | 'system_admin'
  /** Letters of c, r, u, d; empty where the claim holds anything else. */
  crud: string
  team_ids: string[]
  sees_whole_tenant: boolean
  is_admin: boolean
  /** An operator looks as the user: nothing may be changed with it. */
  read_only?: boolean
}

/** For so long an answer is believed. A token that is withdrawn is refused by the Data API just as late. */
const rememberedMs = 30_000
const rememberedAtMost = 1_000
const timeoutMs = 10_000
const remembered = new Map<string, { until: number; access: Promise<UserAccess> }>()

/** Whether a bearer token is one of a user: whatever the oauth door did not issue. Nothing is verified here. */
export function isUserToken(token: string): boolean {
  try {
    return decodeJwt(token).iss !== tokenIssuer()
  } catch {
    return false
  }
}

/**
 * Who signs in is known to the platform: it alone knows all issuers and keys of a project (Supabase Auth, third parties,
 * older secrets). So the Data API is asked, as the user, what the token is worth; a token counts here exactly as there.
 *
 * @throws HubError `unauthorized` or `invalid_token` (401); `forbidden` (403) where a token that only looks would write;
 *   `not_configured` (503) where the function does not know the Data API; `database_unavailable` (503) when it does not answer
 */
export async function authenticateUser(request: Request): Promise<UserAccess> {
  const access = await accessOf(bearerToken(request))
  if (access.read_only) refuseWrites(request)
  return access
}

function accessOf(token: string): Promise<UserAccess> {
  const now = Date.now()
  const key = createHash('sha256').update(token).digest('base64')
  const known = remembered.get(key)
  if (known && known.until > now) return known.access
  const entry = { until: Math.min(now + rememberedMs, endOf(token)), access: askDataApi(token) }
  remembered.delete(key)
  if (remembered.size >= rememberedAtMost) remembered.delete(remembered.keys().next().value!)
  remembered.set(key, entry)
  entry.access.catch(() => remembered.get(key) === entry && remembered.delete(key))
  return entry.access
}

/** When a token ends, in milliseconds; one without an end is the Data API's to judge. */
function endOf(token: string): number {
  const { exp } = decodeJwt(token)
  return exp === undefined ? Infinity : exp * 1000
}

async function askDataApi(token: string): Promise<UserAccess> {
  const url = env('SUPABASE_URL')
  const apikey = publishableKey()
  if (!url || !apikey) {
    throw new HubError(
      'not_configured',
      'Users are known by the Data API: set SUPABASE_URL and SUPABASE_PUBLISHABLE_KEYS.',
    )
  }
  const response = await fetch(`${url}/rest/v1/rpc/my_access`, {
    method: 'POST',
    headers: { apikey, Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause) => {
    throw new HubError('database_unavailable', 'The Data API did not say who you are. Try again.', { cause })
  })
  const text = await response.text()
  if (response.status === 401 || response.status === 403) {
    throw refusedToken('The access token of the user is not valid, or has expired: sign in again.', text)
  }
  if (!response.ok) {
    const cause = `my_access answered ${response.status}: ${text.slice(0, 300)}`
    throw new HubError('database_unavailable', 'The Data API did not say who you are. Try again.', { cause })
  }
  const access = JSON.parse(text) as UserAccess & { problems?: string[] }
  if (!access.user_id) {
    throw refusedToken(`The token is nobody's: ${access.problems?.join('; ') ?? 'it has no user'}.`)
  }
  // as mls.can() reads it: a claim that holds anything else gives nothing
  const crud = /^[crud]*$/.test(access.crud) ? access.crud : ''
  return { ...access, crud, ...decodeJwt(token).read_only === true && { read_only: true } }
}

function publishableKey(): string | undefined {
  try {
    const keys = JSON.parse(env('SUPABASE_PUBLISHABLE_KEYS') ?? '{}') as Record<string, string>
    return keys.default ?? Object.values(keys)[0]
  } catch {
    return undefined
  }
}
