import { DeliveryFailure } from './failure.ts'
import { callSpan } from '../http/trace.ts'
import type { Connections } from './connections.ts'
import { requestOnce } from './once.ts'

export interface OutboundRequest {
  method: string
  url: string
  headers?: Record<string, string>
  body?: string
  /** For the whole exchange, the body of the answer included. */
  timeoutMs: number
  /** A longer answer is cut off and counts as a failure. */
  maxBytes: number
  /** Where the host is (pinAddress): its name is not looked up again. */
  addresses?: readonly string[]
  /** Of the work that this request belongs to; without them it has a connection of its own. */
  connections?: Connections
}

export interface OutboundAnswer {
  status: number
  headers: Headers
  text: string
}

/**
 * The one way out of the hub: every call has a time limit and a limit on what is read, and follows no redirect
 * (it could lead to an address nobody agreed to). Each continues the trace of the request that it is made for. It is sent once
 * and with a Content-Length, and packed answers are unpacked (see requestOnce). Statuses are the caller's business.
 *
 * @throws DeliveryFailure `timeout`, `connection` or `answer_too_large`, each in doubt: the other side may have acted
 */
export async function send(request: OutboundRequest): Promise<OutboundAnswer> {
  const { status, headers, content } = await exchange(request, readText)
  return { status, headers, text: content }
}

/** The same for an answer that is no UTF-8 text, or not known to be. */
export async function sendForBytes(
  request: OutboundRequest,
): Promise<{ status: number; headers: Headers; bytes: Uint8Array }> {
  const { status, headers, content } = await exchange(request, readBytes)
  return { status, headers, bytes: content }
}

/**
 * The same where the status says all: once it is there, no body can make a failure of it. 2xx is not read at all, of
 * others the text is an excerpt for messages, as far as it came.
 *
 * @throws DeliveryFailure `timeout` or `connection`, in doubt, where no status came
 */
export async function sendForStatus(request: OutboundRequest): Promise<OutboundAnswer> {
  const { status, headers, content } = await exchange(request, readExcerpt)
  return { status, headers, text: content }
}

/** The same with a reader of the answer's body; the time limit covers what it does. */
export async function exchange<Content>(
  request: OutboundRequest,
  read: (response: Response, maxBytes: number) => Promise<Content>,
): Promise<{ status: number; headers: Headers; content: Content }> {
  const { method, url, body, timeoutMs, maxBytes, addresses, connections } = request
  const span = callSpan(method, url)
  const headers = { ...span.headers, ...request.headers }
  let status: number | undefined
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    const { signal } = abort
    const response = await requestOnce(url, { method, headers, body, signal, addresses, connections })
    status = response.status
    return { status, headers: response.headers, content: await read(response, maxBytes) }
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
    span.end(status)
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of boundedChunks(response, maxBytes)) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

async function readExcerpt(response: Response, maxBytes: number): Promise<string> {
  if (response.ok) {
    await response.body?.cancel().catch(() => undefined)
    return ''
  }
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of boundedChunks(response, maxBytes)) {
      text += decoder.decode(chunk, { stream: true })
    }
  } catch {
    // too long, too slow or broken: the status was the answer
  }
  return text
}

async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of boundedChunks(response, maxBytes)) {
    chunks.push(chunk)
    length += chunk.byteLength
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

/** The body of an answer, piece by piece. @throws DeliveryFailure `answer_too_large` */
export async function* boundedChunks(response: Response, maxBytes: number): AsyncGenerator<Uint8Array> {
  if (!response.body) return
  const reader = response.body.getReader()
  let length = 0
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    length += step.value.byteLength
    if (length > maxBytes) {
      await reader.cancel().catch(() => undefined)
      const message = `The answer of ${hostOf(response.url)} exceeds ${maxBytes} bytes.`
      throw new DeliveryFailure('answer_too_large', message, { retry: true, inDoubt: true })
    }
    yield step.value
  }
}

/** Messages name the host only: paths and queries may hold keys. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'The other side'
}
