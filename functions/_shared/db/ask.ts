import { servicePool } from './pool.ts'
import { withTransaction } from './transaction.ts'
import { errorCatalogue, type ErrorCode } from '../http/catalogue.ts'
import { HubError } from '../http/errors.ts'
import type { ClientContext } from '../oauth/client-context.ts'

/** What a function of the database answers: what to send, or a refusal with a code of the catalogue. */
type Answer =
  | { status: 200 | 201 | 202; answer: Record<string, unknown> }
  | { status: number; code: string; detail: string; target?: string; [member: string]: unknown }

/** A hosted function is cut off after 150 s without an answer. */
const statementTimeoutMs = 100_000

/** What the database is told about the caller. */
export function callerOf({ client_id, offices }: ClientContext): string {
  return JSON.stringify({ client_id, offices })
}

/**
 * Calls a function of the database that decides everything itself and answers `{status, answer}` or a refusal.
 *
 * @throws HubError with the code of the refusal
 */
export async function ask(
  call: string,
  values: unknown[],
): Promise<{ status: 200 | 201 | 202; answer: Record<string, unknown> }> {
  const result = await withTransaction(servicePool(), async (database) => {
    const { rows: [row] } = await database.query<{ result: Answer }>(`select ${call} as result`, values)
    return row!.result
  }, { statementTimeoutMs })
  if ('answer' in result) return result as { status: 200 | 201 | 202; answer: Record<string, unknown> }
  const { status: _, code, detail, target, ...members } = result as Exclude<Answer, { answer: unknown }>
  if (!Object.hasOwn(errorCatalogue, code)) throw new Error(`${call} answered an unknown code: ${code}`)
  throw new HubError(code as ErrorCode, detail, { target, members })
}
