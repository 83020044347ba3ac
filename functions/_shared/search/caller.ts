import { callerAddress } from '../http/caller-address.ts'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { servicePool } from '../db/pool.ts'
import { identifyCaller, requireScopeOf } from '../oauth/authenticate-client.ts'
import { authenticateUser, isUserToken, type UserAccess } from '../oauth/authenticate-user.ts'
import { bearerToken } from '../oauth/bearer.ts'
import type { ClientContext } from '../oauth/client-context.ts'

/** Who searches. `client` says what is read, and under which name it counts. */
export type SearchCaller =
  | { kind: 'client'; client: ClientContext }
  | { kind: 'user'; client: ClientContext; access: UserAccess }
  | { kind: 'website'; client: ClientContext }

/** For so long the offices of a user's market are believed. */
const rememberedMs = 30_000
const contexts = new Map<string, { until: number; context: Promise<ClientContext> }>()

/**
 * An access token of an API client with scope odata, a user's token, or the publishable key alone: in `apikey`, or as
 * supabase-js sends it, in both.
 *
 * @throws HubError `unauthorized`, `invalid_token` (401), `insufficient_scope` (403)
 */
export async function identifySearcher(request: Request): Promise<SearchCaller> {
  if (bearsOnlyKey(request)) return { kind: 'website', client: visitorOf(request) }
  const token = bearerToken(request)
  if (!isUserToken(token)) {
    const caller = await identifyCaller(request)
    requireScopeOf(caller, 'odata')
    return { kind: 'client', client: caller.client }
  }
  const access = await authenticateUser(request)
  if (!access.crud.includes('r')) {
    throw new HubError('insufficient_scope', 'This needs the right "r" in the claim crud of your token.')
  }
  return { kind: 'user', access, client: await readingContext(access) }
}

function bearsOnlyKey({ headers }: Request): boolean {
  const keys = publishableKeys()
  const bearer = /^bearer +(\S+)$/i.exec(headers.get('Authorization') ?? '')?.[1]
  if (bearer !== undefined) return keys.includes(bearer)
  return !headers.has('Authorization') && keys.includes(headers.get('apikey') ?? '')
}

function publishableKeys(): string[] {
  try {
    return Object.values(JSON.parse(env('SUPABASE_PUBLISHABLE_KEYS') ?? '{}') as Record<string, string>)
  } catch {
    return []
  }
}

/** Visitors share a key, so each address has a quota of its own. */
function visitorOf(request: Request): ClientContext {
  return {
    client_id: `website ${callerAddress(request) || 'unknown'}`,
    scopes: [],
    offices: [],
    aliases: {},
    grants: [],
    edits: [],
    profile: 'gold',
    top_means: 'rows',
    stamps: 'microseconds',
    api_visibility: 'published',
    rate_limit_per_minute: 300,
    claims: '',
  }
}

function readingContext({ user_id, tenant_id }: UserAccess): Promise<ClientContext> {
  const key = `${user_id} ${tenant_id}`
  const known = contexts.get(key)
  if (known && known.until > Date.now()) return known.context
  const context = servicePool().query<{ context: ClientContext }>(
    'select mls.user_reading_context($1, $2) as context',
    [user_id, tenant_id],
  ).then(({ rows }) => rows[0]!.context)
  if (contexts.size >= 1_000) contexts.clear()
  contexts.set(key, { until: Date.now() + rememberedMs, context })
  context.catch(() => contexts.delete(key))
  return context
}
