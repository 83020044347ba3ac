import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

/** Response headers that a script in a browser may read. */
const exposed = [
  'ETag',
  'OData-Version',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Cache',
  'X-Request-Id',
]

/**
 * CORS for any origin. Safe because the hub uses no cookies: what a script may do is decided by the token that it
 * carries, and `*` forbids the browser to add credentials of its own.
 */
export function publicCors(): MiddlewareHandler {
  return cors({
    origin: '*',
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
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
      'X-Request-Id',
      'apikey',
      'x-client-info',
    ],
    exposeHeaders: exposed,
    maxAge: 86_400,
  })
}
