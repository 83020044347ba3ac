import type pg from 'pg'

const offices: Record<string, string> = {
  CY: 'SHARPSIR-CY-001',
  HU: 'SHARPSIR-HU-001',
  KZ: 'SHARPSIR-KZ-001',
}
const longText = 'A home with a view of the sea, built of stone and oak, ten minutes from the harbour. '
  .repeat(6)
/** Photos of each listing. */
export const photos = 5
export const towns = 40

/** Stamp of the first change: two years of minutes, for a million listings, end before today. */
const epoch = `${Date.UTC(2024, 0, 1)}000::bigint`

/** The key of the n-th listing, counted from 1; those divisible by 100 belong to the two small offices. */
export const listingKey = (n: number) => `QOBRIX_BENCH_${n}`

/**
 * Fills what is served up to so many listings with photos: 99 % of one office, half a percent of each other, in 40
 * towns, a minute between changes. The hub itself renders one listing per town, with a text of 500 characters (3 kB as
 * gold delivers it, 6 kB with the names of all 199 fields); the others are copies with a key, a price, a place and a
 * time of their own, in columns and document alike. For maps they are spread around their towns, in columns alone, and have
 * no photos. A short text and fewer photos are for those who ask for plans only: they are most of the work.
 */
export async function fillServed(
  client: pg.Client,
  rows: number,
  { forMaps = false, text = longText, photosEach = photos } = {},
): Promise<void> {
  await client.query(`set maintenance_work_mem = '256MB'`)
  const { rows: [{ filled }] } = await client.query(
    'select count(*)::int as filled from public.served_property',
  )
  if (filled === 0) await renderTemplates(client, text, photosEach)
  await withoutIndexes(
    client,
    'public.served_property',
    () => copyListings(client, filled + 1, rows, forMaps),
  )
  if (!forMaps) {
    await withoutIndexes(
      client,
      'public.served_media',
      () => copyPhotos(client, filled + 1, rows, photosEach),
    )
  }
  await client.query('vacuum (analyze) public.served_property, public.served_media')
}

/** Renders listings through the database's own rules, keeps them aside and empties what is served. */
async function renderTemplates(client: pg.Client, text: string, photosEach: number): Promise<void> {
  for (const [tenant, office] of Object.entries(offices)) {
    await client.query(
      `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status,
         city, country, property_type, property_class, list_price, currency_code, bedrooms, bathrooms, living_area,
         street, latitude, longitude, list_agent_key, public_remarks)
       select t.id, $2, 'QOBRIX', '@' || t.code || n || '@', '@' || t.code || n || '@', 'MARKETING_REVIEW', 'Town ' || n,
         t.code, 'Residential', 'RESI', 123456789, 'EUR', n % 6, n % 4, 50 + n % 300, 'Street ' || n,
         34.5 + n / 1000.0, 32.3 + n / 1000.0, 'AGENT_' || n, $3
       from public.mls_tenants t, generate_series(0, $4 - 1) n where t.code = $1`,
      [tenant, office, text, tenant === 'CY' ? towns : 1],
    )
  }
  await client.query(
    `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key,
       media_key, origin_media_key, media_url, display_order)
     select tenant_id, id, origin_key, originating_office_key, origin_key || '_' || n, origin_key || '_' || n,
       'https://photos.example/' || origin_key || '/' || n || '.jpg', n
     from public.mls_listings, generate_series(1, $1) n`,
    [photosEach],
  )
  await client.query(`update public.mls_listings set status = 'PUBLISHED' where true`)
  await client.query(`
    create temp table listing_template as select * from public.served_property;
    create temp table photo_template as select * from public.served_media;
    truncate public.served_property, public.served_media;
    alter table public.served_property set unlogged;
    alter table public.served_media set unlogged`)
}

/**
 * SQL of the place of listing n: towns lie twenty kilometres apart, eight in a row, and grow thinner outwards over six
 * kilometres.
 */
const spread = (prime: number) => `(n::bigint * ${prime} % 10007 - 5003) / 5003.0`
const latitude = `(34.6 + n % ${towns} / 8 * 0.2 + 0.06 * ${spread(7919)} * abs(${spread(104_729)}))::float8`
const longitude = `(32.4 + n % ${towns} % 8 * 0.2 + 0.06 * ${spread(15_485_863)} * abs(${
  spread(32_452_843)
}))::float8`

/** SQL of the key of listing n's template. */
const templateOf =
  `case when n % 200 = 0 then '@HU0@' when n % 100 = 0 then '@KZ0@' else '@CY' || n % ${towns} || '@' end`

function copyListings(client: pg.Client, from: number, to: number, forMaps: boolean): Promise<void> {
  const cents = '(50000 + n::bigint * 7919 % 1950000) * 100'
  const stamp = `${epoch} + n * 60000000::bigint`
  return copy(client, 'served_property', {
    record_id: 'gen_random_uuid()',
    seq: 'n',
    stamp,
    '"ModificationTimestamp"': `mls.stamp_time(${stamp})`,
    '"ListingKey"': `'QOBRIX_BENCH_' || n`,
    '"ListingId"': `'QOBRIX_BENCH_' || n`,
    '"ListPrice"': cents,
    doc: `replace(s.doc, s."ListingKey", 'QOBRIX_BENCH_' || n)`,
    ...Object.fromEntries(
      ['doc_gold', 'doc_dd2'].map((
        doc,
      ) => [doc, `replace(s.${doc}, '123456789.00', (${cents} / 100) || '.00')`]),
    ),
    ...forMaps && { '"Latitude"': latitude, '"Longitude"': longitude },
  }, `generate_series(${from}, ${to}) n join listing_template s on s."ListingKey" = ${templateOf}`)
}

function copyPhotos(client: pg.Client, from: number, to: number, photosEach: number): Promise<void> {
  const number = `n * ${photosEach} + s."Order"`
  const stamp = `${epoch} + (${number}) * 12000000::bigint`
  return copy(client, 'served_media', {
    record_id: 'gen_random_uuid()',
    seq: number,
    stamp,
    '"ModificationTimestamp"': `mls.stamp_time(${stamp})`,
    '"MediaKey"': `'QOBRIX_BENCH_' || n || '_' || s."Order"`,
    '"MediaURL"': `'https://photos.example/QOBRIX_BENCH_' || n || '/' || s."Order" || '.jpg'`,
    '"ResourceRecordKey"': `'QOBRIX_BENCH_' || n`,
    doc: `replace(s.doc, s."ResourceRecordKey", 'QOBRIX_BENCH_' || n)`,
  }, `generate_series(${from}, ${to}) n join photo_template s on s."ResourceRecordKey" = ${templateOf}`)
}

/** Copies templates `s`; columns not in `own` stay as they are. */
async function copy(
  client: pg.Client,
  table: string,
  own: Record<string, string>,
  from: string,
): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [`public.${table}`],
  )
  const names = rows.map(({ name }) => name)
  await client.query(
    `insert into public.${table} (${names.join(', ')}) select ${
      names.map((name) => own[name] ?? `s.${name}`).join(', ')
    } from ${from} order by n`,
  )
}

/** Indexes are built once at the end, of all partitions: row by row they would take most of the time. */
export async function withoutIndexes(
  client: pg.Client,
  table: string,
  fill: () => Promise<void>,
): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index where indrelid = $1::regclass and not indisprimary`,
    [table],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  await fill()
  for (const { definition } of rows) await client.query(definition.replace(' ON ONLY ', ' ON '))
}
