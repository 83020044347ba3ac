import { Buffer } from 'node:buffer'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'

interface Once {
  method: string
  headers?: Record<string, string>
  body: string
  signal: AbortSignal
  /** Where the host of the URL is, looked up before: it is not looked up again. */
  addresses?: readonly string[]
}

/**
 * Sends a request exactly once, its body with a Content-Length. fetch() of Deno can do only one of both: it silently
 * sends a request again when its connection closes without an answer (POST and PATCH too; seen with 2.9.5), unless
 * the body is a stream, and a stream leaves chunked, which receivers on WSGI or Python's http.server do not read. A
 * request of node:http on a connection of its own is never sent again.
 */
export function requestOnce(
  url: string,
  { method, headers, body, signal, addresses }: Once,
): Promise<Response> {
  const bytes = Buffer.from(body)
  const { request } = new URL(url).protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent: false,
      signal,
      ...addresses ? { lookup: lookupOf(addresses) } : {},
      headers: { Accept: '*/*', ...headers, 'Content-Length': bytes.length },
    }, (answer) => {
      try {
        resolve(responseOf(answer, url))
      } catch (error) {
        sent.destroy()
        reject(error)
      }
    })
    sent.on('error', reject)
    sent.end(bytes)
  })
}

/** Answers as dns.lookup() does, with what was found before. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_, options, callback) =>
    options.all ? callback(null, all) : callback(null, all[0]!.address, all[0]!.family)
}

function responseOf(answer: http.IncomingMessage, url: string): Response {
  const headers = new Headers()
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    headers.append(answer.rawHeaders[at]!, answer.rawHeaders[at + 1]!)
  }
  const status = answer.statusCode ?? 0
  const isEmpty = [204, 205, 304].includes(status)
  if (isEmpty) answer.resume()
  const body = isEmpty ? null : streamOf(answer)
  return Object.defineProperty(new Response(body, { status, headers }), 'url', { value: url })
}

/** Not Readable.toWeb(): on Deno 2.1.4, hosted's line, the cancel() of its stream throws, also where nobody can catch it. */
function streamOf(answer: http.IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  // an answer that is torn after it was given up is nobody's concern; while it is read, reading fails
  answer.on('error', () => {})
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(new Uint8Array(value))
    },
    cancel() {
      answer.destroy()
    },
  }, { highWaterMark: 0 })
}
