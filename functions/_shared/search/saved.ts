/** Searches that users and API clients keep: F/search/saved. */
import { z } from 'zod'
import { servicePool } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import type { SearchCaller } from './caller.ts'
import { kept, keptSearch } from './input.ts'
import { mailLanguages } from './mail-texts.ts'
import { searchListings } from './search-listings.ts'

export const savedInput = z.strictObject({
  name: z.string().min(1).max(200),
  search: z.record(z.string(), z.unknown()),
  cadence: z.enum(['instantly', 'daily', 'weekly']).default('daily'),
  /** Id of a webhook of the client. */
  webhook_id: z.uuid().optional(),
  /** Tells the user by mail, in this language and by the clock of this zone. */
  by_mail: z.boolean().default(false),
  language: z.enum(mailLanguages).default('en'),
  time_zone: z.string().regex(/^[A-Za-z][\w+/-]{0,59}$/, 'expected a name such as Asia/Nicosia').default(
    'UTC',
  ),
})

export interface SavedSearch {
  id: string
  name: string
  search: unknown
  cadence: string
  webhook_id: string | null
  by_mail: boolean
  language: string
  time_zone: string
  is_active: boolean
  created_at: string
  last_error: string | null
  /** Listings that came to match and that nobody was told of, by webhook or mail. */
  new: number
}

const columns =
  `s.id, s.name, s.search, s.cadence, s.subscription_id as webhook_id, s.by_mail, s.language, s.time_zone, s.is_active, s.created_at, s.last_error,
  (select count(*)::int from public.mls_saved_search_matches m where m.search_id = s.id and m.told_at is null) as new`

/** Whose it is, as a condition with the parameters $1 and $2. */
const owned =
  `(s.user_id = $1::uuid or s.client_id = (select c.id from public.mls_api_clients c where c.client_id = $2))`

function ownerOf(caller: SearchCaller): [string | null, string | null] {
  if (caller.kind === 'user') return [caller.access.user_id, null]
  if (caller.kind === 'client') return [null, caller.client.client_id]
  throw new HubError('forbidden', 'Searches are kept for users and API clients: sign in first.')
}

/** @throws HubError as the search itself would be refused; `forbidden`, `conflict` above 100 */
export async function saveSearch(
  caller: SearchCaller,
  input: z.infer<typeof savedInput>,
): Promise<SavedSearch> {
  const [user, client] = ownerOf(caller)
  const other = Object.keys(input.search).find((name) => !(kept as readonly string[]).includes(name))
  if (other) {
    throw new HubError('invalid_parameter', `search keeps ${kept.join(', ')}, not ${other.slice(0, 60)}.`, {
      target: `search.${other}`,
    })
  }
  await checkMail(caller, input)
  // whatever is wrong with it is better said now than every minute
  await searchListings(caller, keptSearch(input.search, { limit: 1, select: 'ListingKey' }))
  const { rows: [row] } = await servicePool().query<
    { id: string | null; too_many: boolean; no_webhook: boolean }
  >(
    `with owner as (
       select $1::uuid as user_id, c.id as client_id, (select count(*) from public.mls_saved_searches s where ${owned}) as held
       from (select 1) one left join public.mls_api_clients c on c.client_id = $2
     ), webhook as (
       select w.id from public.mls_webhook_subscriptions w join owner o on o.client_id = w.client_id where w.id = $6
     ), made as (
       insert into public.mls_saved_searches (tenant_id, user_id, client_id, name, search, cadence, subscription_id, position, by_mail, language, time_zone)
       select $7, o.user_id, o.client_id, $3, $4, $5, (select id from webhook), mls.visible_stamp(), $8, $9, $10 from owner o
       where o.held < 100 and ($6::uuid is null or exists (select from webhook)) returning id
     )
     select (select id from made) as id, (select held >= 100 from owner) as too_many, $6::uuid is not null and not exists (select from webhook) as no_webhook`,
    [
      user,
      client,
      input.name,
      JSON.stringify(input.search),
      input.cadence,
      input.webhook_id ?? null,
      caller.kind === 'user' ? caller.access.tenant_id : null,
      input.by_mail,
      input.language,
      input.time_zone,
    ],
  )
  if (row!.no_webhook) {
    throw new HubError('invalid_parameter', 'You have no such webhook.', { target: 'webhook_id' })
  }
  if (row!.too_many) throw new HubError('conflict', 'There are 100 saved searches: delete one first.')
  return (await listSearches(caller)).find(({ id }) => id === row!.id)!
}

/** @throws HubError where the mails could not be sent as they are wanted */
async function checkMail(caller: SearchCaller, { by_mail, time_zone }: z.infer<typeof savedInput>) {
  const refuse = (target: string, message: string) => new HubError('invalid_parameter', message, { target })
  if (by_mail && caller.kind !== 'user') throw refuse('by_mail', 'Mails are for users: give a webhook_id.')
  const [user, tenant] = caller.kind === 'user' ? [caller.access.user_id, caller.access.tenant_id] : []
  const { rows: [row] } = await servicePool().query<{ is_zone: boolean; address: string | null }>(
    `select exists (select from pg_timezone_names where name = $1) as is_zone, mls.address_of_reader($2, $3) as address`,
    [time_zone, user ?? null, tenant ?? null],
  )
  if (!row!.is_zone) {
    throw refuse('time_zone', `There is no time zone ${time_zone}: name one such as Asia/Nicosia.`)
  }
  if (by_mail && row!.address === null) {
    throw new HubError(
      'conflict',
      'Mails go to the confirmed address of an account with access to this market: confirm yours first.',
      { target: 'by_mail' },
    )
  }
}

export async function listSearches(caller: SearchCaller): Promise<SavedSearch[]> {
  const { rows } = await servicePool().query<SavedSearch>(
    `select ${columns} from public.mls_saved_searches s where ${owned} order by s.created_at, s.id`,
    ownerOf(caller),
  )
  return rows
}

export async function deleteSearch(caller: SearchCaller, id: string): Promise<void> {
  const { rowCount } = await servicePool().query(
    `delete from public.mls_saved_searches s where ${owned} and s.id::text = $3`,
    [...ownerOf(caller), id],
  )
  if (rowCount === 0) throw noSearch(id)
}

/** What came to match since a time, the newest first; keys only, for what is seen may have changed. */
export async function readMatches(caller: SearchCaller, id: string, since?: string) {
  const values = [...ownerOf(caller), id]
  const { rows: [search] } = await servicePool().query(
    `select s.id from public.mls_saved_searches s where ${owned} and s.id::text = $3`,
    values,
  )
  if (!search) throw noSearch(id)
  const { rows } = await servicePool().query<{ key: string; matched_at: string }>(
    `select m.listing_key as key, m.matched_at from public.mls_saved_search_matches m
     where m.search_id = $1 and ($2::timestamptz is null or m.matched_at > $2) order by m.matched_at desc, m.listing_key limit 1000`,
    [search.id, since ?? null],
  )
  return rows
}

const noSearch = (id: string) => new HubError('not_found', `You have no saved search ${id.slice(0, 60)}.`)
