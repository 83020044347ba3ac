import { Buffer } from 'node:buffer'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Child, startChild } from '../../scripts/stack/child.ts'
import { randomFor } from '../../scripts/seed/prng.ts'
import { runJob } from '../support/apps.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { tellingFiles } from '../support/telling-files.ts'
import {
  type Answer,
  photo,
  type PhotoOrigin,
  refuses,
  sends,
  startPhotoOrigin,
} from '../support/photo-origin.ts'

/**
 * Sources whose host fails three times in ten, answers slowly, lies about types, cuts files short and lets addresses expire,
 * while workers and functions are killed: in the end every photo has its sizes or a reason, nothing is stored twice, nothing
 * is left over, and no listing was published anew without a change.
 *
 * Twelve listings of five photos; a hundred of ten with MLS_TEST_LONG=1; any other number by MLS_TEST_MEDIA=1000x10, and other
 * faults by MLS_TEST_SEED.
 */
const size = /^(\d+)x(\d+)$/.exec(
  process.env.MLS_TEST_MEDIA ?? (process.env.MLS_TEST_LONG === '1' ? '100x10' : '12x5'),
)
if (!size) {
  throw new Error(`MLS_TEST_MEDIA is listings x photos, as 1000x10, not ${process.env.MLS_TEST_MEDIA}.`)
}
const [listings, photos] = [Number(size[1]), Number(size[2])]
const kills = Math.min(60, 3 + Math.floor(listings * photos / 50))
/** Of a signed address: the first of each listing is over when it comes, and of many others before their turn. */
const lifeMs = 3_000
const random = randomFor('CY', 'media faults', process.env.MLS_TEST_SEED ?? '')
let hub: Hub
let origin: PhotoOrigin

beforeAll(async () => {
  hub = await startHub({ rest: true })
  origin = await startPhotoOrigin()
})
afterAll(async () => {
  await origin?.close()
  await hub?.stop()
})

async function ingest(resource: string, records: Record<string, unknown>[]): Promise<void> {
  await hub.pool.query('select mls.ingest_batch($1, $2::jsonb, $3::jsonb)', [
    resource,
    JSON.stringify(records.map((r) => ({ r, e: [], w: [] }))),
    JSON.stringify({ client_id: 'test', request_path: 'test' }),
  ])
}

function worker(): Child {
  return startChild({
    program: 'scripts/worker/cli.ts',
    args: [],
    environment: {
      SUPABASE_URL: hub.apiUrl,
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: hub.secretKey }),
      SUPABASE_DB_URL: hub.dbUrl,
    },
    onLine: () => {},
  })
}

/** One run of the job, whatever becomes of it. */
const run = () =>
  fetch(`${hub.functionsUrl}/egress/run`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
    body: '{"job": "media"}',
  }).then((answer) => answer.body?.cancel(), () => undefined)

/** Lets the waiting times pass: what is due later, and what killed ones held, is due now. What is in work is left alone. */
async function passTime(): Promise<void> {
  await hub.pool.query(`
    update mls_media_jobs set next_attempt_at = clock_timestamp() where id in (
      select id from mls_media_jobs where next_attempt_at < 'infinity' and next_attempt_at > clock_timestamp() for update skip locked)`)
  await hub.pool.query(`
    update mls.media_lanes set open_until = null, opened_at = null, failures = 0, tokens = 200
    where lane in (select lane from mls.media_lanes for update skip locked)`)
  await hub.pool.query(`update mls_schedules set running_since = null where job = 'media'`)
}

const offices = { CY: 'SHARPSIR-CY-001', HU: 'SHARPSIR-HU-001' }
/** Every fourth listing is of a source with signed addresses. */
const isSigned = (listing: number) => listing % 4 === 3
const officeOf = (listing: number) => ({
  OriginatingSystemOfficeKey: isSigned(listing) ? offices.HU : offices.CY,
})

/** What the source answers now about a photo: every fifth listing has one that others show too, and one that is none. */
function record(listing: number, order: number, life = lifeMs): Record<string, unknown> {
  const path = listing % 5 === 0 && order === 0
    ? `shared/${listing}`
    : listing % 5 === 0 && order === 1
    ? `html/${listing}`
    : `QOBRIX_${listing}/${order}`
  return {
    ...officeOf(listing),
    MediaKey: `QOBRIX_${listing}_${order}`,
    ResourceRecordKey: `QOBRIX_${listing}`,
    MediaCategory: 'Photo',
    MediaType: 'image/jpeg',
    Order: order,
    X_QobrixMediaCategory: 'photos',
    MediaURL: `${origin.url}/${path}${isSigned(listing) ? `?until=${Date.now() + life}` : ''}`,
  }
}

