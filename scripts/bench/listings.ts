import type pg from 'pg'

/** Publishes so many Cyprus listings with ten photos each and texts of life's length, through the database's own rules. */
export async function publishMany(client: pg.ClientBase, amount: number, prefix: string): Promise<void> {
  const text = 'A home with a view of the sea, built of stone and oak, ten minutes from the harbour. '.repeat(
    20,
  )
  await client.query(
    `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status, city,
       property_type, property_class, property_subtype, list_price, currency_code, bedrooms, living_area, name, public_remarks)
     select t.id, 'SHARPSIR-CY-001', 'QOBRIX', $2 || n, $2 || n, 'MARKETING_REVIEW', 'Paphos',
       'Residential', 'RESI', 'penthouse', 100000 + n, 'EUR', 3, 120, 'Home ' || n, $3
     from public.mls_tenants t, generate_series(1, $1::int) n where t.code = 'CY'`,
    [amount, prefix, text],
  )
  await client.query(
    `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_media_key, media_url, display_order)
     select l.tenant_id, l.id, l.origin_key, l.originating_office_key, 'M_' || l.origin_key || '_' || n, 'M_' || l.origin_key || '_' || n,
       'https://photos.example/' || l.origin_key || '/' || n || '.jpg', n
     from public.mls_listings l, generate_series(1, 10) n where l.origin_key like $1 || '%'`,
    [prefix],
  )
  await client.query(`update public.mls_listings set status = 'PUBLISHED' where origin_key like $1 || '%'`, [
    prefix,
  ])
}
