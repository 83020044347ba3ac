import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type { Database } from '../../database.types.ts'
import type { Hub } from './hub.ts'

export type App = SupabaseClient<Database>

/** supabase-js as an app uses it: the publishable key, and the token of the signed-in user. */
export function appOf(hub: Hub, user?: string): App {
  const headers = user ? { Authorization: `Bearer ${hub.users[user]!.access_token}` } : undefined
  return createClient<Database>(hub.apiUrl, hub.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers },
  })
}

interface Refusal {
  status: number
  code: string
  details: Record<string, unknown>
}

/** The refusal of a call that must be refused by a rule of the workflow. */
export function refusalOf(answer: { status: number; error: unknown; data: unknown }): Refusal {
  const error = answer.error as { code: string; message: string; details: string } | null
  if (!error || error.code !== 'PT409') {
    throw new Error(`Expected a refusal, got ${answer.status} ${JSON.stringify(error ?? answer.data)}`)
  }
  return { status: answer.status, code: error.message, details: JSON.parse(error.details) }
}

/** The answer of a call that must succeed. */
export function dataOf<T>(answer: { data: T; error: unknown; status?: number }): NonNullable<T> {
  if (answer.error) throw new Error(`${answer.status} ${JSON.stringify(answer.error)}`)
  return answer.data!
}

/** Lets the clock's door run a job now; what came of it. */
export async function runJob(hub: Hub, job: string): Promise<{ status: string; result: unknown }> {
  const response = await fetch(`${hub.functionsUrl}/egress/run`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
    body: JSON.stringify({ job }),
  })
  const report = await response.json()
  if (report.status !== 'ok') throw new Error(`${job}: ${response.status} ${JSON.stringify(report)}`)
  return report
}