async function answer(...[request, response, path]: Parameters<Answer>): Promise<void> {
  const whole = await photo(path.startsWith('/shared') ? '/shared' : path)
  const until = new URL(request.url!, 'http://x').searchParams.get('until')
  if (until && Number(until) < Date.now()) return refuses(403)(request, response, path) as void
  if (path.includes('html')) {
    return sends(Buffer.from('<html>no photo'.padEnd(64)), 'image/jpeg')(request, response, path) as void
  }
  const fate = random.next()
  if (fate < 0.1) return refuses(503)(request, response, path) as void
  if (fate < 0.15) return refuses(429, { 'retry-after': '1' })(request, response, path) as void
  if (fate < 0.2) return void response.destroy()
  if (fate < 0.25) {
    response.writeHead(200, { 'content-length': whole.length })
    return void response.write(whole.slice(0, 500), () => response.destroy())
  }
  if (fate < 0.3) return sends(whole.slice(0, Math.floor(whole.length / 2)))(request, response, path) as void
  if (fate < 0.4) await sleep(50)
  return sends(whole, fate < 0.5 ? 'text/html' : 'image/jpeg')(request, response, path) as void
}

/** The source is read again: photos whose address was over get a new one. Answers how many. */
async function readAgain(): Promise<number> {
  const { rows } = await hub.pool.query<{ key: string }>(`
    select m.media_key as key from mls_listing_media m left join mls_media_jobs j on j.media_id = m.id
    where coalesce(j.last_error_code, split_part(m.copy_error, ':', 1)) = 'address_expired' and m.copy_status <> 'stored'`)
  if (rows.length > 0) {
    await ingest(
      'media',
      rows.map(({ key }) => record(...key.split('_').slice(1).map(Number) as [number, number])),
    )
  }
  return rows.length
}

/** Notes with every event of a listing what it showed of its photos at that moment. */
const watchEvents = () =>
  hub.pool.query(`
    create table public.shown_with_events (sequence bigint, key text, photos jsonb);
    create function public.note_event() returns trigger language plpgsql as $$
    begin
      insert into public.shown_with_events
      select new.sequence, new.record_key, (select jsonb_agg(m.media_url order by m.id)
        from public.mls_listing_media m where m.listing_id = new.record_id and m.is_servable);
      return null;
    end $$;
    create trigger note_event after insert on public.mls_entity_events
      for each row when (new.resource = 'Property') execute function public.note_event()`)

