import { DeliveryFailure } from './failure.ts'

export interface OutboundRequest {
  method: string
  url: string
  headers?: Record<string, string>
  body?: string
  /** For the whole exchange, the body of the answer included. */
  timeoutMs: number
  /** A longer answer is cut off and counts as a failure. */
  maxBytes: number
}

export interface OutboundAnswer {
  status: number
  headers: Headers
  text: string
}

/**
 * The one way out of the hub: every call has a time limit and a limit on what is read, and follows no redirect
 * (it could lead to an address nobody agreed to). Statuses are the caller's business.
 *
 * @throws DeliveryFailure `timeout`, `connection` or `answer_too_large`, each in doubt: the other side may have acted
 */
export async function send(request: OutboundRequest): Promise<OutboundAnswer> {
  const { method, url, headers, body, timeoutMs, maxBytes } = request
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    const init: RequestInit & { duplex: 'half' } = {
      method,
      headers,
      body: method === 'GET' ? undefined : once(body ?? ''),
      redirect: 'manual',
      signal: abort.signal,
      duplex: 'half',
    }
    const response = await fetch(url, init)
    return { status: response.status, headers: response.headers, text: await readText(response, maxBytes) }
  } catch (error) {
    if (error instanceof DeliveryFailure) throw error
    if (abort.signal.aborted) {
      const message = `${hostOf(url)} did not answer within ${timeoutMs} ms.`
      throw new DeliveryFailure('timeout', message, { retry: true, inDoubt: true, cause: error })
    }
    const message = `The connection to ${hostOf(url)} failed.`
    throw new DeliveryFailure('connection', message, { retry: true, inDoubt: true, cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A body that can be read only once. Deno silently sends a request again when its connection closes without an
 * answer (POST and PATCH too; seen with 2.9.5), which would do twice what may have been done already; it cannot
 * where the body is gone.
 */
function once(body: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (body) controller.enqueue(new TextEncoder().encode(body))
      controller.close()
    },
  })
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    length += step.value.byteLength
    if (length > maxBytes) {
      await reader.cancel().catch(() => undefined)
      const message = `The answer of ${hostOf(response.url)} exceeds ${maxBytes} bytes.`
      throw new DeliveryFailure('answer_too_large', message, { retry: true, inDoubt: true })
    }
    text += decoder.decode(step.value, { stream: true })
  }
  return text + decoder.decode()
}

/** Messages name the host only: paths and queries may hold keys. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'The other side'
}
