import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type { Database } from '../../../database.types.ts'
import { config } from './config.ts'
import { callDoor, type DoorOptions } from './door.ts'
import { Refusal } from './refusal.ts'

export type { Database }
export type Tables = Database['public']['Tables']
export type Views = Database['public']['Views']
export type Row<Name extends keyof Tables> = Tables[Name]['Row']
export type ViewRow<Name extends keyof Views> = Views[Name]['Row']
export type Status = Database['public']['Enums']['mls_listing_status']
export type Hub = SupabaseClient<Database>

let signedIn: Hub | undefined
/** Somebody else's eyes, read only: see view-as. */
let borrowed: { client: Hub; token: string } | undefined

/** The client under the rights of who is signed in, or of whom an operator views as. */
export function hub(): Hub {
  return borrowed?.client ?? ownHub()
}

export function ownHub(): Hub {
  signedIn ??= createClient<Database>(config().url, config().publishableKey, {
    auth: { storageKey: 'mls-console' },
  })
  return signedIn
}

/** Looks through the eyes of a token of `admin/view-as`, or with undefined through one's own again. */
export function lookThrough(token: string | undefined): void {
  borrowed = token === undefined ? undefined : {
    token,
    client: createClient<Database>(config().url, config().publishableKey, {
      accessToken: () => Promise.resolve(token),
    }),
  }
}

/** What supabase-js answered, or a Refusal. */
export async function answer<Data>(
  question: PromiseLike<{ data: Data; error: unknown; status?: number }>,
): Promise<NonNullable<Data>> {
  const { data, error, status } = await question
  if (error) throw Refusal.of(error, status)
  return data as NonNullable<Data>
}

/** As `answer`, with how many rows there are in all. */
export async function counted<Data>(
  question: PromiseLike<{ data: Data; error: unknown; count: number | null; status?: number }>,
): Promise<{ rows: NonNullable<Data>; count: number }> {
  const { data, error, count, status } = await question
  if (error) throw Refusal.of(error, status)
  return { rows: data as NonNullable<Data>, count: count ?? 0 }
}

/** The Data API answers so many rows at most, and says nothing of the rest. */
const mostRows = 1_000

/** All rows of a question whose order is complete, for figures that would be wrong without some. */
export async function all<Data>(
  question: (from: number, to: number) => PromiseLike<{ data: Data[] | null; error: unknown }>,
): Promise<Data[]> {
  const rows: Data[] = []
  for (;;) {
    const page = await answer(question(rows.length, rows.length + mostRows - 1))
    rows.push(...page)
    if (page.length < mostRows) return rows
  }
}

/** Calls an edge function as the signed-in user: `door('sources/demo/runs', {method: 'POST', json: {mode: 'FULL'}})`. */
export async function door<Answer>(path: string, options: DoorOptions = {}): Promise<Answer> {
  const { data } = await ownHub().auth.getSession()
  return await callDoor<Answer>(path, options, borrowed?.token ?? data.session?.access_token)
}