it('is copied all the same', async () => {
  origin.otherwise = answer
  await hub.pool.query(
    `insert into mls_sources (tenant_id, office_key, code, name, provider, key_prefix, media)
     select tenant_id, office_key, 'signed', 'Signed addresses', 'DASH_FILE', '', '{"hotlink": "expires"}'
     from mls_offices where office_key = $1`,
    [offices.HU],
  )
  await ingest(
    'property',
    Array.from({ length: listings }, (_, i) => {
      const key = `QOBRIX_${i}`
      return { ...officeOf(i), ListingKey: key, ListingId: key, StandardStatus: 'Active' }
    }),
  )
  await watchEvents()
  const every = Array.from(
    { length: listings },
    (_, i) => Array.from({ length: photos }, (_, order) => [i, order] as const),
  )
  await ingest(
    'media',
    every.flat().map(([listing, order]) => record(listing, order, order === 0 ? -1 : lifeMs)),
  )

  const began = performance.now()
  let child = worker()
  let killed = 0
  let renewed = 0
  for (let round = 0; round < 2_000; round++) {
    const running = run()
    if (killed < kills) {
      await sleep(random.int(150, 900))
      killed++
      await (killed % 2 ? child.kill() : hub.crash())
      if (killed % 2) child = worker()
    }
    await running
    renewed += await readAgain()
    const { rows: [{ left }] } = await hub.pool.query('select count(*)::int as left from mls_media_jobs')
    if (left === 0) break
    await sleep(200)
    await passTime()
  }
  await child.stop()
  expect(renewed).toBeGreaterThan(0)

  const { rows: states } = await hub.pool.query(
    `select copy_status, split_part(copy_error, ':', 1) as reason, count(*)::int as n from mls_listing_media group by 1, 2 order by 1, 2`,
  )
  const liars = Math.ceil(listings / 5)
  expect(states.reduce((sum, { n }) => sum + n, 0)).toBe(listings * photos)
  for (const { copy_status, reason } of states) {
    expect([copy_status, reason === null]).toEqual([reason ? 'failed' : 'stored', !reason])
  }
  expect(states.find(({ reason }) => reason === 'not_a_picture')?.n).toBe(liars)

  // each that is shown has its sizes and each size its object
  const { rows: [sum] } = await hub.pool.query(`
    select (select count(*)::int from mls_listing_media m where m.copy_status = 'stored' and not (m.resolution_urls ?& '{thumbnail,medium,large,jpeg}')) as without_sizes,
      (select count(*)::int from mls.named_objects('mls-public') p
        where not exists (select from storage.objects o where o.bucket_id = 'mls-public' and o.name = p.path)) as without_object`)
  expect(sum).toEqual({ without_sizes: 0, without_object: 0 })
  // the picture that several listings show is there once per market; where it came cut short, twice the same, beside that
  const { rows: [shared] } = await hub.pool.query(`
    select (count(distinct m.file_sha256) - count(distinct m.tenant_id))::int as beside
    from mls_listing_media m join mls_media_files f on f.tenant_id = m.tenant_id and f.sha256 = m.file_sha256
    where m.source_url like '%/shared/%' and not 'truncated' = any (f.flags)`)
  expect(shared.beside).toBeLessThanOrEqual(0)

  // a day later: what nothing shows is gone, and there is no object that no content names
  await hub.pool.query(`update mls_media_files set remove_after = now() where remove_after is not null`)
  await passTime()
  for (let due = 1; due > 0;) {
    expect((await runJob(hub, 'media')).result).toMatchObject({ waiting: 0 })
    const { rows } = await hub.pool.query(
      'select count(*)::int as due from mls_media_files where remove_after <= now()',
    )
    due = rows[0].due
  }
  await hub.pool.query(
    `select mls.find_orphans(); update mls.orphan_files set found_at = found_at - interval '2 days' where true;
    update storage.objects set created_at = now() - interval '2 days', updated_at = now() - interval '2 days' where true`,
  )
  await runJob(hub, 'media_cleanup')
  const { rows: [left] } = await hub.pool.query(`
    select (select count(*)::int from storage.objects o where o.bucket_id = 'mls-public'
        and o.name not in (select path from mls.named_objects('mls-public'))) as strangers,
      (select count(*)::int from storage.objects where bucket_id = 'mls-originals') as originals,
      (select count(*)::int from storage.objects where bucket_id = 'mls-public') as objects,
      (select count(*)::int from mls_media_files) as files,
      (select jsonb_agg(jsonb_build_array(f.status, f.flags, f.error_code, f.remove_after)) from mls_media_files f
        where not exists (select from mls_listing_media m where m.tenant_id = f.tenant_id and m.file_sha256 = f.sha256)) as unseen,
      (select count(distinct (tenant_id, file_sha256))::int from mls_listing_media where file_sha256 is not null) as shown`)
  expect(left).toMatchObject({
    unseen: null,
    strangers: 0,
    originals: 0,
    files: left.shown,
    objects: left.shown * 4,
  })

  const { rows: files } = await hub.pool.query(
    `select name from storage.objects where bucket_id = 'mls-public'`,
  )
  const base = `${hub.apiUrl}/storage/v1/object/public/mls-public/`
  expect(await tellingFiles(files.map(({ name }) => base + name))).toEqual([])

  // an event of a listing says something new of its photos
  const { rows: [events] } = await hub.pool.query(`
    select count(*)::int as all, count(*) filter (where e.photos is not distinct from e.before)::int as idle, max(e.nth)::int as most
    from (select s.*, row_number() over w as nth, lag(s.photos) over w as before from public.shown_with_events s window w as (partition by s.key order by s.sequence)) e`)
  expect(events.idle).toBe(0)
  console.info(
    `${
      listings * photos
    } photos, ${killed} kills, ${renewed} addresses renewed, ${origin.asked.length} requests, ` +
      `${Math.round((performance.now() - began) / 1000)} s; ${JSON.stringify(states)}; ${
        JSON.stringify(left)
      }; events ${JSON.stringify(events)}`,
  )
}, 180_000 + listings * photos * 1_000)
