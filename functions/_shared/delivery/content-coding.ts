import { DeliveryFailure } from './failure.ts'

/**
 * What a GET says it takes. Not Brotli: on Deno 2.1.4 DecompressionStream does not know it, and `node:zlib` cuts a long text
 * off without an error (8 MB of 60 came back).
 */
export const acceptedCoding = 'gzip'

/** The decompressor unpacks a chunk as a whole, up to a thousandfold: it is fed small pieces. */
const pieceBytes = 16 * 1024

/**
 * The answer with its body as it was before it was packed for the way; what the headers said of the packed body, its coding
 * and its length, is taken out. An empty body that calls itself packed, as redirects have it, is an empty body.
 *
 * @throws DeliveryFailure `invalid_answer` where the coding is one that was not asked for
 */
export async function decoded(answer: Response): Promise<Response> {
  const coding = answer.headers.get('Content-Encoding')?.trim().toLowerCase() ?? ''
  if (!answer.body || coding === '' || coding === 'identity') return answer
  const reader = answer.body.getReader()
  if (coding !== 'gzip' && coding !== 'x-gzip') {
    await reader.cancel()
    const message = `The answer is coded as ${coding.slice(0, 40)}; only ${acceptedCoding} was asked for.`
    throw new DeliveryFailure('invalid_answer', message, { retry: true, inDoubt: true })
  }
  const headers = new Headers(answer.headers)
  headers.delete('Content-Encoding')
  headers.delete('Content-Length')
  let next = await reader.read()
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (next.done) return controller.close()
      const { value } = next
      for (let at = 0; at < value.length; at += pieceBytes) {
        controller.enqueue(value.slice(at, at + pieceBytes))
      }
      next = await reader.read()
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const body = next.done ? null : pieces.pipeThrough(new DecompressionStream('gzip'))
  return new Response(body, { status: answer.status, headers })
}
