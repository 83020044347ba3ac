import type pg from 'pg'
import { createBaseline, writeBaseline } from './baseline.ts'
import type { Line, Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { batchSize, deliveredBatch, type GoldRecord, photoBatches } from './records.ts'

const batches = 4
const photosEach = 5

/**
 * Disk and WAL of a listing and of a photo: listings as gold delivers them, then five photos each, then every price
 * changed, merged as a first load merges them, without a vacuum in between. Words for search are indexed, as the clock does.
 */
export const weight: Subject<BenchHub> = {
  name: 'weight',
  async run({ client }) {
    await createBaseline(client)
    const listings = Array.from({ length: batches }, (_, n) => deliveredBatch(`weight${n}`))
    const repriced = listings.map((batch) =>
      batch.map((record, n) => ({ ...record, ListPrice: `${200_000 + n}.00` }))
    )
    const photos = listings.flatMap((batch) => photoBatches(batch, photosEach))
    const hub = (resource: string, all: GoldRecord[][]) =>
      written(client, async () => {
        for (const batch of all) await ingest(client, resource, batch)
      })
    const bare = (all: GoldRecord[][]) =>
      written(client, async () => {
        for (const batch of all) await writeBaseline(client, JSON.stringify(batch))
      })

    const ofNew = { hub: await hub('property', listings), bare: await bare(listings) }
    await hub('media', photos)
    await client.query(`select mls.index_words('10 minutes')`)
    const loaded = await disk(client)
    const unchanged = await hub('property', listings)
    const changed = { hub: await hub('property', repriced), bare: await bare(repriced) }

    const count = batches * batchSize
    const each = (bytes: number, records = count) => bytes / records / 1024
    const kB = (value: number) => `${value.toFixed(1)} kB`
    return [
      {
        name: 'weight, a listing on disk',
        value: each(loaded.listings),
        unit: 'kB',
        limit: { max: 18 },
        detail: `${(loaded.listings / loaded.bare).toFixed(1)} x of the bare tables (${
          kB(each(loaded.bare))
        }); with ${photosEach} photos, as loaded; ${
          loaded.largest.map(([table, bytes]) => `${table} ${kB(each(bytes))}`).join(', ')
        }`,
      },
      {
        name: 'weight, a photo on disk',
        value: each(loaded.photos, count * photosEach),
        unit: 'kB',
        limit: { max: 3 },
        detail: 'the tables of media, of what is served of them and of their words',
      },
      ...([
        ['WAL of a new listing', ofNew.hub, ofNew.bare, 30],
        ['WAL of a new price', changed.hub, changed.bare, 12.5],
        ['WAL of a listing that has not changed', unchanged, undefined, 1],
      ] as const).map(([name, ours, bare, max]): Line => ({
        name: `weight, ${name}`,
        value: each(ours),
        unit: 'kB',
        limit: { max },
        detail: bare === undefined
          ? 'when it was seen last'
          : `${(ours / bare).toFixed(1)} x of the bare upsert (${kB(each(bare))})`,
      })),
    ]
  },
}

async function ingest(client: pg.Client, resource: string, records: GoldRecord[]): Promise<void> {
  const { rows: [{ rejected }] } = await client.query(
    `select mls.ingest_batch($1, $2::jsonb, '{"client_id": "bench", "request_path": "bench"}') -> 'receipt' -> 'totals' -> 'reject' as rejected`,
    [resource, JSON.stringify(records.map((r) => ({ r, e: [], w: [] })))],
  )
  if (rejected > 0) throw new Error(`${rejected} records of ${resource} were rejected.`)
}

/** Bytes of WAL that some work writes. */
async function written(client: pg.Client, work: () => Promise<void>): Promise<number> {
  const { rows: [{ at }] } = await client.query('select pg_current_wal_insert_lsn() as at')
  await work()
  const { rows: [{ bytes }] } = await client.query(
    'select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes',
    [at],
  )
  return Number(bytes)
}

/** Bytes on disk, indexes and long values included: of what grows with listings, with photos, and of the bare tables. */
async function disk(client: pg.Client) {
  const { rows } = await client.query<{ schema: string; table: string; bytes: string }>(
    `select n.nspname as schema, c.relname as table, pg_total_relation_size(c.oid) as bytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('public', 'mls', 'bare') and pg_total_relation_size(c.oid) > 100000
     order by 3 desc`,
  )
  const sum = (some: typeof rows) => some.reduce((total, { bytes }) => total + Number(bytes), 0)
  const ours = rows.filter(({ schema }) => schema !== 'bare')
  const [photos, listings] = [
    ours.filter(({ table }) => table.includes('media')),
    ours.filter(({ table }) => !table.includes('media')),
  ]
  return {
    listings: sum(listings),
    photos: sum(photos),
    bare: sum(rows.filter(({ schema }) => schema === 'bare')),
    largest: listings.slice(0, 5).map(({ table, bytes }) => [table, Number(bytes)] as const),
  }
}
