import { callFunction } from '../db/call-function.ts'
import { servicePool } from '../db/pool.ts'
import { answerOf, type DatabaseRefusal } from '../http/database-answer.ts'

/** What a door sends on: a status, and the body as the database wrote it. */
export interface Decision {
  status: 200 | 201
  answer: Record<string, unknown>
}

/** Who asks: an API client, or an operator, who looks after the runs of others too. */
export interface IngestCaller {
  client_id: string
  /** Keys of the market offices in reach. */
  offices: string[]
  operator?: true
  /** An operator of all markets: sees records that name no office, whoever sent them. */
  whole_hub?: true
}

/** What the database is told about the caller. */
export function callerOf({ client_id, offices, operator, whole_hub }: IngestCaller): string {
  return JSON.stringify({ client_id, offices, operator, whole_hub })
}

/**
 * Has a function of the database decide a request.
 *
 * @throws HubError with the code of its refusal
 */
export async function decide(call: string, values: unknown[]): Promise<Decision> {
  return answerOf(call, await callFunction<Decision | DatabaseRefusal>(servicePool(), call, values))
}
