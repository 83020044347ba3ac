import type { Pool } from 'pg'
import { MediaFault } from './fault.ts'
import type { Fetched } from './fetch-picture.ts'
import { originalsBucket, publicBucket, type Storage } from './storage.ts'
import { type Picture, PictureFault } from './strip/picture.ts'
import { stripPicture } from './strip/strip-picture.ts'

/** A picture as mls.media_copied() and mls.take_pictures() are told of it. */
export interface Kept {
  sha256: string
  bytes: number
  mime_type: string
  original_bucket?: string
  original_path?: string
  variants?: { plain: { path: string; bytes: number; mime_type: string; width: number; height: number } }
}

export interface Surroundings {
  hasWorker: boolean
  plainHosts: string[]
  put(bucket: string, path: string, bytes: Uint8Array<ArrayBuffer>, mimeType: string): Promise<void>
}

export async function look(pool: Pool, storage: Storage): Promise<Surroundings> {
  const { rows: [row] } = await pool.query<Omit<Surroundings, 'put'>>(
    `select mls.has_media_worker() as "hasWorker", array(select h.host from public.mls_source_hosts h) as "plainHosts"`,
  )
  // the same picture may be on its way twice at this moment: its name is the same, and one of the two writes would fail
  const written = new Map<string, Promise<void>>()
  const put: Surroundings['put'] = (bucket, path, bytes, mimeType) => {
    const name = `${bucket}/${path}`
    const writing = written.get(name) ?? storage.upload(bucket, path, bytes, mimeType)
    written.set(name, writing)
    return writing
  }
  return { ...row!, put }
}

/**
 * Puts a picture into Storage unless its content is there: the original, for a worker to make sizes of, and what is shown
 * without one.
 *
 * @throws StorageFault, PictureFault (of an upload)
 */
export async function keepPicture(
  pool: Pool,
  { tenant, isUpload, keepsOriginal, bytes, sha256, format }: Fetched & {
    tenant: string
    isUpload: boolean
    keepsOriginal: boolean
  },
  { hasWorker, put }: Surroundings,
): Promise<Kept> {
  const folder = `${tenant}/${sha256.slice(0, 2)}/${sha256}`
  const result: Kept = { sha256, bytes: bytes.length, mime_type: format.mimeType }
  const { rows: [known] } = await pool.query<{ is_ready: boolean; is_shown: boolean; has_original: boolean }>(
    'select is_ready, is_shown, has_original from mls.known_file($1, $2)',
    [tenant, sha256],
  )
  const isReady = known?.is_ready ?? false
  const isDone = isReady || (known?.has_original === true && known.is_shown)
  // whoever uploads is told at once what is wrong, and shown the photo without waiting for a worker
  const plain = isDone ? undefined : stripped(bytes, isUpload)
  if (!known?.has_original && (!isReady || keepsOriginal)) {
    result.original_bucket = originalsBucket
    result.original_path = `${folder}/original.${format.extension}`
    await put(originalsBucket, result.original_path, bytes, format.mimeType)
  }
  if (plain && !hasWorker) {
    const path = `${folder}/plain.${plain.extension}`
    await put(publicBucket, path, plain.bytes, plain.mimeType)
    result.variants = {
      plain: {
        path,
        bytes: plain.bytes.length,
        mime_type: plain.mimeType,
        width: plain.width,
        height: plain.height,
      },
    }
  }
  return result
}

/**
 * A content that only its source could bring again, as far as it is still here.
 *
 * @throws MediaFault `only_inside`
 */
export async function keptBefore(pool: Pool, tenant: string, sha256: string): Promise<Kept> {
  const { rows: [file] } = await pool.query<{ bytes: string; mime_type: string }>(
    `select f.bytes, f.mime_type from public.mls_media_files f cross join mls.known_file($1, $2) k
     where f.tenant_id = $1 and f.sha256 = $2 and (k.is_ready or k.has_original)`,
    [tenant, sha256],
  )
  if (file) return { sha256, bytes: Number(file.bytes), mime_type: file.mime_type }
  throw new MediaFault('only_inside', 'Only its source has this picture, and is asked for it.')
}

/** Without a name for what it cannot read: a worker decodes more than this does. */
function stripped(bytes: Uint8Array, isUpload: boolean): Picture | undefined {
  try {
    return stripPicture(bytes)
  } catch (error) {
    if (isUpload || !(error instanceof PictureFault)) throw error
    return undefined
  }
}
