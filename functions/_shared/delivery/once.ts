import { Buffer } from 'node:buffer'
import { connect } from './connect.ts'
import type { Connections } from './connections.ts'
import { acceptedCoding, decoded } from './content-coding.ts'
import { readAnswer, Wire } from './wire.ts'

interface Once {
  method: string
  headers?: Record<string, string>
  /** Leaves with its length, also where it is empty. A GET has none. */
  body?: string
  signal: AbortSignal
  /** Where the host of the URL is, looked up before: it is not looked up again. */
  addresses?: readonly string[]
  /** For a GET: connections to go on with. */
  connections?: Connections
}

/**
 * Sends a request exactly once, its body with a Content-Length, to where its host was found to be. No client of Deno does all
 * three. fetch() cannot be told an address, so a name could lead elsewhere than where it led when it was checked; and it
 * silently sends a request again when its connection closes without an answer (POST and PATCH too; seen with 2.9.5), unless
 * the body is a stream, and a stream leaves chunked, which receivers on WSGI or Python's http.server do not read. node:http of
 * Deno 2.1.4, hosted's line, refuses to be told an address (`lookup`), and when a connection closes without an answer it says
 * nothing for ever. So the few lines of HTTP/1.1 that this takes are written on the socket.
 *
 * A GET that finds its kept connection closed goes again on a new one: servers close idle connections as they like.
 */
export async function requestOnce(url: string, request: Once): Promise<Response> {
  const { method, addresses, connections, signal } = request
  const target = new URL(url)
  const kept = method === 'GET' ? connections?.take(target.origin) : undefined
  const answer = kept && await converse(kept, target, request).catch((error) => {
        if (signal.aborted || kept.isHeard) throw error
      }) || await converse(new Wire(await connect(target, addresses, signal)), target, request)
  return Object.defineProperty(answer, 'url', { value: url })
}

/** Writes the request and reads the answer's head. */
async function converse(wire: Wire, target: URL, request: Once): Promise<Response> {
  const { signal, connections } = request
  const abort = () => wire.fail(new DOMException('The operation was aborted', 'AbortError'))
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    wire.write(messageOf(target, request))
    return await decoded(
      await readAnswer(wire, (isReusable) => {
        signal.removeEventListener('abort', abort)
        if (isReusable && connections) connections.give(target.origin, wire)
        else wire.close()
      }),
    )
  } catch (error) {
    signal.removeEventListener('abort', abort)
    wire.fail(error as Error)
    throw error
  }
}

function messageOf(target: URL, { method, headers: given, body, connections }: Once): Buffer {
  // Headers checks that no value can end its line
  const headers = new Headers({ Accept: '*/*', 'User-Agent': 'mls-hub', ...given })
  const bytes = Buffer.from(body ?? '')
  if (method === 'GET') headers.set('Accept-Encoding', acceptedCoding)
  else headers.set('Content-Length', String(bytes.length))
  headers.set('Connection', connections ? 'keep-alive' : 'close')
  if ((target.username || target.password) && !headers.has('Authorization')) {
    const pair = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`
    headers.set('Authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
  const lines = [`${method} ${target.pathname}${target.search} HTTP/1.1`, `Host: ${target.host}`]
  for (const [name, value] of headers) lines.push(`${name}: ${value}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return method === 'GET' ? head : Buffer.concat([head, bytes])
}
