import { callFunction } from '../db/call-function.ts'
import { servicePool } from '../db/pool.ts'
import { answerOf, type DatabaseRefusal } from '../http/database-answer.ts'
import type { ClientContext } from '../oauth/client-context.ts'

/** What a door sends on: a status, and the body as the database wrote it. */
export interface Decision {
  status: 200 | 201
  answer: Record<string, unknown>
}

/** What the database is told about the caller. */
export function callerOf({ client_id, offices }: ClientContext): string {
  return JSON.stringify({ client_id, offices })
}

/**
 * Has a function of the database decide a request.
 *
 * @throws HubError with the code of its refusal
 */
export async function decide(call: string, values: unknown[]): Promise<Decision> {
  return answerOf(call, await callFunction<Decision | DatabaseRefusal>(servicePool(), call, values))
}
