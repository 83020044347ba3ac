import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A request that came through a relay. */
export interface Relayed {
  method: string
  /** Path and query below the functions URL. */
  path: string
  headers: IncomingMessage['headers']
  /** The body as JSON, unpacked; undefined where it is none. */
  body: unknown
  /** Requests that were still unanswered when this one came. */
  beside: Relayed[]
}

/** What stands in for the hub's answer; `lost` sends the request on and breaks the connection instead of answering. */
export type Interference =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  | 'lost'
  | undefined

export interface Relay {
  url: string
  requests: Relayed[]
  /** Asked about every request before it is sent on; a promise holds it back. */
  interfere: (request: Relayed) => Interference | Promise<Interference>
  close(): Promise<void>
}

/** Stands between a client and the functions of a hub: it sees every request, and can be a bad network. */
export async function startRelay(functionsUrl: string): Promise<Relay> {
  const flying = new Set<Relayed>()
  const relay: Relay = { url: '', requests: [], interfere: () => undefined, close: async () => {} }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const bytes = new Uint8Array(Buffer.concat(chunks))
    const seen: Relayed = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body: readJson(bytes, request.headers['content-encoding'] === 'gzip'),
      beside: [...flying],
    }
    relay.requests.push(seen)
    flying.add(seen)
    try {
      const instead = await relay.interfere(seen)
      if (instead && instead !== 'lost') {
        response.writeHead(instead.status, { 'Content-Type': 'application/json', ...instead.headers })
        response.end(JSON.stringify(instead.body ?? {}))
        return
      }
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
      const answer = await fetch(`${functionsUrl}${seen.path}`, {
        method: seen.method,
        headers: headers as Record<string, string>,
        body: bytes.length > 0 ? bytes : undefined,
      })
      const content = new Uint8Array(await answer.arrayBuffer())
      if (instead === 'lost') {
        response.destroy()
        return
      }
      response.writeHead(answer.status, {
        'Content-Type': answer.headers.get('content-type') ?? 'application/json',
      })
      response.end(content)
    } catch {
      response.destroy()
    } finally {
      flying.delete(seen)
    }
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  relay.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  relay.close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return relay
}

function readJson(bytes: Uint8Array, packed: boolean): unknown {
  try {
    return JSON.parse(Buffer.from(packed ? gunzipSync(bytes) : bytes).toString())
  } catch {
    return undefined
  }
}
