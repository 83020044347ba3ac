import { Buffer } from 'node:buffer'
import net from 'node:net'
import tls from 'node:tls'
import { readAnswer, Wire } from './wire.ts'

interface Once {
  method: string
  headers?: Record<string, string>
  body: string
  signal: AbortSignal
  /** Where the host of the URL is, looked up before: it is not looked up again. */
  addresses?: readonly string[]
}

/**
 * Sends a request exactly once, its body with a Content-Length, to where its host was found to be. No client of Deno does all
 * three. fetch() silently sends a request again when its connection closes without an answer (POST and PATCH too; seen with
 * 2.9.5), unless the body is a stream, and a stream leaves chunked, which receivers on WSGI or Python's http.server do not
 * read. node:http of Deno 2.1.4, hosted's line, refuses to be told an address (`lookup`), and when a connection closes
 * without an answer it says nothing for ever. So the few lines of HTTP/1.1 that this takes are written on the socket.
 */
export async function requestOnce(
  url: string,
  { method, headers, body, signal, addresses }: Once,
): Promise<Response> {
  const target = new URL(url)
  const bytes = Buffer.from(body)
  const head = headOf(target, method, { ...headers, 'Content-Length': String(bytes.length) })
  const socket = await connect(target, addresses, signal)
  const wire = new Wire(socket)
  const abort = () => wire.fail(new DOMException('The operation was aborted', 'AbortError'))
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    socket.write(Buffer.concat([head, bytes]))
    const answer = await readAnswer(wire, () => signal.removeEventListener('abort', abort))
    return Object.defineProperty(answer, 'url', { value: url })
  } catch (error) {
    wire.fail(error as Error)
    throw error
  }
}

/** The request before its body. Headers checks that no value can end its line. */
function headOf(target: URL, method: string, given: Record<string, string>): Buffer {
  const headers = new Headers({ Accept: '*/*', ...given })
  headers.set('Connection', 'close')
  if ((target.username || target.password) && !headers.has('Authorization')) {
    const pair = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`
    headers.set('Authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
  const lines = [`${method} ${target.pathname}${target.search} HTTP/1.1`, `Host: ${target.host}`]
  for (const [name, value] of headers) lines.push(`${name}: ${value}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** To the first address that takes the connection: nothing has been sent before. */
async function connect(
  target: URL,
  addresses: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<net.Socket> {
  const name = target.hostname.replace(/^\[|\]$/g, '')
  let failure: unknown
  for (const host of addresses ?? [name]) {
    try {
      return await connectTo(target, name, host, signal)
    } catch (error) {
      if (signal.aborted) throw error
      failure = error
    }
  }
  throw failure ?? new Error(`There is no address of ${name}.`)
}

function connectTo(target: URL, name: string, host: string, signal: AbortSignal): Promise<net.Socket> {
  const isSecure = target.protocol === 'https:'
  const port = Number(target.port) || (isSecure ? 443 : 80)
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = isSecure
      // the certificate must be of the name, whatever address it is reached at
      ? tls.connect({ host, port, ...net.isIP(name) === 0 && { servername: name } })
      : net.connect({ host, port })
    const settle = (error?: Error) => {
      socket.removeListener('error', settle)
      socket.removeListener('close', lost)
      signal.removeEventListener('abort', abort)
      if (!error) return resolve(socket)
      socket.on('error', () => {}) // what else is wrong with it is nobody's concern
      socket.destroy()
      reject(error)
    }
    const abort = () => settle(new DOMException('The operation was aborted', 'AbortError'))
    const lost = () => settle(new Error(`The connection to ${host} was closed before it stood.`))
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', settle)
    socket.once('close', lost)
    socket.once(isSecure ? 'secureConnect' : 'connect', () => settle())
  })
}
