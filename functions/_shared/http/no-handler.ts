/**
 * Answers where no handler has answered: 404, or 405 where the path answers to other methods. They leave their refusal to
 * the log in the context and not in `c.error`, with which Hono's middleware would take the path for one that failed.
 */
import type { Context, Env, Hono, MiddlewareHandler, NotFoundHandler } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { HubError } from './errors.ts'
import { type ErrorShape, renderError } from './render.ts'

/** The `notFound` of a door; `refusalOf` says what is not there, where a door has words of its own for it. */
export function notFoundHandler(shape: ErrorShape, refusalOf = nothingHere): NotFoundHandler {
  return (c) => answerRefusal(shape, refusalOf(c), c)
}

export function nothingHere(c: Context): HubError {
  return new HubError('not_found', `There is nothing at ${c.req.path}.`)
}

/** 405 with Allow, from the routes of the door. Whoever answers GET answers HEAD, and every path OPTIONS. */
export function otherMethods<E extends Env>(shape: ErrorShape, app: Hono<E>): MiddlewareHandler<E> {
  return methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      const allowed = [...methods.sort(), 'OPTIONS'].join(', ')
      const message = `${c.req.path} answers ${allowed}, not ${c.req.method}.`
      const refusal = new HubError('method_not_allowed', message, { headers: { Allow: allowed } })
      return answerRefusal(shape, refusal, c)
    },
  })
}

function answerRefusal(shape: ErrorShape, refusal: HubError, c: Context): Response {
  c.set('refusal', refusal)
  return renderError(shape, refusal, c.get('requestId') ?? '')
}
