/** Spans on their way to a collector: OTLP over HTTP, as JSON, where OTEL_EXPORTER_OTLP_ENDPOINT names one. */
import { env } from './env.ts'

export interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: 'server' | 'client'
  /** Milliseconds since 1970. */
  startedAt: number
  endedAt: number
  isError: boolean
  attributes: Record<string, string | number | undefined>
}

/** What waits while a collector does not answer: beyond it the newest are dropped. A trace is no ledger. */
const most = 2_000
const seconds = 2

let waiting: Span[] = []
let isScheduled = false

/** Whether spans go anywhere. */
export const hasExporter = () => env('OTEL_EXPORTER_OTLP_ENDPOINT') !== undefined

/** Adds a span; it leaves within seconds, in the background and with others. */
export function addSpan(span: Span): void {
  if (!hasExporter() || waiting.length >= most) return
  waiting.push(span)
  if (isScheduled) return
  isScheduled = true
  const leaving = new Promise<void>((resolve) => {
    const timer = setTimeout(() => void flushSpans().finally(resolve), seconds * 1_000)
    // on Node a process may end before
    if (typeof timer === 'object') (timer as { unref?(): void }).unref?.()
  })
  const { EdgeRuntime } = globalThis as { EdgeRuntime?: { waitUntil?(promise: Promise<unknown>): void } }
  EdgeRuntime?.waitUntil?.(leaving)
}

/** Sends what waits. What a collector does not take is dropped: the log tells of every request anyway. */
export async function flushSpans(): Promise<void> {
  isScheduled = false
  const spans = waiting
  waiting = []
  const endpoint = env('OTEL_EXPORTER_OTLP_ENDPOINT')
  if (spans.length === 0 || !endpoint) return
  try {
    const response = await fetch(`${endpoint.replace(/\/+$/, '')}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...exporterHeaders() },
      body: JSON.stringify(otlp(spans)),
      signal: AbortSignal.timeout(5_000),
    })
    await response.body?.cancel()
  } catch {
    // nobody waits for it
  }
}

/** OTEL_EXPORTER_OTLP_HEADERS as OpenTelemetry has it: `name=value,name=value`, values percent-encoded. */
function exporterHeaders(): Record<string, string> {
  const pairs = (env('OTEL_EXPORTER_OTLP_HEADERS') ?? '').split(',').map((pair) =>
    /^\s*([^=\s]+)\s*=(.*)$/.exec(pair)
  )
  return Object.fromEntries(
    pairs.flatMap((pair) => pair ? [[pair[1]!, decodeURIComponent(pair[2]!.trim())]] : []),
  )
}

/** An ExportTraceServiceRequest in the JSON of OTLP: ids in hex, times in nanoseconds as text. */
export function otlp(spans: readonly Span[]) {
  return {
    resourceSpans: [{
      resource: { attributes: attributesOf({ 'service.name': env('OTEL_SERVICE_NAME') ?? 'mls-hub' }) },
      scopeSpans: [{
        scope: { name: 'mls-hub' },
        spans: spans.map((span) => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId,
          name: span.name,
          kind: span.kind === 'server' ? 2 : 3,
          startTimeUnixNano: `${span.startedAt}000000`,
          endTimeUnixNano: `${span.endedAt}000000`,
          attributes: attributesOf(span.attributes),
          status: span.isError ? { code: 2 } : {},
        })),
      }],
    }],
  }
}

function attributesOf(attributes: Span['attributes']) {
  return Object.entries(attributes).filter(([, value]) => value !== undefined).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
}
