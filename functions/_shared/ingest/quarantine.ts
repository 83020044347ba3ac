/** Records that could not be taken, and references that lead nowhere yet. */
import type { ClientContext } from '../oauth/client-context.ts'
import { callerOf, decide, type Decision } from './decide.ts'

export function listQuarantine(client: ClientContext, filter: object): Promise<Decision> {
  return decide('mls.list_quarantine($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(client)])
}

export function replayQuarantine(client: ClientContext, ids: string[]): Promise<Decision> {
  return decide('mls.replay_quarantine($1::uuid[], $2::jsonb)', [ids, callerOf(client)])
}

export function dismissQuarantine(client: ClientContext, ids: string[], note?: string): Promise<Decision> {
  return decide('mls.dismiss_quarantine($1::uuid[], $2, $3::jsonb)', [ids, note ?? null, callerOf(client)])
}

export function listDangling(client: ClientContext): Promise<Decision> {
  return decide('mls.list_dangling($1::jsonb)', [callerOf(client)])
}
