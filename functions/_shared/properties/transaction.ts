/** One transaction with the rights of the caller, and with no others. */
import type { PoolClient } from '../db/pool.ts'
import { gatePool, servicePool } from '../db/pool.ts'
import { withTransaction } from '../db/transaction.ts'
import type { PropertyCaller } from './caller.ts'
import { rethrowRefusal } from './refusals.ts'

const statementTimeoutMs = 15_000

/**
 * A user acts as the role and under the claims that the Data API would give, a client as its signed claims allow, an
 * operator as the service.
 *
 * @throws HubError for what the rules refuse
 */
export async function asCaller<Result>(
  caller: PropertyCaller,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  try {
    const pool = caller.kind === 'client' ? gatePool() : servicePool()
    return await withTransaction(pool, async (client) => {
      await client.query(
        `select ${
          settingsOf(caller).map((_, n) => `set_config($${2 * n + 1}, $${2 * n + 2}, true)`).join(', ')
        }`,
        settingsOf(caller).flat(),
      )
      return await work(client)
    }, { statementTimeoutMs })
  } catch (error) {
    rethrowRefusal(error)
  }
}

function settingsOf(caller: PropertyCaller): [string, string][] {
  if (caller.kind === 'operator') return [['role', 'service_role']]
  if (caller.kind === 'client') {
    return [['mls.claims', caller.reader.claims], ['TimeZone', 'UTC'], ['role', 'mls_api_read'], [
      'transaction_read_only',
      'on',
    ]]
  }
  const { user_id, tenant_id, scope, crud, team_ids, read_only } = caller.access
  const claims = {
    role: 'authenticated',
    sub: user_id,
    uoi: tenant_id,
    active_scope: scope,
    crud,
    team_ids,
    read_only,
  }
  return [['request.jwt.claims', JSON.stringify(claims)], ['role', 'authenticated']]
}
