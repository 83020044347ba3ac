import { StorageFault } from './objects.ts'

/** No object of the hub has more. */
export const maxObjectBytes = 50 * 1024 * 1024

/** The body of an answer of Storage or an S3. @throws StorageFault `too_large`, `storage_unavailable` */
export async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const size = Number(response.headers.get('content-length') ?? 0)
  const body = size > maxBytes ? null : await response.arrayBuffer().catch(() => undefined)
  if (body === undefined) {
    throw new StorageFault('storage_unavailable', 'The connection to Storage ended.')
  }
  if (!body || body.byteLength > maxBytes) {
    await response.body?.cancel().catch(() => {})
    throw new StorageFault('too_large', `The photo exceeds ${Math.round(maxBytes / 1048576)} MB.`)
  }
  return new Uint8Array(body)
}
