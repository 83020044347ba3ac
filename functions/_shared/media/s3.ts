import { AwsClient } from 'aws4fetch'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { maxObjectBytes, readBounded } from './read-bounded.ts'
import { type Listed, originalsBucket, publicBucket, type Storage, StorageFault } from './objects.ts'

const timeoutMs = 20_000
/** Longer than anything takes between an object and its row. */
const youthMs = 3_600_000
/** Names of published copies say their content: what stands under one never changes. */
const cacheControl = 'max-age=31536000, immutable'

/** What the hub itself writes; uploads of brokers stay in Storage, whose policies say who may. */
const ours = [originalsBucket, publicBucket]

/**
 * Keeps originals and published copies in a bucket of any S3 (AWS, R2, MinIO, Ceph) instead of Storage:
 * MLS_MEDIA_S3_URL is the address of the bucket, path-style or not; below it are mls-originals/ and mls-public/. Only
 * mls-public/ is to be readable by anybody, at MLS_MEDIA_PUBLIC_URL.
 *
 * @returns undefined where no S3 is configured
 * @throws HubError `not_configured` where something of it is missing
 */
export function openS3(storage: Storage, fetcher: typeof fetch = fetch): Storage | undefined {
  const url = env('MLS_MEDIA_S3_URL')?.replace(/\/$/, '')
  if (!url) return undefined
  const accessKeyId = env('MLS_MEDIA_S3_KEY')
  const secretAccessKey = env('MLS_MEDIA_S3_SECRET')
  const publicBase = env('MLS_MEDIA_PUBLIC_URL')?.replace(/\/$/, '')
  if (!accessKeyId || !secretAccessKey || !publicBase) {
    throw new HubError(
      'not_configured',
      'MLS_MEDIA_S3_URL needs MLS_MEDIA_S3_KEY, MLS_MEDIA_S3_SECRET and MLS_MEDIA_PUBLIC_URL beside it.',
    )
  }
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 's3',
    region: env('MLS_MEDIA_S3_REGION') ?? 'auto',
  })

  const call = (method: string, bucket: string, path: string, init?: RequestInit) =>
    send(method, `${url}/${bucket}/${path.split('/').map(encodeURIComponent).join('/')}`, init)

  async function send(method: string, address: string, init: RequestInit = {}): Promise<Response> {
    try {
      const request = await client.sign(address, { ...init, method })
      return await fetcher(request, { signal: AbortSignal.timeout(timeoutMs) })
    } catch (error) {
      throw new StorageFault('storage_unavailable', `The S3 does not answer: ${(error as Error).name}.`)
    }
  }

  async function refuse(response: Response): Promise<never> {
    await response.body?.cancel().catch(() => {})
    throw response.status === 404
      ? new StorageFault('file_missing', 'The file is not in the S3 any more.')
      : new StorageFault('storage_unavailable', `The S3 answered ${response.status}.`)
  }

  return {
    async download(bucket, path, maxBytes) {
      if (!ours.includes(bucket)) return storage.download(bucket, path, maxBytes)
      const response = await call('GET', bucket, path)
      return response.ok ? await readBounded(response, maxBytes) : await refuse(response)
    },
    async upload(bucket, path, body, mimeType) {
      if (!ours.includes(bucket)) return storage.upload(bucket, path, body, mimeType)
      if (body.length > maxObjectBytes) {
        throw new StorageFault('too_large', 'The file is too large to be stored.')
      }
      const headers = { 'Content-Type': mimeType, 'Cache-Control': cacheControl }
      const response = await call('PUT', bucket, path, { headers, body })
      if (!response.ok) await refuse(response)
      await response.body?.cancel()
    },
    async remove(bucket, paths) {
      if (!ours.includes(bucket)) return storage.remove(bucket, paths)
      for (const path of paths) {
        const response = await call('DELETE', bucket, path)
        if (!response.ok && response.status !== 404) await refuse(response)
        await response.body?.cancel()
      }
      return paths
    },
    async list(bucket, after) {
      const query = new URLSearchParams({
        'list-type': '2',
        'encoding-type': 'url',
        prefix: `${bucket}/`,
        ...after && { 'start-after': `${bucket}/${after}` },
      })
      const response = await send('GET', `${url}/?${query}`)
      if (!response.ok) await refuse(response)
      return listedIn(await response.text(), bucket)
    },
    publicBase,
  }
}

/** What ListObjectsV2 answers. @throws StorageFault where it is something else: an empty list means that all is lost */
function listedIn(xml: string, bucket: string): Listed {
  if (!/<ListBucketResult[\s>]/.test(xml)) {
    throw new StorageFault('storage_unavailable', 'The S3 does not list its bucket (ListObjectsV2).')
  }
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, content]) => ({
    name: decodeURIComponent((textOf(content!, 'Key') ?? '').replaceAll('+', ' ')).slice(bucket.length + 1),
    modified: Date.parse(textOf(content!, 'LastModified') ?? ''),
  }))
  const names = objects.map(({ name }) => name)
  return {
    names,
    young: new Set(
      objects.filter(({ modified }) => !(modified < Date.now() - youthMs)).map(({ name }) => name),
    ),
    ...textOf(xml, 'IsTruncated') === 'true' && { next: names.at(-1) },
  }
}

const textOf = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
