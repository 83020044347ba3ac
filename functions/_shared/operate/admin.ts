/** What operators change: the rules are in the database, under these names (migrations on operations). */
import { callFunction } from '../db/call-function.ts'
import { servicePool } from '../db/pool.ts'
import { answerOf, type DatabaseRefusal } from '../http/database-answer.ts'
import { sha256Hex } from '../http/sha256.ts'
import type { Operator } from '../oauth/operator.ts'

/** What a door sends on. */
export interface Decision {
  status: 200 | 201
  answer: Record<string, unknown>
}

const callerOf = ({ name, tenantId }: Operator) => JSON.stringify({ operator: name, tenant_id: tenantId })

async function decide(call: string, values: unknown[]): Promise<Decision> {
  return answerOf(call, await callFunction<Decision | DatabaseRefusal>(servicePool(), call, values))
}

/** A secret of 256 bits, as clients send it. */
function newSecret(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
}

export const listMarkets = (operator: Operator) => decide('mls.list_markets($1::jsonb)', [callerOf(operator)])

export const addMarket = (operator: Operator, market: object) =>
  decide('mls.add_market($1::jsonb, $2::jsonb)', [JSON.stringify(market), callerOf(operator)])

export const changeMarket = (operator: Operator, code: string, changes: object) =>
  decide('mls.change_market($1, $2::jsonb, $3::jsonb)', [code, JSON.stringify(changes), callerOf(operator)])

export const listClients = (operator: Operator, page: object) =>
  decide('mls.list_clients($1::jsonb, $2::jsonb)', [JSON.stringify(page), callerOf(operator)])

/** @throws HubError not_found where the operator may not manage the client */
export const findClient = (operator: Operator, id: string) =>
  decide('mls.find_client($1, $2::jsonb)', [id, callerOf(operator)])

/** The secret is in this answer and nowhere else: the database gets its hash. */
export async function addClient(operator: Operator, client: object): Promise<Decision> {
  const client_secret = newSecret()
  const { status, answer } = await decide('mls.add_client($1::jsonb, $2, $3::jsonb)', [
    JSON.stringify(client),
    await sha256Hex(client_secret),
    callerOf(operator),
  ])
  return { status, answer: { ...answer, client_secret } }
}

export const changeClient = (operator: Operator, id: string, changes: object) =>
  decide('mls.change_client($1, $2::jsonb, $3::jsonb)', [id, JSON.stringify(changes), callerOf(operator)])

/** The secret is in this answer and nowhere else. The old one is accepted for so many hours more. */
export async function rotateClient(operator: Operator, id: string, graceHours: number): Promise<Decision> {
  const client_secret = newSecret()
  const { status, answer } = await decide('mls.rotate_client($1, $2, $3, $4::jsonb)', [
    id,
    await sha256Hex(client_secret),
    graceHours,
    callerOf(operator),
  ])
  return { status, answer: { ...answer, client_secret } }
}

export const listSchedules = () => decide('mls.list_schedules()', [])

export const changeSchedule = (operator: Operator, job: string, changes: object) =>
  decide('mls.change_schedule($1, $2::jsonb, $3::jsonb)', [job, JSON.stringify(changes), callerOf(operator)])

export const listAlerts = (operator: Operator, filter: object) =>
  decide('mls.list_alerts($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(operator)])

export const listSettings = (operator: Operator) =>
  decide('mls.list_settings($1::jsonb)', [callerOf(operator)])

export const changeSettings = (operator: Operator, changes: object) =>
  decide('mls.change_settings($1::jsonb, $2::jsonb)', [JSON.stringify(changes), callerOf(operator)])

export const listSubscriptions = (operator: Operator, filter: object) =>
  decide('mls.list_subscriptions($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(operator)])

/** A subscription that the operator reaches, and whose it is. @throws HubError not_found */
export async function findSubscription(
  operator: Operator,
  id: string,
): Promise<{ id: string; client_id: string }> {
  const { answer } = await decide('mls.find_subscription($1, $2::jsonb)', [id, callerOf(operator)])
  return answer as { id: string; client_id: string }
}

/**
 * Writes down what an operator does to a subscription of a client, or is about to make (without an id).
 *
 * @throws HubError not_found where the operator does not manage the client
 */
export const noteSubscription = (
  operator: Operator,
  { client_id, id }: { client_id: string; id?: string },
  what: 'add' | 'change' | 'rotate' | 'test' | 'pause' | 'remove',
  details: object = {},
) =>
  decide('mls.note_subscription($1, $2, $3, $4::jsonb, $5::jsonb)', [
    client_id,
    id ?? null,
    what,
    JSON.stringify(details),
    callerOf(operator),
  ])

export const helpSubscription = (operator: Operator, id: string, help: 'enable' | 'retry') =>
  decide('mls.help_subscription($1, $2, $3::jsonb)', [id, help, callerOf(operator)])

export const listActions = (operator: Operator, filter: object) =>
  decide('mls.admin_actions($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(operator)])

export const usageReport = (operator: Operator, filter: object) =>
  decide('mls.usage_report($1::jsonb, $2::jsonb)', [JSON.stringify(filter), callerOf(operator)])

/** Writes down who looks as whom and answers what the token has to say: a client, or the claims of a user. */
export const viewAs = (operator: Operator, whom: { client_id?: string; user_id?: string }) =>
  decide('mls.view_as($1::jsonb, $2::jsonb)', [JSON.stringify(whom), callerOf(operator)])
