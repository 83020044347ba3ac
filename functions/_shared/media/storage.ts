import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { publicBucket, type Storage, StorageFault } from './objects.ts'
import { readBounded } from './read-bounded.ts'
import { openS3 } from './s3.ts'

export { originalsBucket, publicBucket, type Storage, StorageFault } from './objects.ts'

const timeoutMs = 20_000
/** Names of published copies say their content: what stands under one never changes. */
const cacheControl = 'max-age=31536000, immutable'

/**
 * @param fetcher for tests
 * @throws HubError `not_configured` where SUPABASE_URL or the secret key is missing
 */
export function openStorage(fetcher: typeof fetch = fetch): Storage {
  const project = env('SUPABASE_URL')
  const key = secretKey()
  if (!project || !key) {
    throw new HubError('not_configured', 'Storage needs SUPABASE_URL and SUPABASE_SECRET_KEYS.')
  }
  const root = `${project}/storage/v1/object`

  async function call(method: string, address: string, init: RequestInit = {}): Promise<Response> {
    const headers = { apikey: key!, Authorization: `Bearer ${key}`, ...init.headers }
    try {
      return await fetcher(address, { ...init, method, headers, signal: AbortSignal.timeout(timeoutMs) })
    } catch (error) {
      throw new StorageFault('storage_unavailable', `Storage does not answer: ${(error as Error).name}.`)
    }
  }

  /** Storage answers 400 for nearly everything and says in the body what it means. */
  async function fault(response: Response): Promise<StorageFault> {
    const text = (await response.text().catch(() => '')).slice(0, 200)
    return new StorageFault('storage_unavailable', `Storage answered ${response.status}: ${text}`)
  }

  const isMissing = ({ message }: StorageFault) =>
    /"404"|not.?found/i.test(message) && !/bucket/i.test(message)

  const storage: Storage = {
    async download(bucket, path, maxBytes) {
      const response = await call('GET', `${root}/${bucket}/${encoded(path)}`)
      if (!response.ok) {
        const error = await fault(response)
        throw isMissing(error)
          ? new StorageFault('file_missing', 'The file is not in Storage any more.')
          : error
      }
      return await readBounded(response, maxBytes)
    },
    async upload(bucket, path, body, mimeType) {
      const headers = { 'Content-Type': mimeType, 'Cache-Control': cacheControl, 'x-upsert': 'true' }
      const response = await call('POST', `${root}/${bucket}/${encoded(path)}`, { headers, body })
      if (!response.ok) throw await fault(response)
      await response.body?.cancel()
    },
    async remove(bucket, paths) {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify({ prefixes: paths })
      const response = await call('DELETE', `${root}/${bucket}`, { headers, body })
      if (!response.ok) throw await fault(response)
      return (await response.json() as { name: string }[]).map(({ name }) => name)
    },
    publicBase: (env('MLS_MEDIA_PUBLIC_URL') ?? `${root}/public/${publicBucket}`).replace(/\/$/, ''),
  }
  return openS3(storage, fetcher) ?? storage
}

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/')

/** `default` is the key that every project has. */
function secretKey(): string | undefined {
  try {
    const keys = JSON.parse(env('SUPABASE_SECRET_KEYS') ?? '{}') as Record<string, string>
    return keys.default ?? Object.values(keys)[0]
  } catch {
    return undefined
  }
}
