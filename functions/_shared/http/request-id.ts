import type { MiddlewareHandler } from 'hono'

/** What we take over from a caller: short, and harmless in a log line and in a header. */
const sane = /^[A-Za-z0-9._:-]{1,128}$/

/** Gives each request an id (the caller's X-Request-Id if it is sane) and returns it with the answer. */
export function requestId(): MiddlewareHandler<{ Variables: { requestId: string } }> {
  return async (c, next) => {
    const inbound = c.req.header('X-Request-Id')
    const id = inbound && sane.test(inbound) ? inbound : crypto.randomUUID()
    c.set('requestId', id)
    await next()
    c.res.headers.set('X-Request-Id', id) // not c.header(), which would build the response anew around a stream
  }
}
