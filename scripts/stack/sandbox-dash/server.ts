import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { drawFault, type FaultKind, noFaults, readFaults } from './faults.ts'
import { readSide } from './reading.ts'
import { type Listing, Store } from './store.ts'
import { findFaults } from './validate.ts'

/** What a client of the sandbox must know. */
export interface SandboxSecrets {
  clientId: string
  clientSecret: string
  apiKey: string
}

export interface SandboxOptions extends SandboxSecrets {
  port: number
  tokenSeconds?: number
  /** Where listings survive the process. */
  file?: string
}

/**
 * A Dash to try against, ours from end to end: Dash's write API is documented nowhere, so this is what our adapter
 * assumes it to be, with an Okta-like token endpoint, validation and storage. It fails on request, in every way a
 * network can. `/sandbox/...` inspects and is never failed.
 */
export async function startSandboxDash(
  options: SandboxOptions,
): Promise<{ url: string; concurrency(): number; close(): Promise<void> }> {
  const store = new Store(options.file)
  const tokens = new Map<string, number>()
  let faults = noFaults

  let [under, most] = [0, 0]
  const server = createServer((request, response) => {
    const isAsked = !request.url!.startsWith('/sandbox/')
    if (isAsked) most = Math.max(most, ++under)
    answer(request, response).catch((error: Error) => reply(response, 500, { error: error.message }))
      .finally(() => isAsked && under--)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://sandbox')
    const text = await bodyOf(request)
    if (url.pathname.startsWith('/sandbox/')) return inspect(request, response, url, text)
    if (faults.latency_ms > 0) await sleep(faults.latency_ms)
    if (url.pathname === '/oauth2/sandbox/v1/token') return issueToken(request, response, text)
    if (!url.pathname.startsWith('/dash/')) return reply(response, 404, { error: 'There is nothing here.' })

    const fault = drawFault(faults)
    if (fault && await fail(fault, response)) return
    const refusal = refusalOf(request, url)
    if (refusal) return reply(response, refusal.status, { error: refusal.reason })
    const read = request.method === 'GET' ? readSide(store, url) : undefined
    const { status, body } = read ?? operate(request, url, text)
    if (fault === 'lost_answer') return void request.socket.destroy()
    reply(response, status, body)
  }

  /** True when the call ends here, before anything was done. */
  async function fail(fault: FaultKind, response: ServerResponse): Promise<boolean> {
    if (fault === 'lost_answer') return false
    if (fault === 'error') reply(response, 503, { error: 'The sandbox was told to fail.' })
    if (fault === 'rate_limit') reply(response, 429, { error: 'Too many calls.' }, { 'Retry-After': '1' })
    if (fault === 'timeout') await sleep(faults.hang_ms)
    if (fault === 'drop' || fault === 'timeout') response.socket?.destroy()
    return true
  }

  function issueToken(request: IncomingMessage, response: ServerResponse, text: string): void {
    const expected = Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64')
    const form = new URLSearchParams(text)
    if (request.headers.authorization !== `Basic ${expected}`) {
      return reply(response, 401, { error: 'invalid_client' })
    }
    if (form.get('grant_type') !== 'client_credentials' || !form.get('scope')) {
      return reply(response, 400, { error: 'invalid_request' })
    }
    const expiresIn = options.tokenSeconds ?? 3600
    const token = randomBytes(24).toString('base64url')
    tokens.set(token, Date.now() + expiresIn * 1000)
    reply(response, 200, {
      token_type: 'Bearer',
      access_token: token,
      expires_in: expiresIn,
      scope: form.get('scope'),
    })
  }

  function refusalOf(request: IncomingMessage, url: URL): { status: number; reason: string } | null {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (!token || (tokens.get(token) ?? 0) < Date.now()) {
      return { status: 401, reason: 'The token is not valid.' }
    }
    if (request.headers.apikey !== options.apiKey) return { status: 403, reason: 'The apikey is not valid.' }
    if (!url.searchParams.get('x-rlgy-version')) return { status: 400, reason: 'x-rlgy-version is missing.' }
    return null
  }

  function operate(request: IncomingMessage, url: URL, text: string): { status: number; body: unknown } {
    const [family, id, part] = url.pathname.slice('/dash/listings/'.length).split('/').map(decodeURIComponent)
    const unknown = { status: 404, body: { error: 'There is no such listing.' } }
    const found = (listing: unknown) => listing ? { status: 200, body: listing } : unknown
    const verb = `${request.method} ${id === undefined ? '' : '/id'}${part ? `/${part}` : ''}`
    if (family === 'byreference') return found(store.byReference(url.searchParams.get('reference') ?? ''))
    if (verb === 'GET /id') return found(store.listings.get(id!))
    if (verb === 'POST /id/withdraw') return found(store.withdraw(id!))
    const body: unknown = JSON.parse(text || 'null')
    if (verb === 'PUT /id/media') {
      if (!Array.isArray(body)) return { status: 422, body: { errors: ['Media must be a list.'] } }
      return found(store.setMedia(id!, body))
    }
    if (verb !== 'POST ' && verb !== 'PATCH /id') {
      return { status: 405, body: { error: 'No such operation.' } }
    }
    const errors = findFaults(body, verb === 'POST ')
    if (errors.length > 0) return { status: 422, body: { errors } }
    if (verb === 'PATCH /id') return found(store.update(id!, body as Record<string, unknown>))
    const key = request.headers['idempotency-key']
    const created = store.create(
      family!,
      body as Record<string, unknown>,
      typeof key === 'string' ? key : null,
    )
    return { status: 201, body: created }
  }

  function inspect(request: IncomingMessage, response: ServerResponse, url: URL, text: string): void {
    const at = `${request.method} ${url.pathname}`
    if (at === 'GET /sandbox/listings') return reply(response, 200, [...store.listings.values()])
    if (request.method === 'DELETE' && url.pathname.startsWith('/sandbox/listings/')) {
      return reply(response, store.remove(url.pathname.slice('/sandbox/listings/'.length)) ? 200 : 404, {})
    }
    if (at === 'PUT /sandbox/listings') return reply(response, 200, store.place(parsed(text) as Listing))
    if (at === 'GET /sandbox/calls') return reply(response, 200, store.allCalls())
    if (at === 'POST /sandbox/tokens/revoke') {
      tokens.clear()
      return reply(response, 200, {})
    }
    if (at === 'POST /sandbox/forget') {
      const forgotten = store.forget(url.searchParams.get('reference') ?? '')
      return reply(response, forgotten ? 200 : 404, { forgotten })
    }
    if (at !== 'POST /sandbox/faults') return reply(response, 404, { error: 'There is nothing here.' })
    const read = readFaults(parsed(text), faults)
    if (typeof read === 'string') return reply(response, 422, { error: read })
    faults = read
    reply(response, 200, faults)
  }

  const url = await listen(server, options.port)
  return {
    url,
    /** Calls that were under way at once, at most. */
    concurrency: () => most,
    close: () =>
      new Promise((resolve) => {
        store.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as { port: number }
      resolve(`http://127.0.0.1:${address.port}`)
    })
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) return
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
