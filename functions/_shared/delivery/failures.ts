import type { Pool } from 'pg'
import type { FailedDelivery } from './failed-delivery.ts'

export interface FailurePage {
  failures: FailedDelivery[]
  /** `before` of the page behind. */
  next?: string
}

/** Deliveries that failed, the newest first, of all portals or of those of one market. */
export async function failedDeliveries(
  pool: Pool,
  { before, limit = 200 }: { before?: string; limit?: number },
  tenantId?: string,
): Promise<FailurePage> {
  const [time, id] = before?.split('/') ?? []
  const { rows } = await pool.query<FailedDelivery & { key: string }>(
    `select to_char(f.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '/' || s.id as key,
       t.code as market, p.code as portal, coalesce(l.origin_key, 'MANUAL_' || l.id) as listing_key, s.listing_id,
       s.status, s.last_error_code, s.last_error, s.attempt_count, s.last_attempt_at, s.next_attempt_at
     from public.mls_listing_syndications s
     cross join lateral (select coalesce(s.last_attempt_at, s.desired_at)) f (at)
     join public.mls_listings l on l.id = s.listing_id
     join public.mls_portal_definitions p on p.id = s.portal_id
     join public.mls_tenants t on t.id = s.tenant_id
     where s.last_error_code is not null and ($1::uuid is null or s.tenant_id = $1)
       and ($2::timestamptz is null or (f.at, s.id) < ($2, $3::uuid))
     order by f.at desc, s.id desc limit $4`,
    [tenantId ?? null, time ?? null, id ?? null, limit],
  )
  const next = rows.length === limit ? { next: rows.at(-1)!.key } : {}
  return { failures: rows.map(({ key: _, ...failure }) => failure), ...next }
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
