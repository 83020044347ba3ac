import { callFunction } from '../../db/call-function.ts'
import { servicePool } from '../../db/pool.ts'
import { answerOf, type DatabaseRefusal } from '../../http/database-answer.ts'
import type { Operator } from '../../oauth/operator.ts'

/** What a door sends on. */
export interface Decision {
  status: 200 | 201 | 202
  answer: Record<string, unknown>
}

/** What the database is told about the caller: without a tenant every market is theirs. */
export function callerOf({ name, tenantId }: Operator): string {
  return JSON.stringify({ name, tenant_id: tenantId })
}

/**
 * Has a function of the database decide a request.
 *
 * @throws HubError with the code of its refusal
 */
export async function decide(call: string, values: unknown[]): Promise<Decision> {
  return answerOf(call, await callFunction<Decision | DatabaseRefusal>(servicePool(), call, values))
}
