import { HubError } from './errors.ts'

export interface BodyLimits {
  /** Most bytes accepted, counted after decompression. */
  maxBytes: number
  /** Media types accepted, in lower case and without parameters. */
  mediaTypes: readonly string[]
}

/** gzip adds this much to incompressible input at most (5 bytes per 64 KiB), with room for its header. */
const gzipOverhead = 64 * 1024
/** Deno unpacks a chunk as a whole, up to a thousandfold: small pieces keep one step of a zip bomb below 4 MB. */
const pieceBytes = 4 * 1024
/** A sender that has stalled must not hold what the request holds until the platform ends it after 150 s. */
const bodyTimeoutMs = 30_000

/**
 * Reads a request body as text: media type checked, gzip undone, size bounded, UTF-8 strictly decoded.
 *
 * @throws HubError unsupported_media_type or unsupported_encoding (415), payload_too_large (413), invalid_body (400)
 */
export async function readText(
  request: Request,
  limits: BodyLimits,
): Promise<{ mediaType: string; text: string }> {
  const mediaType = requireMediaType(request, limits.mediaTypes)
  return { mediaType, text: decodeUtf8(await readBytes(request, limits.maxBytes)) }
}

/** Answers the media type of the body, or refuses the body with 415 and the accepted types in `Accept`. */
export function requireMediaType(request: Request, accepted: readonly string[]): string {
  const [essence = '', ...parameters] = (request.headers.get('Content-Type') ?? '').toLowerCase().split(';')
  const mediaType = essence.trim()
  const options = { target: 'Content-Type', headers: { Accept: accepted.join(', ') } }
  if (!accepted.includes(mediaType)) {
    const sent = mediaType === ''
      ? 'The body has no Content-Type'
      : `Content-Type ${mediaType} is not supported`
    throw new HubError('unsupported_media_type', `${sent}: send ${accepted.join(' or ')}.`, options)
  }
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) =>
    parameter.startsWith('charset=')
  )
  if (charset && !/^charset="?utf-?8"?$/.test(charset)) {
    throw new HubError('unsupported_media_type', `The body must be UTF-8, not ${charset.slice(8)}.`, options)
  }
  return mediaType
}

/**
 * Reads at most `maxBytes` decoded bytes. Both the bytes on the wire and the bytes after decompression are counted
 * as they arrive, so that neither an endless body nor a small one that unpacks to gigabytes is ever held.
 *
 * @throws HubError unsupported_encoding (415), payload_too_large (413), request_timeout (408), invalid_body (400)
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const encoding = (request.headers.get('Content-Encoding') ?? 'identity').trim().toLowerCase()
  const gzipped = encoding === 'gzip' || encoding === 'x-gzip'
  if (!gzipped && encoding !== 'identity') {
    throw new HubError(
      'unsupported_encoding',
      `Content-Encoding ${encoding} is not supported: send gzip or none.`,
      {
        target: 'Content-Encoding',
        headers: { 'Accept-Encoding': 'gzip' },
      },
    )
  }
  const maxWireBytes = gzipped ? maxBytes + gzipOverhead : maxBytes
  if (Number(request.headers.get('Content-Length')) > maxWireBytes) throw tooLarge(maxBytes)
  if (!request.body) return new Uint8Array()
  if (!gzipped) return await collect(request.body, maxBytes, 'The body ended before it was complete.')
  const unpacked = request.body
    .pipeThrough(boundedPieces(maxWireBytes, maxBytes))
    .pipeThrough(new DecompressionStream('gzip'))
  return await collect(unpacked, maxBytes, 'The body is not complete, valid gzip.')
}

/** Decodes strict UTF-8 (a byte order mark is dropped), or names the offset of the first byte that is none. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const offset = firstInvalidByte(bytes)
    throw new HubError('invalid_body', `The body is not valid UTF-8 at byte offset ${offset}.`)
  }
}

/**
 * Finds the shortest prefix that the decoder refuses, by bisection: the decoder does not tell, and this path is
 * rare. In streaming mode a sequence cut short is no error, so a truncated body is reported at its end.
 */
function firstInvalidByte(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length + 1
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true })
      good = middle
    } catch {
      bad = middle
    }
  }
  return good
}

/** Counts what arrives from the wire, and cuts it up for the decompressor. */
function boundedPieces(limit: number, maxBytes: number): TransformStream<Uint8Array<ArrayBuffer>> {
  let seen = 0
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.byteLength
      if (seen > limit) return controller.error(tooLarge(maxBytes))
      for (let offset = 0; offset < chunk.byteLength; offset += pieceBytes) {
        controller.enqueue(chunk.subarray(offset, offset + pieceBytes))
      }
    },
  })
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
  whenBroken: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = stream.getReader()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    reader.cancel().catch(() => undefined)
  }, bodyTimeoutMs)
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      length += step.value.byteLength
      if (length > maxBytes) throw tooLarge(maxBytes)
      chunks.push(step.value)
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined)
    throw error instanceof HubError ? error : new HubError('invalid_body', whenBroken, { cause: error })
  } finally {
    clearTimeout(timer)
  }
  if (isLate) {
    throw new HubError('request_timeout', 'The body did not arrive within 30 seconds: send it again.')
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

function tooLarge(maxBytes: number): HubError {
  return new HubError(
    'payload_too_large',
    `The body exceeds ${maxBytes} bytes (decoded): send it in smaller parts.`,
  )
}
