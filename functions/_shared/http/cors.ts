import type { MiddlewareHandler } from 'hono'

/** Response headers that a script in a browser may read. */
const exposed = [
  'ETag',
  'EntityId',
  'Location',
  'OData-EntityId',
  'OData-Version',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Cache',
  'X-Request-Id',
].join(',')

const preflight = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
  'Access-Control-Allow-Headers': [
    'Accept',
    'Accept-Language',
    'Authorization',
    'Content-Encoding',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'OData-MaxVersion',
    'OData-Version',
    'Prefer',
    'X-CSRF-Token',
    'X-File-Name',
    'X-Request-Id',
    'X-Requested-With',
    'apikey',
    'traceparent',
    'tracestate',
    'x-client-info',
    // whatever else a library adds decides nothing here; Authorization is the one name that this does not include
    '*',
  ].join(','),
  'Access-Control-Max-Age': '86400',
}

/**
 * CORS for any origin. Safe because the hub uses no cookies: what a script may do is decided by the token that it
 * carries, and `*` forbids the browser to add credentials of its own.
 *
 * Headers are written into the finished response. Hono's own middleware sets them ahead, and what is answered then gets
 * a second response around it, its body a stream: 0.1 ms a request, and pages of 7 MB lose their length.
 */
export function publicCors(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: preflight })
    await next()
    const { headers } = c.res
    headers.set('Access-Control-Allow-Origin', '*')
    headers.set('Access-Control-Expose-Headers', exposed)
  }
}
