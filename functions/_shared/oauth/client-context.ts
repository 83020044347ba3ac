import { servicePool } from '../db/pool.ts'
import { envInteger } from '../http/env.ts'

/** What an API client may do and see, as the database resolves it (mls.api_client_context). */
export interface ClientContext {
  client_id: string
  scopes: string[]
  /** Office keys; `*` and aliases are resolved. Empty means no rows. */
  offices: string[]
  /** Older keys of these offices, each with the key that it has now. */
  aliases: Record<string, string>
  /** Sensitive resources (`Contacts`) and fields (`Property.*`, `Property.PrivateRemarks`) granted explicitly. */
  grants: string[]
  /** Resources of which it may create and change records of its offices: `Property`, `Media`. */
  edits: string[]
  profile: 'gold' | 'dd2'
  api_visibility: 'all' | 'published'
  /** What `$top` is in a plain query: rows in all, or the size of a page. */
  top_means: 'rows' | 'page'
  /** How exact ModificationTimestamp is for this client. */
  stamps: 'microseconds' | 'milliseconds'
  rate_limit_per_minute: number
  /** Signed by the database; opaque here. Goes into the setting `mls.claims` of the reading transaction. */
  claims: string
}

/** A revoked client must be shut out within a minute; half of it leaves room for requests under way. */
const maxCacheSeconds = 30
/** "No such client" is forgotten sooner, so that a client just created or enabled need not wait. */
const maxNegativeSeconds = 5
const maxEntries = 1_000

interface Entry {
  expires: number
  context: Promise<ClientContext | null>
}

const cache = new Map<string, Entry>()

/**
 * The context of a client, or null when it is unknown, disabled or expired. Cached per isolate for at most 30 s
 * (MLS_CLIENT_CACHE_SECONDS, 0 to 30); requests that arrive together share one query; failures are not kept.
 *
 * @throws the driver's error when the database cannot answer
 */
export function clientContext(clientId: string): Promise<ClientContext | null> {
  const now = performance.now()
  const known = cache.get(clientId)
  if (known && known.expires > now) return known.context

  const seconds = envInteger('MLS_CLIENT_CACHE_SECONDS', maxCacheSeconds, { min: 0, max: maxCacheSeconds })
  const entry: Entry = { expires: now + seconds * 1000, context: readClientContext(clientId) }
  remember(clientId, entry)
  entry.context.then(
    (context) => {
      if (!context) entry.expires = Math.min(entry.expires, now + maxNegativeSeconds * 1000)
    },
    () => {
      if (cache.get(clientId) === entry) cache.delete(clientId)
    },
  )
  return entry.context
}

/** Empties the cache, for tests. */
export function forgetClients(): void {
  cache.clear()
}

/** The same as it is now, from the database. */
export async function readClientContext(clientId: string): Promise<ClientContext | null> {
  const { rows } = await servicePool().query<{ context: ClientContext | null }>(
    'select mls.api_client_context($1) as context',
    [clientId],
  )
  return rows[0]?.context ?? null
}

/** A Map keeps insertion order: the first entry is the oldest. */
function remember(clientId: string, entry: Entry): void {
  cache.delete(clientId)
  if (cache.size >= maxEntries) cache.delete(cache.keys().next().value!)
  cache.set(clientId, entry)
}
