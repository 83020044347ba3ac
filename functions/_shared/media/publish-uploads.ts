import type { Pool } from 'pg'
import { budgetOf } from '../delivery/budget.ts'
import { describeError, log } from '../http/log.ts'
import { sha256Hex } from '../http/sha256.ts'
import { openStorage, publicBucket, type Storage, StorageFault } from './storage.ts'
import { PictureFault } from './strip/picture.ts'
import { stripPicture } from './strip/strip-picture.ts'

/** A photo beyond it is published by nobody: 25 MB is four times what cameras of phones write. */
const maxBytes = 25 * 1024 * 1024
const leaseSeconds = 120
/** After so many attempts a fault of ours is taken for one of the picture. */
const maxAttempts = 10

interface Upload {
  media_id: string
  tenant_id: string
  storage_path: string
  attempts: number
}

export interface PublishReport {
  stored: number
  failed: number
  /** Tried in vain, to be tried again. */
  waiting: number
}

/**
 * Publishes pictures that brokers uploaded: reads the private original, copies it without metadata into the public
 * bucket, under a name made of its content, and gives the row its address. A run takes what an edge function may use.
 */
export async function publishUploads(pool: Pool, storage: Storage = openStorage()): Promise<PublishReport> {
  const report: PublishReport = { stored: 0, failed: 0, waiting: 0 }
  const budget = budgetOf(60, 40_000)
  await followAddress(pool, storage)
  for (;;) {
    if (!budget.take()) return report
    const { rows: [upload] } = await pool.query<Upload>('select * from mls.lease_media(1, $1)', [
      leaseSeconds,
    ])
    if (!upload) return report
    report[await publish(pool, storage, upload)]++
  }
}

let followed: string | undefined

/** Once per process: has the project another domain, or a CDN before it, since pictures were published? */
async function followAddress(pool: Pool, { publicBase }: Storage): Promise<void> {
  if (followed === publicBase) return
  const { rows } = await pool.query<{ changed: number }>('select mls.readdress_media($1) as changed', [
    publicBase,
  ])
  if (rows[0]!.changed === 0) followed = publicBase
}

async function publish(pool: Pool, storage: Storage, upload: Upload): Promise<keyof PublishReport> {
  try {
    const file = await copy(storage, upload)
    await pool.query('select mls.media_stored($1, $2)', [upload.media_id, JSON.stringify(file)])
    return 'stored'
  } catch (error) {
    const { code, message } = whatWentWrong(error)
    const again = code === 'storage_unavailable' || (code === 'internal' && upload.attempts < maxAttempts)
    // half a minute, one, two, four, up to an hour
    const wait = again ? `${Math.min(3600, 30 * 2 ** Math.min(upload.attempts - 1, 7))} seconds` : null
    await pool.query('select mls.media_not_stored($1, $2, $3, $4)', [
      upload.media_id,
      code,
      message,
      wait,
    ])
    log('warn', 'upload_not_published', { media: upload.media_id, code, again })
    return again ? 'waiting' : 'failed'
  }
}

/** An outage is waited out, however long; a fault of ours must not keep the others waiting. */
function whatWentWrong(error: unknown): { code: string; message: string } {
  if (error instanceof StorageFault || error instanceof PictureFault) return error
  log('error', 'upload_fault', { cause: describeError(error) })
  return { code: 'internal', message: 'The hub failed to copy the photo.' }
}

/** Copies one picture; what mls.media_stored() notes of it. */
async function copy(storage: Storage, { tenant_id, storage_path }: Upload) {
  const original = await storage.download('mls-media', storage_path, maxBytes)
  const sha256 = await sha256Hex(original)
  const { bytes, mimeType, extension, width, height } = stripPicture(original)
  const path = `${tenant_id}/${sha256.slice(0, 2)}/${sha256}/plain.${extension}`
  await storage.upload(publicBucket, path, bytes, mimeType)
  return {
    sha256,
    bytes: original.length,
    mime_type: mimeType,
    variants: { plain: { path, bytes: bytes.length, mime_type: mimeType, width, height } },
    url: `${storage.publicBase}/${path}`,
  }
}
