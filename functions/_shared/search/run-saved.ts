/** The clock's job: matches what changed against saved searches, and tells those who want to know. */
import type { Pool } from 'pg'
import { HubError } from '../http/errors.ts'
import { publicUrl } from '../http/public-url.ts'
import type { ClientContext } from '../oauth/client-context.ts'
import type { SearchCaller } from './caller.ts'
import { keptSearch, largestPage } from './input.ts'
import { searchListings } from './search-listings.ts'
import { sendSearchMails } from './send-mails.ts'

interface Saved {
  id: string
  name: string
  search: Record<string, unknown>
  position: string
  kind: 'client' | 'user'
  context: ClientContext | null
}

const timeMs = 20_000

export async function runSavedSearches(
  pool: Pool,
): Promise<{ searches: number; matches: number; told: number; mailed: number }> {
  const started = Date.now()
  const { rows } = await pool.query<Saved>(
    `select s.id, s.name, s.search, s.position::text, case when s.client_id is null then 'user' else 'client' end as kind,
       case when s.client_id is null then mls.user_reading_context(s.user_id, s.tenant_id)
         else mls.api_client_context(c.client_id) end as context
     from public.mls_saved_searches s left join public.mls_api_clients c on c.id = s.client_id
     where s.is_active and exists (select from public.mls_entity_events e where e.sequence > s.position)
     order by s.position`,
  )
  let matches = 0
  for (const saved of rows) {
    // a client that is disabled is told nothing; its position waits
    if (saved.context) matches += await follow(pool, saved, saved.context)
    if (Date.now() - started > timeMs) break
  }
  return { searches: rows.length, matches, told: await tell(pool), mailed: await sendSearchMails(pool) }
}

async function follow(
  pool: Pool,
  { id, search, position, kind }: Saved,
  client: ClientContext,
): Promise<number> {
  const { rows } = await pool.query<{ key: string; sequence: string }>(
    `select e.record_key as key, e.sequence::text from public.mls_entity_events e
     where e.sequence > $1 and e.resource = 'Property' and e.kind <> 'deleted' and e.office_key = any ($2)
     order by e.sequence limit $3`,
    [position, client.offices, largestPage],
  )
  const isAll = rows.length < largestPage
  const { rows: [newest] } = await pool.query<{ stamp: string }>('select mls.visible_stamp()::text as stamp')
  let found: string[] = []
  let failure: string | null = null
  if (rows.length > 0) {
    try {
      found = await matching({ kind, client } as SearchCaller, search, [
        ...new Set(rows.map(({ key }) => key)),
      ], BigInt(newest!.stamp))
    } catch (error) {
      if (!(error instanceof HubError) || error.status >= 500) throw error
      failure = error.message // a field that is no longer granted: the others go on
    }
  }
  const { rows: [row] } = await pool.query<{ added: number }>(
    `with moved as (
       update public.mls_saved_searches s set position = $3, last_error = $5 where s.id = $1 and s.position = $2 returning s.id
     ), added as (
       insert into public.mls_saved_search_matches (search_id, listing_key)
       select m.id, k from moved m, unnest($4::text[]) k on conflict do nothing returning 1
     )
     select count(*)::int as added from added`,
    // events committed after the first statement have greater numbers than the last of its rows
    [id, position, isAll && rows.length === 0 ? newest!.stamp : rows.at(-1)!.sequence, found, failure],
  )
  return row!.added
}

async function matching(
  caller: SearchCaller,
  search: Record<string, unknown>,
  keys: string[],
  atLeast: bigint,
): Promise<string[]> {
  const input = keptSearch(search, { limit: largestPage, select: 'ListingKey' })
  const { text } = await searchListings(caller, input, { atLeast, keys })
  return (JSON.parse(text).listings as { key: string }[]).map(({ key }) => key)
}

/** Puts what was found before the webhooks, once its time has come. */
async function tell(pool: Pool): Promise<number> {
  const { rows: [row] } = await pool.query<{ told: number }>(
    `with due as (
       update public.mls_saved_searches s
       set next_told_at = now() + case s.cadence when 'daily' then interval '1 day' when 'weekly' then interval '7 days' else interval '0' end
       where s.is_active and s.subscription_id is not null and s.next_told_at <= now()
         and exists (select from public.mls_saved_search_matches m where m.search_id = s.id and m.told_at is null)
       returning s.id, s.name, s.subscription_id, s.position
     ), told as (
       update public.mls_saved_search_matches m set told_at = now() from due d
       where m.search_id = d.id and m.told_at is null returning m.search_id, m.listing_key
     ), messages as (
       insert into public.mls_webhook_messages (subscription_id, sequence, body)
       select d.subscription_id, d.position, jsonb_build_object('type', 'saved_search.matched',
         'timestamp', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'data', jsonb_build_object('search_id', d.id, 'name', d.name, 'count', count(*), 'keys', jsonb_agg(t.listing_key order by t.listing_key),
           'url', $1 || '/search/saved/' || d.id || '/matches'))::text
       from due d join told t on t.search_id = d.id group by d.id, d.name, d.subscription_id, d.position returning 1
     )
     select count(*)::int as told from messages`,
    [publicUrl()],
  )
  return row!.told
}
