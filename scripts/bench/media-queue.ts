import type pg from 'pg'
import { type Line, median, milliseconds, ms } from './harness.ts'

const host = 'photos.example'
/** Copies of a lease, as the job asks for them. */
const batch = 24
const leases = 15

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

/** Makes so many rows wait, without the triggers: what is measured is the queue. */
async function waiting(client: pg.Client, from: number, to: number): Promise<void> {
  await client.query(`
    insert into mls.media_lanes (lane, requests_per_second, tokens) values ('${host}', 1000000, 1000000)
    on conflict (lane) do update set requests_per_second = excluded.requests_per_second, tokens = excluded.tokens`)
  await client.query('alter table public.mls_listing_media disable trigger user')
  await client.query(
    `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key,
       origin_media_key, media_url, source_url, copy_status, copy_asked_at)
     select l.tenant_id, l.id, l.origin_key, l.originating_office_key, 'W_' || n, 'W_' || n,
       'https://${host}/' || n || '.jpg', 'https://${host}/' || n || '.jpg', 'pending', now()
     from (select * from public.mls_listings order by id limit 1) l, generate_series($1::int, $2::int) n`,
    [from + 1, to],
  )
  await client.query('alter table public.mls_listing_media enable trigger user')
  await client.query(
    `insert into public.mls_media_jobs (kind, tenant_id, media_id, address, lane)
     select 'copy', m.tenant_id, m.id, m.source_url, '${host}' from public.mls_listing_media m
     where m.media_key like 'W\\_%' and not exists (select from public.mls_media_jobs j where j.media_id = m.id)`,
  )
  await client.query('vacuum analyze public.mls_media_jobs, public.mls_listing_media')
}

async function costOfLease(client: pg.Client): Promise<number> {
  const times: number[] = []
  for (let run = 0; run <= leases; run++) {
    const time = await milliseconds(async () => {
      const { rows } = await client.query('select mls.lease_media_copies($1, 120) as job', [batch])
      if (rows.length !== batch) throw new Error(`${rows.length} copies leased instead of ${batch}.`)
      for (const { job } of rows) {
        await client.query('select mls.media_not_copied($1)', [
          JSON.stringify({
            id: job.id,
            lease_token: job.lease_token,
            code: 'storage_unavailable',
            message: 'bench',
          }),
        ])
      }
    })
    if (run > 0) times.push(time)
  }
  return median(times)
}
