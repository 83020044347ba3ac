import type { Pool } from 'pg'
import { removeUnused } from './remove-unused.ts'
import { openStorage, type Storage } from './storage.ts'

interface Orphan {
  bucket: string
  name: string
}

/** Deletes from Storage what no row has named for a day; answers how many files of each bucket went. */
export async function collectOrphans(
  pool: Pool,
  storage: Storage = openStorage(),
): Promise<Record<string, number>> {
  const { rows } = await pool.query<Orphan>('select bucket, name from mls.find_orphans()')
  const names = new Map<string, string[]>()
  for (const { bucket, name } of rows) names.set(bucket, [...names.get(bucket) ?? [], name])
  const removed: Record<string, number> = {}
  for (const [bucket, paths] of names) removed[bucket] = (await storage.remove(bucket, paths)).length
  // copies whose original was found missing a moment ago
  await removeUnused(pool, storage)
  return removed
}
