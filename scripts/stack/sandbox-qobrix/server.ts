import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { drawFault, type FaultSettings, noFaults, readFaults } from '../sandbox-dash/faults.ts'
import { expand } from './expand.ts'
import { fillDemo } from './fill.ts'
import { type QobrixRow, readSearch, SearchFault } from './search.ts'
import { type QobrixPath, QobrixStore } from './store.ts'

export interface QobrixSandboxOptions {
  port?: number
  apiUser?: string
  apiKey?: string
  /** Listings to begin with. */
  listings?: number
}

export const qobrixSecrets = { apiUser: '00000000-0000-4000-8000-00000000000a', apiKey: 'sandbox-qobrix-key' }

export interface QobrixSandbox {
  url: string
  baseUrl: string
  store: QobrixStore
  faults: FaultSettings
  credentials: { api_user: string; api_key: string }
  /** Every address that was asked, without the host. */
  asked: string[]
  /** Refuses everybody while set. */
  isLocked: boolean
  /** Lists that this key may not see. */
  forbidden: string[]
  /** Milliseconds added to every answer. */
  delay: number
  concurrency: number
  close(): Promise<void>
}

/**
 * A Qobrix to try against, ours from end to end, with the habits that a client must know: ten rows a page unless asked,
 * never more than a hundred, no promised order without `sort[]`, times without a zone, rows without `modified`, addresses
 * of files without a host, 500 for a search that cannot be read. `/sandbox/...` is never failed.
 */
