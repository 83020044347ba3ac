import { readFileSync } from 'node:fs'
import { closePools, servicePool } from '../../functions/_shared/db/pool.ts'
import { homesOverseas } from '../../functions/_shared/delivery/feeds/homesoverseas/format.ts'
import { runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { type Snapshot, streamFeed } from '../../functions/_shared/delivery/feeds/stream-feed.ts'

/** Renders and streams the feed as the doors do, and prints the memory of this process before and at its peak, in MB. */
const memory = (name: string) => {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(line?.[1] ?? NaN) / 1000
}

const pool = servicePool()
await pool.query('select 1')
const idle = memory('VmRSS')
while ((await runFeeds(pool)).rendered > 0);
const { rows } = await pool.query<Snapshot>(
  `select f.id::text, f.hash, f.format, f.built_at from public.mls_feed_snapshots f where f.object_count > 0 order by f.id desc limit 1`,
)
for await (const _ of streamFeed(pool, rows[0]!, homesOverseas, { newest: 10_000 }));
console.log(JSON.stringify({ idle, peak: memory('VmHWM') }))
await closePools()
