import { servicePool } from '../_shared/db/pool.ts'
import { standbySamples } from '../_shared/db/standby.ts'
import { createDoor } from '../_shared/http/door.ts'
import { flushCounts } from '../_shared/http/metrics.ts'
import { env } from '../_shared/http/env.ts'
import { HubError } from '../_shared/http/errors.ts'
import { bearerToken } from '../_shared/oauth/bearer.ts'
import { identifyOperator } from '../_shared/oauth/require-operator.ts'
import { isSameSecret } from '../_shared/oauth/same-secret.ts'
import { openMetrics, readMetrics } from '../_shared/operate/metrics.ts'

/**
 * `GET /metrics`: figures of the hub as OpenMetrics text, for a scraper that shows MLS_METRICS_TOKEN as its bearer token,
 * and for those who operate the whole hub.
 */
export const door = createDoor('metrics', 'problem')

door.use('/', async (c, next) => {
  if (!await isScraper(c.req.raw)) {
    const operator = await identifyOperator(c.req.raw)
    c.set('clientId', operator.name)
    if (operator.tenantId !== undefined) {
      throw new HubError(
        'forbidden',
        'Metrics are of all markets: an API client of scope admin or a system_admin may read them.',
      )
    }
  }
  await next()
})
door.get('/', async (c) => {
  await flushCounts(true)
  return c.body(openMetrics(await [...await readMetrics(servicePool()), ...await standbySamples()]), 200, {
    'Content-Type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    'Cache-Control': 'no-store',
  })
})

/** A token of its own: whoever scrapes needs no client, and may do nothing else. */
async function isScraper(request: Request): Promise<boolean> {
  const token = env('MLS_METRICS_TOKEN')
  return token !== undefined && token.length >= 16 && request.headers.has('Authorization') &&
    await isSameSecret(bearerToken(request), token)
}

export default { fetch: door.fetch }