export async function startSandboxQobrix(options: QobrixSandboxOptions = {}): Promise<QobrixSandbox> {
  const { apiUser = qobrixSecrets.apiUser, apiKey = qobrixSecrets.apiKey } = options
  const store = new QobrixStore()
  if (options.listings) fillDemo(store, options.listings)
  let under = 0
  const server = createServer((request, response) => {
    sandbox.concurrency = Math.max(sandbox.concurrency, ++under)
    answer(request, response).catch((error: Error) => reply(response, 500, { errors: [error.message] }))
      .finally(() => under--)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://sandbox')
    if (url.pathname === '/sandbox/faults' && request.method === 'POST') {
      let text = ''
      for await (const chunk of request.setEncoding('utf8')) text += chunk
      const read = readFaults(JSON.parse(text), sandbox.faults)
      if (typeof read === 'string') return reply(response, 422, { error: read })
      sandbox.faults = read
      return reply(response, 200, read)
    }
    const path = url.pathname.replace(/^\/api\/v2\//, '')
    sandbox.asked.push(url.pathname + url.search)
    if (sandbox.delay + sandbox.faults.latency_ms > 0) {
      await new Promise((resolve) => setTimeout(resolve, sandbox.delay + sandbox.faults.latency_ms))
    }
    const fault = drawFault(sandbox.faults)
    if (fault === 'rate_limit') {
      return reply(response, 429, { errors: ['Slow down.'] }, { 'Retry-After': '1' })
    }
    if (fault === 'error') {
      return reply(response, 503, { errors: [{ message: 'The sandbox was told to fail.' }] })
    }
    if (fault === 'timeout') await new Promise((resolve) => setTimeout(resolve, sandbox.faults.hang_ms))
    if (fault) return void request.socket.destroy()
    if (
      sandbox.isLocked || request.headers['x-api-user'] !== apiUser || request.headers['x-api-key'] !== apiKey
    ) {
      return reply(response, 401, { errors: [{ message: 'Invalid credentials' }] })
    }
    if (request.method !== 'GET') return reply(response, 400, { errors: ['The sandbox is read only.'] })
    if (sandbox.forbidden.includes(path)) return reply(response, 403, { errors: ['Forbidden'] })
    const { status, body } = read(path, url.searchParams)
    reply(response, status, body)
  }

  function read(path: string, query: URLSearchParams): { status: number; body: unknown } {
    const missing = { status: 404, body: { errors: ['Not found'] } }
    const media = /^media\/by-category\/([^/]+)\/(Properties|Projects)\/([^/]+)$/.exec(path)
    if (media) {
      const [, category, model, owner] = media
      const isKnown = [...store.lists.get('media/categories')!.values()].some(({ name }) => name === category)
      const list = model === 'Properties' ? 'properties' : 'projects'
      if (!isKnown || !store.get(list, owner!)) return missing
      const files = [...store.media.values()].filter((file) =>
        file.category === category && file.model === model && file.owner === owner
      )
      return {
        status: 200,
        body: {
          data: files.map(({ model, owner, category, ...file }) => ({
            ...file,
            category: { name: category },
            related_model: model,
            related_id: owner,
          })),
        },
      }
    }
    const texts = /^properties\/([^/]+)\/translations\/(\w+)$/.exec(path)
    if (texts) {
      const found = store.translations.get(`${texts[1]}/${texts[2]}`)
      return found ? { status: 200, body: { data: found } } : missing
    }
    const list = store.lists.get(path as QobrixPath)
    if (list) return readRows(path as QobrixPath, [...list.values()], query)
    const one = /^(.+)\/([^/]+)$/.exec(path)
    const row = one && store.lists.has(one[1] as QobrixPath)
      ? store.get(one[1] as QobrixPath, one[2]!)
      : undefined
    if (!row) return missing
    return { status: 200, body: { data: query.get('expand') === 'false' ? row : expand(store, row) } }
  }

  function readRows(path: QobrixPath, all: QobrixRow[], query: URLSearchParams) {
    const wantsTrashed = query.get('trashed') === 'true'
    let rows = all.filter(({ trashed }) => (trashed ?? null) !== null === wantsTrashed)
    const search = query.get('search')
    if (search) {
      try {
        rows = rows.filter(readSearch(search))
      } catch (error) {
        if (!(error instanceof SearchFault)) throw error
        return { status: 500, body: { errors: [`Unable to parse search: ${error.message}`] } }
      }
    }
    const sort = query.getAll('sort[]')
    // a scalar `sort` is silently ignored, and without an order the database gives what it likes
    if (sort.length === 0) {
      rows = rows.map((row) => ({ row, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ row }) => row)
    } else rows.sort((a, b) => ordered(a, b, sort))
    const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 10) || 10))
    const page = Math.max(1, Number(query.get('page') ?? 1) || 1)
    const fields = query.getAll('fields[]')
    const data = rows.slice((page - 1) * limit, page * limit)
      .map((row) => query.get('expand') === 'false' || path === 'media/categories' ? row : expand(store, row))
      .map((row) =>
        fields.length === 0
          ? row
          : Object.fromEntries(fields.filter((name) => name in row).map((name) => [name, row[name]]))
      )
    const pages = Math.max(1, Math.ceil(rows.length / limit))
    return {
      status: 200,
      body: {
        data,
        pagination: {
          page_count: pages,
          current_page: page,
          has_next_page: page < pages,
          has_prev_page: page > 1,
          count: rows.length,
          limit,
        },
      },
    }
  }

  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    server.listen(
      options.port ?? 0,
      '127.0.0.1',
      () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`),
    )
  })
  const sandbox: QobrixSandbox = {
    url,
    baseUrl: `${url}/api/v2`,
    store,
    faults: { ...noFaults },
    credentials: { api_user: apiUser, api_key: apiKey },
    asked: [],
    isLocked: false,
    forbidden: [],
    delay: 0,
    concurrency: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return sandbox
}

/** As MySQL sorts: nothing stands first. */
function ordered(a: QobrixRow, b: QobrixRow, sort: string[]): number {
  for (const item of sort) {
    const isDown = item.startsWith('-')
    const field = isDown ? item.slice(1) : item
    const [one, other] = [a[field] ?? '', b[field] ?? ''].map((value) =>
      typeof value === 'number' ? value : String(value)
    ) as [string, string]
    if (one !== other) return (one < other ? -1 : 1) * (isDown ? -1 : 1)
  }
  return 0
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
