import type { MiddlewareHandler } from 'hono'

/**
 * Gives the answer to HEAD the length that GET's has (RFC 9110, 8.6). Hono answers HEAD with GET's handlers and drops the
 * body afterwards; a server that finds none says that its length is 0.
 */
export function headLength(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (c.req.method !== 'HEAD' || !c.res.body) return
    let length = 0
    for await (const chunk of c.res.body) length += chunk.byteLength
    c.res.headers.set('Content-Length', String(length))
  }
}
