import type { Pool } from 'pg'
import { pingDatabase } from '../_shared/db/ping.ts'
import { createPool, serviceVariable } from '../_shared/db/pool.ts'
import { createDoor } from '../_shared/http/door.ts'
import { toHubError } from '../_shared/http/error-handler.ts'
import { HubError } from '../_shared/http/errors.ts'
import { describeError, log } from '../_shared/http/log.ts'
import { readClock } from '../_shared/operate/overdue.ts'

/** A monitor must hear something before it gives up by itself. */
const timeoutMs = 2_000

/**
 * Says whether the hub can do its work: 200 when the database answers, else 503. With `?strict=true` also whether its
 * clock runs: 503 while a job is overdue or has never run. Open to anybody, so it tells nothing but that; the reason of
 * a failure is in the log.
 */
export const door = createDoor('health', 'problem')

door.get('/', async (c) => {
  const checkedAt = new Date().toISOString()
  const isStrict = readStrict(c.req.query('strict'))
  c.header('Cache-Control', 'no-store')
  try {
    const milliseconds = await pingDatabase(ownPool(), timeoutMs)
    const jobs = isStrict ? await readClock(ownPool(), timeoutMs) : undefined
    const isWell = !jobs || jobs.overdue.length + jobs.never_ran.length === 0
    if (!isWell) c.header('Retry-After', '60')
    return c.json({
      status: isWell ? 'healthy' : 'unhealthy',
      database: 'up',
      database_ms: Math.round(milliseconds * 10) / 10,
      ...jobs ? { jobs } : {},
      checked_at: checkedAt,
    }, isWell ? 200 : 503)
  } catch (error) {
    const { code } = toHubError(error)
    log('error', 'health_check_failed', { request_id: c.get('requestId'), code, cause: describeError(error) })
    c.header('Retry-After', '5')
    return c.json({ status: 'unhealthy', database: 'down', code, checked_at: checkedAt }, 503)
  }
})

function readStrict(value: string | undefined): boolean {
  if (value === undefined || value === 'false') return false
  if (value === 'true') return true
  throw new HubError('invalid_parameter', 'strict is true or false.', { target: 'strict' })
}

let pool: Pool | undefined

/** One connection of its own: behind a busy shared pool a healthy database would look dead. */
function ownPool(): Pool {
  return pool ??= createPool(serviceVariable(), { max: 1, connectionTimeoutMillis: timeoutMs })
}

export default { fetch: door.fetch }
