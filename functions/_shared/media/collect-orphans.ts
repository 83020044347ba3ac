import type { Pool } from 'pg'
import { removeUnused } from './remove-unused.ts'
import { openStorage, originalsBucket, publicBucket, type Storage } from './storage.ts'

interface Orphan {
  bucket: string
  name: string
}

/** Of an S3 so much is looked at per bucket and run: 50,000 names. */
const pages = 50

/**
 * Compares what is stored with what rows name. What no row has named for a day (copies: for an hour) is deleted; what a row
 * names and is gone is made or fetched again. Answers how many files of each bucket were deleted.
 */
export async function collectOrphans(
  pool: Pool,
  storage: Storage = openStorage(),
): Promise<Record<string, number>> {
  const { rows } = await pool.query<Orphan>('select bucket, name from mls.find_orphans(copies => $1)', [
    !storage.list,
  ])
  const names = new Map<string, string[]>()
  for (const { bucket, name } of rows) names.set(bucket, [...names.get(bucket) ?? [], name])
  const removed: Record<string, number> = {}
  for (const [bucket, paths] of names) {
    removed[bucket] = await remove(pool, storage, bucket, paths)
  }
  if (storage.list) {
    for (const bucket of [publicBucket, originalsBucket]) {
      const count = await collectListed(pool, storage, storage.list, bucket)
      if (count > 0) removed[bucket] = count
    }
  }
  // copies whose original was found missing a moment ago
  await removeUnused(pool, storage)
  return removed
}

/** Goes on where the last run ended. */
async function collectListed(
  pool: Pool,
  storage: Storage,
  list: NonNullable<Storage['list']>,
  bucket: string,
): Promise<number> {
  let removed = 0
  for (let page = 0; page < pages; page++) {
    const { rows: [scan] } = await pool.query<{ after: string; listed_at: string }>(
      'select after, listed_at::text from mls.begin_object_scan($1)',
      [bucket],
    )
    const { names, young, next } = await list(bucket, scan!.after)
    const { rows } = await pool.query<{ name: string }>(
      'select name from mls.compare_listed($1, $2, $3, $4, $5)',
      [bucket, names, scan!.after, next ?? null, scan!.listed_at],
    )
    const paths = rows.map(({ name }) => name).filter((name) => !young.has(name))
    if (paths.length > 0) removed += await remove(pool, storage, bucket, paths)
    if (next === undefined) break
  }
  return removed
}

async function remove(pool: Pool, storage: Storage, bucket: string, paths: string[]): Promise<number> {
  const removed = await storage.remove(bucket, paths)
  await pool.query('select mls.orphans_removed($1, $2)', [bucket, paths])
  return removed.length
}
