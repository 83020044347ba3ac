/**
 * Quotas per client and minute. They are kept in Postgres, and each isolate leases requests in blocks: one round trip
 * for many requests, no row that every request writes, and never more in total than the client's limit.
 */
import type { MiddlewareHandler } from 'hono'
import { HubError } from '../http/errors.ts'
import type { ClientContext } from './client-context.ts'
import { leaseRequests } from './lease-requests.ts'

/** Part of the limit that one isolate takes at a time; what it does not use in the minute is lost to the others. */
const blocksPerMinute = 20

interface Lease {
  /** Requests left in this isolate. */
  left: number
  /** Requests left for all isolates when the lease was given. */
  remaining: number
  /** End of the minute, on the clock of performance.now(). */
  ends: number
}

/** Whoever has a quota: an API client, and others in its place. */
export type Limited = Pick<ClientContext, 'client_id' | 'rate_limit_per_minute'>

const leases = new Map<string, Promise<Lease>>()
const maxClients = 1_000

/** Takes one request off the client's quota, and says in headers on every answer how much is left of it. */
export function quota(): MiddlewareHandler<{ Variables: { client: Limited } }> {
  return async (c, next) => {
    const client = c.get('client')
    const limit = client.rate_limit_per_minute
    const lease = await take(client)
    const seconds = Math.max(1, Math.ceil((lease.ends - performance.now()) / 1000))
    const headers = {
      'RateLimit-Policy': `"minute";q=${limit};w=60`,
      RateLimit: `"minute";r=${Math.max(0, lease.left) + lease.remaining};t=${seconds}`,
    }
    if (lease.left < 0) {
      throw new HubError('rate_limited', `More than ${limit} requests in a minute: go on in ${seconds} s.`, {
        headers: { ...headers, 'Retry-After': String(seconds) },
      })
    }
    await next()
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
  }
}

/** The client's lease after one more request; below zero it was one too many. */
async function take(client: Limited): Promise<Lease> {
  for (;;) {
    const known = leases.get(client.client_id)
    const lease = await (known ?? begin(client))
    const isOver = lease.ends <= performance.now()
    if (!isOver && lease.left > 0) {
      lease.left--
      return lease
    }
    // Nothing to be had before the minute is over: that is answered without asking again.
    if (!isOver && lease.remaining === 0) return { ...lease, left: -1 }
    if (leases.get(client.client_id) === known) leases.delete(client.client_id)
  }
}

/** Leases a block; requests that arrive together share it. */
function begin(client: Limited): Promise<Lease> {
  const lease = leaseBlock(client)
  if (leases.size >= maxClients) leases.delete(leases.keys().next().value!)
  leases.set(client.client_id, lease)
  lease.catch(() => leases.delete(client.client_id))
  return lease
}

async function leaseBlock({ client_id, rate_limit_per_minute: limit }: Limited): Promise<Lease> {
  const block = Math.ceil(limit / blocksPerMinute)
  const { granted, remaining, reset_seconds } = await leaseRequests(client_id, limit, block)
  return { left: granted, remaining, ends: performance.now() + reset_seconds * 1000 }
}
