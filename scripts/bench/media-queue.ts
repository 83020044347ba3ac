import { createHash } from 'node:crypto'
import type pg from 'pg'
import { type Line, median, milliseconds, ms } from './harness.ts'

/** Copies of a lease, as the job asks for them. */
const batch = 24
const leases = 15
/** As a market has them: ten pictures a listing, and a host for each of its sources. */
const photosOfListing = 10
const hosts = 20

/** What a lease and its reports cost with so many pictures waiting: the same however many they are. */
export async function queueLine(client: pg.Client, most: number): Promise<Line> {
  const sizes = [1_000, Math.max(1_000, most / 10), most]
  const costs: number[] = []
  for (const [i, size] of sizes.entries()) {
    await waiting(client, i === 0 ? 0 : sizes[i - 1]!, size)
    costs.push(await costOfLease(client))
  }
  return {
    name: `media, a lease of ${batch} copies and their reports, ${most} waiting against 1000`,
    value: costs.at(-1)! / costs[0]!,
    unit: 'x',
    limit: { max: 2 },
    detail: sizes.map((size, i) => `${size}: ${ms(costs[i]!)}`).join(', '),
  }
}

/** Makes so many pictures wait, without the triggers: what is measured is the queue. */
async function waiting(client: pg.Client, from: number, to: number): Promise<void> {
  const tables = ['public.mls_listings', 'public.mls_listing_media']
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`)
  await client.query(
    `insert into mls.media_lanes (lane, requests_per_second, tokens)
     select 'photos-' || n || '.example', 1000000, 1000000 from generate_series(0, $1::int - 1) n
     on conflict (lane) do update set requests_per_second = excluded.requests_per_second, tokens = excluded.tokens`,
    [hosts],
  )
  await client.query(
    `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key)
     select o.tenant_id, o.office_key, o.origin_system, 'QUEUE_' || n
     from generate_series($1::int, $2::int) n
     join (select x.*, row_number() over (order by x.office_key) - 1 as place, count(*) over () as offices
           from public.mls_offices x where x.is_market) o on o.place = n % o.offices
     on conflict (origin_key) do nothing`,
    [Math.floor(from / photosOfListing), Math.floor((to - 1) / photosOfListing)],
  )
  await client.query(
    `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key,
       origin_media_key, media_url, source_url, display_order, copy_status, copy_asked_at)
     select l.tenant_id, l.id, l.origin_key, l.originating_office_key, 'W_' || n, 'W_' || n, a.address, a.address,
       n % $3::int, 'pending', now()
     from generate_series($1::int, $2::int - 1) n
     join public.mls_listings l on l.origin_key = 'QUEUE_' || n / $3::int
     cross join lateral (select format('https://photos-%s.example/%s.jpg', n / $3::int % $4::int, n) as address) a`,
    [from, to, photosOfListing, hosts],
  )
  for (const table of tables) await client.query(`alter table ${table} enable trigger user`)
  await client.query(
    `insert into public.mls_media_jobs (kind, tenant_id, media_id, address, lane)
     select 'copy', m.tenant_id, m.id, m.source_url, split_part(m.source_url, '/', 3)
     from public.mls_listing_media m
     where m.media_key like 'W\\_%' and m.copy_status = 'pending'
       and substr(m.media_key, 3)::int >= $1`,
    [from],
  )
  await client.query('vacuum analyze public.mls_media_jobs, public.mls_listing_media, public.mls_listings')
}

async function costOfLease(client: pg.Client): Promise<number> {
  const times: number[] = []
  for (let run = 0; run <= leases; run++) {
    const time = await milliseconds(async () => {
      const { rows } = await client.query('select mls.lease_media_copies($1, 120) as job', [batch])
      if (rows.length !== batch) throw new Error(`${rows.length} copies leased instead of ${batch}.`)
      const results = rows.map(({ job: { id, lease_token } }) => ({
        id,
        lease_token,
        sha256: createHash('sha256').update(String(id)).digest('hex'),
        bytes: 100_000,
        mime_type: 'image/jpeg',
        original_bucket: 'mls-media',
        original_path: `bench/${id}`,
      }))
      const { rows: [{ counts }] } = await client.query(
        `select mls.media_copied($1, 'https://bench.example') as counts`,
        [
          JSON.stringify(results),
        ],
      )
      if (counts.variants !== batch) throw new Error(`The copies were taken as ${JSON.stringify(counts)}.`)
    })
    if (run > 0) times.push(time)
  }
  return median(times)
}
