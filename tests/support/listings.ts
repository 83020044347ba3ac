import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { folders } from '../../scripts/stack/layout.ts'

/** Markets, offices and portals of the demo, without a listing. */
export async function seedMarkets(pool: pg.Pool): Promise<void> {
  for (const file of ['01_markets.sql', '03_portals.sql']) {
    await pool.query(readFileSync(join(folders.seed, file), 'utf8'))
  }
}

/** Adds so many published Cyprus listings with a photo each, in one statement; answers their ids. */
export async function publishListings(pool: pg.Pool, amount: number, prefix = 'QOBRIX_T'): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `with added as (
       insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status,
         city, property_type, property_class, property_subtype, list_price, currency_code, bedrooms, living_area, name, public_remarks)
       select t.id, 'SHARPSIR-CY-001', 'QOBRIX', $2 || n, $2 || n, 'MARKETING_REVIEW',
         'Paphos', 'Residential', 'RESI', 'penthouse', 100000 + n, 'EUR', 3, 120.5, 'Home ' || n, 'A home by the sea, number ' || n
       from public.mls_tenants t, generate_series(1, $1::int) n where t.code = 'CY'
       returning id, tenant_id, origin_key
     ), photos as (
       insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_media_key, media_url)
       select tenant_id, id, origin_key, 'SHARPSIR-CY-001', 'M_' || origin_key, 'M_' || origin_key, 'https://photos.example/' || origin_key || '.jpg'
       from added
     )
     select id from added order by length(origin_key), origin_key`,
    [amount, prefix],
  )
  const ids = rows.map(({ id }) => id)
  await pool.query(`update public.mls_listings set status = 'PUBLISHED' where id = any ($1)`, [ids])
  return ids
}
