import { accessToken } from '../../scripts/stack/access-token.ts'
import type { Hub } from './hub.ts'

export interface Edited {
  status: number
  headers: Headers
  // deno-lint-ignore no-explicit-any
  body: any
}

/** A client that writes to /odata: `send('POST', '/Property', {...})`. */
export type Editor = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Edited>

const secret = 'editor-0123456789abcdef0123456789abcdef'

/** Makes a client with these rights and answers how it sends. */
export async function editorOf(hub: Hub, client_id: string, rights: object): Promise<Editor> {
  await hub.pool.query('select mls.upsert_api_client($1)', [
    JSON.stringify({ client_id, secret, scopes: ['odata'], ...rights }),
  ])
  const token = await accessToken(hub.functionsUrl, { client_id, client_secret: secret })
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${hub.functionsUrl}/odata${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...body !== undefined && { 'Content-Type': 'application/json' },
        ...headers,
      },
      ...body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) },
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
}
