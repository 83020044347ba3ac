import type { Pool } from 'pg'
import type { JsonObject } from '../json.ts'
import { feedFormat } from './formats.ts'
import type { Snapshot } from './stream-feed.ts'

/** The portal whose configuration names the file. */
export interface Feed {
  portal: string
  format: string | null
  is_public: boolean
  is_active: boolean
  /** Offices of the market: who may see one of them may fetch the feed. */
  offices: string[]
  /** The newest build; null before the first. */
  snapshot: Snapshot | null
}

/** The feed of a file name, such as `homesoverseas.xml`; undefined where no portal (of the market) has it. */
export async function findFeed(pool: Pool, file: string, tenantId?: string): Promise<Feed | undefined> {
  const { rows } = await pool.query<Feed>(
    `select p.id as portal, p.config ->> 'format' as format, coalesce((p.config ->> 'public')::boolean, false) as is_public, p.is_active,
       array(select o.office_key from public.mls_offices o where o.tenant_id = p.tenant_id and o.is_market) as offices,
       (select to_jsonb(s) from (
         select f.id::text, f.hash, f.format, f.built_at from public.mls_feed_snapshots f where f.portal_id = p.id order by f.id desc limit 1) s) as snapshot
     from public.mls_portal_definitions p
     where p.channel_type = 'FEED' and p.config ->> 'file' = $1 and ($2::uuid is null or p.tenant_id = $2)`,
    [file, tenantId ?? null],
  )
  return rows[0]
}

/** Dry run of a feed: coverage, what is cut, and what would appear or vanish with the next build. */
export async function feedReport(pool: Pool, { portal, format }: Feed): Promise<JsonObject> {
  const { rows } = await pool.query<{ report: JsonObject }>('select mls.feed_report($1, $2) as report', [
    portal,
    feedFormat(format)?.maxObjects ?? null,
  ])
  return rows[0]!.report
}
