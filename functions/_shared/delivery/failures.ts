import type { Pool } from 'pg'
import type { FailedDelivery } from './failed-delivery.ts'

/** The newest 200 deliveries that failed, of all portals or of those of one market. */
export async function failedDeliveries(pool: Pool, tenantId?: string): Promise<FailedDelivery[]> {
  const { rows } = await pool.query<FailedDelivery>(
    `select t.code as market, p.code as portal, coalesce(l.origin_key, 'MANUAL_' || l.id) as listing_key, s.listing_id,
       s.status, s.last_error_code, s.last_error, s.attempt_count, s.last_attempt_at, s.next_attempt_at
     from public.mls_listing_syndications s
     join public.mls_listings l on l.id = s.listing_id
     join public.mls_portal_definitions p on p.id = s.portal_id
     join public.mls_tenants t on t.id = s.tenant_id
     where s.last_error_code is not null and ($1::uuid is null or s.tenant_id = $1)
     order by s.last_attempt_at desc nulls last limit 200`,
    [tenantId ?? null],
  )
  return rows
}

/** Makes what failed due again, parked or waiting; answers how many. With `tenantId` only that of one market. */
export async function redeliverFailures(
  pool: Pool,
  { portal, code, tenantId }: { portal?: string; code?: string; tenantId?: string },
): Promise<number> {
  const { rows } = await pool.query<{ redelivered: number }>(
    'select mls.redeliver_failures($1, $2, $3) as redelivered',
    [portal ?? null, code ?? null, tenantId ?? null],
  )
  return rows[0]!.redelivered
}
