import { servicePool } from '../db/pool.ts'

export interface RequestLease {
  /** Requests given to this isolate. */
  granted: number
  /** Requests left for all isolates. */
  remaining: number
  /** Until the end of the minute. */
  reset_seconds: number
}

/** Takes up to `block` requests off what is left of a client's limit a minute (mls.lease_requests). */
export async function leaseRequests(clientId: string, limit: number, block: number): Promise<RequestLease> {
  const { rows: [row] } = await servicePool().query<{ lease: RequestLease }>(
    'select mls.lease_requests($1, $2, $3) as lease',
    [clientId, limit, block],
  )
  return row!.lease
}
