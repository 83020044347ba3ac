import type { Pool } from 'pg'
import { publicBucket, type Storage } from './storage.ts'

interface Unused {
  tenant_id: string
  sha256: string
  paths: string[]
  original_bucket: string | null
  original_path: string | null
}

/** Removes from Storage the pictures whose day has come and that nothing shows; answers how many. */
export async function removeUnused(pool: Pool, storage: Storage): Promise<number> {
  const { rows } = await pool.query<Unused>('select * from mls.take_unused_media()')
  if (rows.length === 0) return 0
  const paths = rows.flatMap((file) => file.paths)
  if (paths.length > 0) await storage.remove(publicBucket, paths)
  await removeObjects(
    storage,
    rows.flatMap(({ original_bucket: bucket, original_path: path }) =>
      bucket && path ? [{ bucket, path }] : []
    ),
  )
  const { rows: [row] } = await pool.query<{ removed: number }>('select mls.media_removed($1) as removed', [
    JSON.stringify(rows.map(({ tenant_id, sha256 }) => ({ tenant_id, sha256 }))),
  ])
  return row!.removed
}

/** Deletes objects of several buckets. @throws StorageFault */
export async function removeObjects(
  storage: Storage,
  objects: { bucket: string; path: string }[],
): Promise<void> {
  const buckets = new Map<string, string[]>()
  for (const { bucket, path } of objects) buckets.set(bucket, [...buckets.get(bucket) ?? [], path])
  for (const [bucket, paths] of buckets) await storage.remove(bucket, paths)
}
