import type { Pool } from 'pg'
import type { JsonObject } from './json.ts'

/**
 * Whether a listing (id, ListingKey or reference) is shown on a portal, and every reason why not; undefined where there is
 * no such listing, or its market has no such portal. A key goes before a reference, which another market may have too:
 * then the listing counts whose market has the portal. With `tenantId` only listings of that market exist.
 */
export async function explainDelivery(
  pool: Pool,
  { listing, portal, tenantId }: { listing: string; portal: string; tenantId?: string },
): Promise<JsonObject | undefined> {
  const { rows } = await pool.query<{ explanation: JsonObject | null }>(
    `select public.explain_syndication(f.id, $2) as explanation
     from (
       select l.id, l.tenant_id, 1 as rank, false as ref_collision, l.seq from public.mls_listings l
       where l.id = coalesce(mls.try_uuid($1), mls.try_uuid(substring($1 from '^MANUAL_(.*)$')))
       union all
       select l.id, l.tenant_id, 2, false, l.seq from public.mls_listings l where l.origin_key = $1
       union all
       select l.id, l.tenant_id, 3, l.ref_collision, l.seq from public.mls_listings l where l.ref = $1
     ) f
     where ($3::uuid is null or f.tenant_id = $3)
       and exists (select from public.mls_portal_definitions p where p.tenant_id = f.tenant_id and p.code = $2)
     order by f.rank, f.ref_collision, f.seq limit 1`,
    [listing, portal, tenantId ?? null],
  )
  return rows[0]?.explanation ?? undefined
}
