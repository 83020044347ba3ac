import type { Pool } from 'pg'
import { pingDatabase } from '../_shared/db/ping.ts'
import { createPool, serviceVariable } from '../_shared/db/pool.ts'
import { createDoor } from '../_shared/http/door.ts'
import { toHubError } from '../_shared/http/error-handler.ts'
import { describeError, log } from '../_shared/http/log.ts'

/** A monitor must hear something before it gives up by itself. */
const timeoutMs = 2_000

/**
 * Says whether the hub can do its work: 200 when the database answers, else 503. Open to anybody, so it tells
 * nothing but that; the reason of a failure is in the log.
 */
const door = createDoor('health', 'problem')

door.get('/', async (c) => {
  const checkedAt = new Date().toISOString()
  c.header('Cache-Control', 'no-store')
  try {
    const milliseconds = await pingDatabase(ownPool(), timeoutMs)
    return c.json({
      status: 'healthy',
      database: 'up',
      database_ms: Math.round(milliseconds * 10) / 10,
      checked_at: checkedAt,
    })
  } catch (error) {
    const { code } = toHubError(error)
    log('error', 'health_check_failed', { request_id: c.get('requestId'), code, cause: describeError(error) })
    c.header('Retry-After', '5')
    return c.json({ status: 'unhealthy', database: 'down', code, checked_at: checkedAt }, 503)
  }
})

let pool: Pool | undefined

/** One connection of its own: behind a busy shared pool a healthy database would look dead. */
function ownPool(): Pool {
  return pool ??= createPool(serviceVariable(), { max: 1, connectionTimeoutMillis: timeoutMs })
}

export default { fetch: door.fetch }
