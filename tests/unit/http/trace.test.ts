import { createServer } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { send } from '../../../functions/_shared/delivery/send.ts'
import { createDoor } from '../../../functions/_shared/http/door.ts'
import { flushSpans } from '../../../functions/_shared/http/spans.ts'
import { readTraceparent } from '../../../functions/_shared/http/trace.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('traceparent', () => {
  it.each<[string, boolean]>([
    [`00-${traceId}-${parentId}-01`, true],
    [` 00-${traceId}-${parentId}-01 `, true],
    [`00-${traceId}-${parentId}-00`, false],
    [`00-${traceId}-${parentId}-ff`, true],
    [`cc-${traceId}-${parentId}-01-what-comes`, true],
  ])('%s is read', (header, isSampled) => {
    expect(readTraceparent(header)).toEqual({ traceId, spanId: parentId, isSampled })
  })

  it.each([
    undefined,
    '',
    `ff-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-more`,
    `00-${traceId}-${parentId}-1`,
    `cc-${traceId}-${parentId}-01.more`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`,
    `00-${traceId}ё-${parentId}-01`,
  ])('%s is none', (header) => {
    expect(readTraceparent(header)).toBeUndefined()
  })
})

/** A server that keeps what it is sent; and a door that calls it, once for each request. */
async function world() {
  const taken: { path: string; headers: Record<string, string | undefined>; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    taken.push({ path: request.url!, headers: request.headers as Record<string, string>, body })
    response.writeHead(request.url!.startsWith('/fails') ? 500 : 204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const lines: Record<string, string>[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(JSON.parse(line)))
  const app = createDoor('shop', 'problem')
  app.get('/:method/:path', async (c) => {
    const { method, path } = c.req.param()
    await send({ method, url: `${url}/${path}?key=secret`, timeoutMs: 5_000, maxBytes: 1_000 })
    return c.json({})
  })
  return {
    taken,
    lines,
    url,
    ask: (path: string, headers: Record<string, string> = {}) =>
      app.fetch(new Request(`http://hub.test/shop${path}`, { headers })),
    close: () => new Promise((resolve) => void server.close(resolve)),
  }
}

describe('a request', () => {
  it("continues the caller's trace: in the log, and in what leaves, with ids of its own", async () => {
    const { taken, lines, ask, close } = await world()
    const headers = { traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'vendor=1,other=2' }
    for (const method of ['GET', 'POST']) await ask(`/${method}/x`, headers)
    await close()
    expect(taken.map(({ headers }) => headers.tracestate)).toEqual(['vendor=1,other=2', 'vendor=1,other=2'])
    const sent = taken.map(({ headers }) => readTraceparent(headers.traceparent)!)
    expect(sent).toMatchObject([{ traceId, isSampled: true }, { traceId, isSampled: true }])
    expect(lines).toMatchObject([{ event: 'request', trace_id: traceId }, { trace_id: traceId }])
    expect(
      new Set([...sent, ...lines.map(({ span_id }) => ({ spanId: span_id }))].map(({ spanId }) => spanId))
        .size,
    )
      .toBe(4)
    expect(sent[0]!.spanId).not.toBe(parentId)
  })

  it('begins one where there is none, or what came is none; each its own, at the same time too', async () => {
    const { taken, lines, ask, close } = await world()
    await Promise.all([
      ...Array.from({ length: 5 }, () => ask('/POST/x')),
      ask('/GET/x', { traceparent: 'nonsense', tracestate: 'vendor=1' }),
    ])
    await close()
    const ids = (of: (string | undefined)[]) => [...new Set(of)].sort()
    const sent = ids(taken.map(({ headers }) => readTraceparent(headers.traceparent)!.traceId))
    expect(sent).toHaveLength(6)
    expect(ids(lines.map(({ trace_id }) => trace_id))).toEqual(sent)
    expect(taken.every(({ headers }) => headers.tracestate === undefined)).toBe(true)
    expect(taken.every(({ headers }) => headers.traceparent!.endsWith('-00'))).toBe(true)
  })

  it('and what it called are spans for a collector, where one is named: host and status, no path of another side', async () => {
    const { taken, url, ask, close } = await world()
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `${url}/otlp/`)
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-key=a%20b')
    await ask('/GET/fails', { traceparent: `00-${traceId}-${parentId}-01` })
    await ask('/GET/x', { traceparent: `00-${traceId}-${parentId}-00` }) // the caller does not want to be traced
    await flushSpans()
    await flushSpans()
    await close()
    const exports = taken.filter(({ path }) => path === '/otlp/v1/traces')
    expect(exports).toHaveLength(1)
    expect(exports[0]!.headers['x-key']).toBe('a b')
    expect(exports[0]!.body).not.toContain('secret')
    const { scopeSpans: [{ spans }], resource } = JSON.parse(exports[0]!.body).resourceSpans[0]
    expect(resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'mls-hub' } }])
    const [call, request] = spans
    expect(spans).toHaveLength(2)
    expect(request).toMatchObject({ traceId, parentSpanId: parentId, kind: 2, name: 'GET /shop', status: {} })
    expect(call).toMatchObject({
      traceId,
      parentSpanId: request.spanId,
      kind: 3,
      name: 'GET',
      status: { code: 2 },
    })
    expect(call.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: '500' } })
    expect(BigInt(request.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(request.startTimeUnixNano))
  })
})
