import type { Pool } from 'pg'
import type { JsonObject } from './json.ts'

/**
 * Whether a listing (id or ListingKey) is shown on a portal, and every reason why not; undefined where there is no such
 * listing, or its market has no such portal. With `tenantId` only listings of that market exist.
 */
export async function explainDelivery(
  pool: Pool,
  { listing, portal, tenantId }: { listing: string; portal: string; tenantId?: string },
): Promise<JsonObject | undefined> {
  const { rows } = await pool.query<{ explanation: JsonObject | null }>(
    `select public.explain_syndication(l.id, $2) as explanation
     from public.mls_listings l where (l.id = mls.try_uuid($1) or l.origin_key = $1) and ($3::uuid is null or l.tenant_id = $3)`,
    [listing, portal, tenantId ?? null],
  )
  return rows[0]?.explanation ?? undefined
}
