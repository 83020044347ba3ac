import { randomBytes } from 'node:crypto'
import { accessToken } from '../../scripts/stack/access-token.ts'
import type { Hub } from '../support/hub.ts'

export type Row = Record<string, unknown>

export interface Answer {
  status: number
  headers: Headers
  text: string
  // deno-lint-ignore no-explicit-any
  body: any
}

/** A caller of /odata. Paths are written readably and encoded here; what starts with http is a nextLink. */
export interface ODataClient {
  token: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** Asks fifty paths at most in one `$batch`: each is answered as if it had come alone, for half of what that takes. */
  batch(paths: string[]): Promise<Pick<Answer, 'status' | 'body'>[]>
  rows(path: string): Promise<Row[]>
  /** All rows of a query, page by page over nextLink; `$top` is the size of a page. */
  all(path: string): Promise<Row[]>
  count(resource: string, filter: string): Promise<number>
}

export function clientWith(hub: Pick<Hub, 'functionsUrl'>, token: string): ODataClient {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const address = path.startsWith('http') ? path : `${hub.functionsUrl}/odata${encodePath(path)}`
    const response = await fetch(address, { headers: { Authorization: `Bearer ${token}`, ...headers } })
    const text = await response.text()
    const isJson = response.headers.get('Content-Type')?.includes('json') && text !== ''
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    }
  }
  const page = async (path: string, headers?: Record<string, string>) => {
    const { status, body, text } = await get(path, headers)
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
    return body as { value: Row[]; '@odata.nextLink'?: string }
  }
  return {
    token,
    get,
    batch: async (paths) => {
      const response = await fetch(`${hub.functionsUrl}/odata/$batch`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          Prefer: 'odata.continue-on-error',
        },
        body: JSON.stringify({
          requests: paths.map((path, id) => ({
            id: String(id),
            method: 'GET',
            url: encodePath(path).slice(1),
          })),
        }),
      })
      const text = await response.text()
      if (response.status !== 200) throw new Error(`$batch: ${response.status} ${text}`)
      return JSON.parse(text).responses
    },
    rows: async (path) => (await page(path)).value,
    all: async (path) => {
      const rows: Row[] = []
      const { first, headers } = sized(path)
      for (let next: string | undefined = first; next;) {
        const answer = await page(next, headers)
        rows.push(...answer.value)
        next = answer['@odata.nextLink']
      }
      return rows
    },
    count: async (resource, filter) => {
      const { status, text } = await get(`/${resource}/$count?$filter=${encodeURIComponent(filter)}`)
      if (status !== 200) throw new Error(`${filter}: ${status} ${text}`)
      return Number(text)
    },
  }
}

/** The size of pages as a preference, because $top may limit the whole; a nextLink knows its own. */
function sized(path: string): { first: string; headers?: Record<string, string> } {
  const size = path.startsWith('/') ? /[?&]\$top=(\d+)/.exec(path)?.[1] : undefined
  if (size === undefined) return { first: path }
  return {
    first: path.replace(/([?&])\$top=\d+(&|$)/, '$1'),
    headers: { Prefer: `odata.maxpagesize=${size}` },
  }
}

export async function demoClient(hub: Hub, name: string): Promise<ODataClient> {
  return clientWith(hub, await hub.token(name))
}

/** A client made for one test. */
export async function newClient(hub: Hub, properties: Row): Promise<ODataClient> {
  const client_id = `test_${randomBytes(6).toString('hex')}`
  const client_secret = randomBytes(24).toString('base64url')
  const client = {
    client_id,
    secret: client_secret,
    name: client_id,
    scopes: ['odata'],
    rate_limit_per_minute: 60_000,
    ...properties,
  }
  await hub.pool.query('select mls.upsert_api_client($1)', [client])
  return clientWith(hub, await accessToken(hub.functionsUrl, { client_id: client.client_id, client_secret }))
}

/** Blanks, quotes and letters of a readable path; what is encoded already stays. */
function encodePath(path: string): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/?%]/gu, encodeURIComponent)
}
