import { config } from './config.ts'
import { Refusal } from './refusal.ts'

export interface DoorOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  json?: unknown
  body?: BodyInit
  headers?: Record<string, string>
}

/** Calls an edge function under a token, or without one as anybody who has the publishable key. */
export async function callDoor<Answer>(
  path: string,
  options: DoorOptions = {},
  token?: string,
): Promise<Answer> {
  const { url, functionsUrl = `${url}/functions/v1`, publishableKey } = config()
  const response = await fetch(`${functionsUrl}/${path}`, {
    method: options.method ?? 'GET',
    headers: {
      apikey: publishableKey,
      ...token ? { authorization: `Bearer ${token}` } : {},
      ...options.json !== undefined ? { 'content-type': 'application/json' } : {},
      ...options.headers,
    },
    body: options.json !== undefined ? JSON.stringify(options.json) : options.body,
  })
  const text = await response.text()
  const content = parse(text)
  if (!response.ok) throw Refusal.of(content ?? { message: text.slice(0, 300) }, response.status)
  return content as Answer
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
