import { Buffer } from 'node:buffer'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Child, startChild } from '../../scripts/stack/child.ts'
import { randomFor } from '../../scripts/seed/prng.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { photo, type PhotoOrigin, refuses, sends, startPhotoOrigin } from '../support/photo-origin.ts'

/**
 * A source whose host fails three times in ten, answers slowly, lies about types and cuts files short, while workers and
 * functions are killed: in the end every photo has its sizes or a reason, nothing is stored twice and nothing is left over.
 * A hundred listings of ten photos with MLS_TEST_LONG=1.
 */
const isLong = process.env.MLS_TEST_LONG === '1'
const [listings, photos, kills] = isLong ? [100, 10, 20] : [8, 4, 3]
const random = randomFor('CY', 'media faults')
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

/** Lets the waiting times pass: what is due later, and what killed ones held, is due now. */
const passTime = () =>
  hub.pool.query(`
    update mls_media_jobs set next_attempt_at = clock_timestamp() where next_attempt_at < 'infinity' and next_attempt_at > clock_timestamp();
    update mls.media_lanes set open_until = null, opened_at = null, failures = 0, tokens = 200 where true;
    update mls_schedules set running_since = null where job = 'media'`)

it('is copied all the same', async () => {
  origin.otherwise = async (request, response, path) => {
    const whole = await photo(path.startsWith('/shared') ? '/shared' : path)
    if (path.includes('html')) {
      return sends(Buffer.from('<html>no photo'.padEnd(64)), 'image/jpeg')(request, response, path)
    }
    const fate = random.next()
    if (fate < 0.1) return refuses(503)(request, response, path)
    if (fate < 0.15) return refuses(429, { 'retry-after': '1' })(request, response, path)
    if (fate < 0.2) return void response.destroy()
    if (fate < 0.25) {
      response.writeHead(200, { 'content-length': whole.length })
      return void response.write(whole.slice(0, 500), () => response.destroy())
    }
    if (fate < 0.3) return sends(whole.slice(0, Math.floor(whole.length / 2)))(request, response, path)
    if (fate < 0.4) await sleep(50)
    return sends(whole, fate < 0.5 ? 'text/html' : 'image/jpeg')(request, response, path)
  }
  const keys = Array.from({ length: listings }, (_, i) => `QOBRIX_${i}`)
  const office = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' }
  await ingest(
    'property',
    keys.map((key) => ({ ...office, ListingKey: key, ListingId: key, StandardStatus: 'Active' })),
  )
  await ingest(
    'media',
    keys.flatMap((key, i) =>
      Array.from({ length: photos }, (_, order) => ({
        ...office,
        MediaKey: `${key}_${order}`,
        ResourceRecordKey: key,
        MediaCategory: 'Photo',
        MediaType: 'image/jpeg',
        Order: order,
        X_QobrixMediaCategory: 'photos',
        // every fifth listing shows a picture that others show too, and one that is none
        MediaURL: `${origin.url}/${
          i % 5 === 0 && order === 0
            ? `shared/${i}`
            : i % 5 === 0 && order === 1
            ? `html/${i}`
            : `${key}/${order}`
        }`,
      }))
    ),
  )

  let child = worker()
  let killed = 0
  for (let round = 0; round < 400; round++) {
    const running = run()
    if (killed < kills) {
      await sleep(random.int(150, 900))
      killed++
      await (killed % 2 ? child.kill() : hub.crash())
      if (killed % 2) child = worker()
    }
    await running
    const { rows: [{ left }] } = await hub.pool.query('select count(*)::int as left from mls_media_jobs')
    if (left === 0) break
    await sleep(200)
    await passTime()
  }
  await child.stop()

  const { rows: states } = await hub.pool.query(
    `select copy_status, split_part(copy_error, ':', 1) as reason, count(*)::int as n from mls_listing_media group by 1, 2 order by 1, 2`,
  )
  const liars = Math.ceil(listings / 5)
  expect(states.reduce((sum, { n }) => sum + n, 0)).toBe(listings * photos)
  for (const { copy_status, reason } of states) {
    expect([copy_status, reason === null]).toEqual([reason ? 'failed' : 'stored', !reason])
  }
  expect(states.find(({ reason }) => reason === 'not_a_picture')?.n).toBe(liars)

  // each that is shown has its sizes, each size its object, and there is no other object
  const { rows: [sum] } = await hub.pool.query(`
    select (select count(*)::int from mls_listing_media m where m.copy_status = 'stored' and not (m.resolution_urls ?& '{thumbnail,medium,large,jpeg}')) as without_sizes,
      (select count(*)::int from (select v.value ->> 'path' as path from mls_media_files f, jsonb_each(f.variants) v) p
        where not exists (select from storage.objects o where o.bucket_id = 'mls-public' and o.name = p.path)) as without_object,
      (select count(distinct m.file_sha256)::int from mls_listing_media m where m.media_url is not null and m.source_url like '%/shared/%' and m.copy_status = 'stored' and not exists (
        select from mls_media_files f where f.sha256 = m.file_sha256 and 'truncated' = any (f.flags))) as shared_contents,
      (select count(*)::int from mls.media_workers) as workers`)
  expect(sum).toMatchObject({ without_sizes: 0, without_object: 0, workers: expect.any(Number) })
  expect(sum.shared_contents).toBeLessThanOrEqual(1)
  await hub.pool.query(`update mls_media_files set remove_after = now() where remove_after is not null`)
  await run()
  const { rows: [{ orphans }] } = await hub.pool.query(
    `select count(*)::int as orphans from mls.find_orphans('0 seconds') where bucket = 'mls-public'`,
  )
  expect(orphans).toBe(0)
})
