/**
 * Traces as W3C Trace Context has them: what a caller's trace is continues in the log, in every call that leaves the hub for
 * it, and, where an address is configured, in spans (spans.ts).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { addSpan, hasExporter, type Span } from './spans.ts'

/** Where in a trace something happens. */
export interface Position {
  /** 32 hex digits. */
  traceId: string
  /** 16 hex digits: of the request that is being answered. */
  spanId: string
  isSampled: boolean
  /** As it came, for whom it concerns. */
  state?: string
}

const running = new AsyncLocalStorage<Position>()

/** The position of the request that is being answered; undefined outside of one. */
export const position = (): Position | undefined => running.getStore()

/**
 * Reads `traceparent`: lower-case hex, neither id only zeros, version 00 with nothing behind its flags; later versions may
 * have more behind them. Undefined where it is none: then a new trace begins.
 */
export function readTraceparent(header: string | undefined): Omit<Position, 'state'> | undefined {
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header?.trim() ?? '')
  if (!parts) return undefined
  const [, version, traceId, spanId, flags, more] = parts as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ]
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & 1) === 1 }
}

/** What we pass on unread: printable, and no longer than the standard asks to keep. */
const saneState = /^[\x20-\x7e]{1,512}$/

/** Answers a request at its place in a trace: the caller's, or a new one. `end` gives the span of the request its status. */
export async function withinTrace<Answer>(
  request: { name: string; traceparent?: string; tracestate?: string },
  answer: (end: (status: number, attributes: Span['attributes']) => void) => Promise<Answer>,
): Promise<Answer> {
  const parent = readTraceparent(request.traceparent)
  const here: Position = {
    traceId: parent?.traceId ?? randomHex(16),
    spanId: randomHex(8),
    isSampled: parent?.isSampled ?? hasExporter(),
    // a state without its parent belongs to no trace
    state: parent && saneState.test(request.tracestate ?? '') ? request.tracestate : undefined,
  }
  const startedAt = Date.now()
  return await running.run(here, () =>
    answer((status, attributes) => {
      if (!here.isSampled) return
      const { traceId, spanId } = here
      addSpan({
        traceId,
        spanId,
        parentSpanId: parent?.spanId,
        name: request.name,
        kind: 'server',
        startedAt,
        endedAt: Date.now(),
        isError: status >= 500,
        attributes: { ...attributes, 'http.response.status_code': status },
      })
    }))
}

/** A call that leaves the hub. */
export interface CallSpan {
  /** `traceparent`, and `tracestate` where there is one; nothing outside of a request. */
  headers: Record<string, string>
  /** Once it is over; without a status no answer came. */
  end(status?: number): void
}

/** Begins a call to another side: each has a span of its own. Of its address the host alone is told. */
export function callSpan(method: string, url: string): CallSpan {
  const here = position()
  if (!here) return { headers: {}, end: () => {} }
  const { traceId, isSampled, state } = here
  const spanId = randomHex(8)
  const startedAt = Date.now()
  return {
    headers: {
      traceparent: `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`,
      ...state === undefined ? {} : { tracestate: state },
    },
    end(status) {
      if (!isSampled) return
      addSpan({
        traceId,
        spanId,
        parentSpanId: here.spanId,
        name: method,
        kind: 'client',
        startedAt,
        endedAt: Date.now(),
        isError: status === undefined || status >= 400,
        attributes: {
          'http.request.method': method,
          'server.address': URL.canParse(url) ? new URL(url).hostname : undefined,
          'http.response.status_code': status,
        },
      })
    },
  }
}

function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
