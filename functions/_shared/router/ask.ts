/** Requests to the hubs. What one of them refuses is refused; one that fails is named, and nobody answers without it. */
import { errorCatalogue, type ErrorCode } from '../http/catalogue.ts'
import { type ErrorDetail, HubError } from '../http/errors.ts'
import { describeError } from '../http/log.ts'
import { callSpan } from '../http/trace.ts'
import type { RoutedHub } from './hubs.ts'

/** Somewhat less than a caller waits for us. */
const patienceMs = 60_000

export interface Asked {
  method?: 'GET' | 'POST'
  /** Behind the address of the functions, with its query. */
  path: string
  headers: Record<string, string>
  body?: string
}

/** An answer read to its end. */
export interface Reply {
  status: number
  headers: Headers
  text: string
}

/**
 * The answer of a hub, a refusal too.
 *
 * @throws HubError hub_unavailable (503) where there is none, or it failed
 */
export async function ask(hub: RoutedHub, { method = 'GET', path, headers, body }: Asked): Promise<Reply> {
  const address = `${hub.url}${path}`
  const span = callSpan(method, address)
  try {
    const response = await fetch(address, {
      method,
      headers: { ...headers, ...span.headers },
      body,
      redirect: 'manual', // a token goes nowhere but where it is for
      signal: AbortSignal.timeout(patienceMs),
    })
    span.end(response.status)
    const reply = { status: response.status, headers: response.headers, text: await response.text() }
    if (reply.status < 300 || reply.status === 304) return reply
    // what no hub offers is no failure: repeating would be in vain
    if (reply.status >= 400 && (reply.status < 500 || reply.status === 501)) return reply
    throw new Error(`status ${reply.status}: ${reply.text.slice(0, 300)}`)
  } catch (cause) {
    span.end()
    throw new HubError('hub_unavailable', `The hub ${hub.name} does not answer: try again later.`, {
      target: hub.name,
      headers: { 'Retry-After': '10' },
      cause: `${hub.name}: ${describeError(cause)}`,
    })
  }
}

/** The same, of a request that every hub should grant. @throws HubError what it refuses, as well */
export async function askFor(hub: RoutedHub, asked: Asked): Promise<Reply> {
  const reply = await ask(hub, asked)
  if (reply.status >= 400) throw refusalOf(hub, reply)
  return reply
}

interface Refused {
  code?: string
  message?: string
  target?: string
  details?: ErrorDetail[]
}

/** Members of the three shapes of errors (http/render.ts). */
function refusedIn(text: string): Refused {
  try {
    const { error, error_description, code, detail, target, errors } = JSON.parse(text)
    if (typeof error === 'string') return { code: error, message: error_description }
    return error ?? { code, message: detail, target, details: errors }
  } catch {
    return {}
  }
}

/** What a hub refuses, as the router says it; its name stands in it, for another may have granted the same. */
export function refusalOf({ name }: RoutedHub, { status, headers, text }: Reply): HubError {
  const { code, message, target, details } = refusedIn(text)
  const known = code !== undefined && Object.hasOwn(errorCatalogue, code) ? code as ErrorCode : undefined
  const fits = known && errorCatalogue[known].status === status
    ? known
    : byStatus[status] ?? 'invalid_request'
  const passed = ['Retry-After', 'WWW-Authenticate', 'RateLimit', 'RateLimit-Policy', 'ETag', 'Allow']
  return new HubError(fits, `${message ?? errorCatalogue[fits].title} (hub ${name})`, {
    target,
    details,
    headers: Object.fromEntries(
      passed.flatMap((header) => headers.has(header) ? [[header, headers.get(header)!]] : []),
    ),
  })
}

const byStatus: Record<number, ErrorCode> = {
  401: 'invalid_token',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  409: 'conflict',
  412: 'precondition_failed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  422: 'unprocessable',
  429: 'rate_limited',
  501: 'not_implemented',
}
