import type { MiddlewareHandler } from 'hono'
import { toHubError } from './error-handler.ts'
import type { HubError } from './errors.ts'
import { describeError, log, type LogLevel } from './log.ts'
import { count, flushCounts, observe } from './metrics.ts'
import { withinTrace } from './trace.ts'

/** Longer paths are cut: a key is enough to recognise a request by, and log lines have limits. */
const maxPathLength = 300

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Logs and counts each request as one line when it has been answered, at its place in the caller's trace. The path goes without its query string, which may hold
 * names and addresses in a filter; of a failure the cause is added, which the caller does not get to see.
 */
export function requestLog(
  door: string,
): MiddlewareHandler<{ Variables: { requestId: string; clientId?: string; refusal?: HubError } }> {
  return (c, next) =>
    withinTrace({
      name: `${c.req.method} /${door}`,
      traceparent: c.req.header('traceparent'),
      tracestate: c.req.header('tracestate'),
    }, async (end) => {
      const started = performance.now()
      await next()
      const seconds = (performance.now() - started) / 1_000
      const method = methods.includes(c.req.method) ? c.req.method : 'OTHER'
      count('mls_http_requests', { door, method, status: String(c.res.status) })
      observe('mls_http_request_duration_seconds', { door }, seconds)
      void flushCounts()
      const error = c.error ? toHubError(c.error) : c.get('refusal')
      log(levelOf(c.res.status), 'request', {
        request_id: c.get('requestId'),
        door,
        method: c.req.method,
        path: c.req.path.slice(0, maxPathLength),
        status: c.res.status,
        ms: Math.round(seconds * 10_000) / 10,
        client_id: c.get('clientId'),
        code: error?.code,
        cause: c.res.status >= 500 && error?.cause ? describeError(error.cause) : undefined,
      })
      end(c.res.status, {
        'http.request.method': method,
        'url.path': c.req.path.slice(0, maxPathLength),
        'mls.request_id': c.get('requestId'),
        'mls.client_id': c.get('clientId'),
        'error.type': error?.code,
      })
    })
}

function levelOf(status: number): LogLevel {
  if (status >= 500) return 'error'
  if (status === 401 || status === 403 || status === 429) return 'security'
  return 'info'
}
