import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'

/** `GET /egress/failures`: the newest 200 deliveries that are parked or waiting after a failure, with their reasons. */
export async function listFailures(c: Context): Promise<Response> {
  const { rows } = await servicePool().query(
    `select t.code as market, p.code as portal, coalesce(l.origin_key, 'MANUAL_' || l.id) as listing_key, s.listing_id,
       s.status, s.last_error_code, s.last_error, s.attempt_count, s.last_attempt_at, s.next_attempt_at
     from public.mls_listing_syndications s
     join public.mls_listings l on l.id = s.listing_id
     join public.mls_portal_definitions p on p.id = s.portal_id
     join public.mls_tenants t on t.id = s.tenant_id
     where s.last_error_code is not null
     order by s.last_attempt_at desc nulls last limit 200`,
  )
  return c.json({ failures: rows })
}
