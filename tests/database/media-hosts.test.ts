import { beforeEach, describe, expect, it } from 'vitest'
import { database, ingest, listing, photo, useMediaDatabase } from '../support/media-batches.ts'

/** Hosts of pictures that fail: how long they are left alone. */
useMediaDatabase()
const host = 'photos.example'
const amount = 24

beforeEach(async () => {
  await database.pool.query('delete from mls.media_lanes where true')
  await ingest('property', [listing('QOBRIX_1')])
  await ingest(
    'media',
    Array.from(
      { length: amount },
      (_, n) => photo(`m${n}`, 'QOBRIX_1', { MediaURL: `https://${host}/${n}.jpg` }),
    ),
  )
})

interface Job {
  id: number
  lease_token: string
}

const lease = async () =>
  (await database.pool.query<{ job: Job }>('select mls.lease_media_copies(100, 120) as job')).rows.map((
    { job },
  ) => job)
const fail = async (jobs: Job[], code: string, more = {}) => {
  for (const { id, lease_token } of jobs) {
    await database.pool.query('select mls.media_not_copied($1)', [
      JSON.stringify({ id, lease_token, code, message: 'no', ...more }),
    ])
  }
}
const lane = async () => {
  const { rows: [row] } = await database.pool.query(
    `select failures, extract(epoch from open_until - clock_timestamp())::float8 as rests from mls.media_lanes where lane = $1`,
    [host],
  )
  return row
}
/** The host has rested, and what waits is due. */
const rested = () =>
  database.pool.query(`
    update mls.media_lanes set open_until = clock_timestamp() where open_until is not null;
    update mls_media_jobs set next_attempt_at = clock_timestamp() where lease_token is null`)

describe('a host that fails', () => {
  it.each(['connection', 'timeout', 'server_error'])(
    'rests for half a minute, however many requests were under way at that moment (%s)',
    async (code) => {
      const jobs = await lease()
      expect(jobs).toHaveLength(amount)
      await fail(jobs, code)
      const { failures, rests } = await lane()
      expect(failures).toBe(10)
      expect(rests).toBeGreaterThan(0)
      expect(rests).toBeLessThanOrEqual(30)
    },
  )

  it('is then tried with one request, and rests longer each time that it fails', async () => {
    await fail(await lease(), 'connection')
    for (const [time, seconds] of [60, 120, 240].entries()) {
      await rested()
      const jobs = await lease()
      expect(jobs).toHaveLength(1)
      await fail(jobs, 'connection')
      const { failures, rests } = await lane()
      expect([failures, Math.round(rests / seconds)]).toEqual([11 + time, 1])
    }
  })

  it('says for how long it wants to rest, and the longest of its answers counts', async () => {
    const jobs = await lease()
    await fail(jobs.slice(0, 3), 'rate_limited', { retry_after: 90 })
    await fail(jobs.slice(3, 4), 'rate_limited', { retry_after: 10 })
    await fail(jobs.slice(4), 'connection')
    const { rests } = await lane()
    expect(rests).toBeGreaterThan(60)
    expect(rests).toBeLessThanOrEqual(90)
  })
})
