/** How much each caller searches, and the most that a client may a day. */
import { servicePool } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import { log } from '../http/log.ts'
import type { SearchCaller } from './caller.ts'

/** Visitors count together: their addresses are nobody's to keep. */
const nameOf = ({ kind, client }: SearchCaller) => kind === 'website' ? 'website' : client.client_id

/** As `countedBy`, for who searches by F/search. */
export const counted = <Answer extends { records: number }>(caller: SearchCaller, search: Promise<Answer>) =>
  countedBy(nameOf(caller), search)

/**
 * Counts a search and runs it meanwhile; beyond the day's limit its answer is thrown away.
 *
 * @throws HubError `rate_limited` (429), or what `search` throws
 */
export async function countedBy<Answer extends { records: number }>(
  name: string,
  search: Promise<Answer>,
): Promise<Answer> {
  const taking = servicePool().query<{ taken: { allowed?: number; retry_after?: number } }>(
    'select mls.take_search($1) as taken',
    [name],
  )
  const [{ rows: [row] }, answer] = await Promise.all([taking, search])
  const { allowed, retry_after } = row!.taken
  if (allowed !== undefined) {
    throw new HubError('rate_limited', `More than ${allowed} searches a day: go on tomorrow (UTC).`, {
      headers: { 'Retry-After': String(retry_after) },
    })
  }
  if (answer.records > 0) {
    servicePool().query('select mls.count_records($1, $2)', [name, answer.records])
      .catch(({ message }: Error) => log('warn', 'search_usage_lost', { message }))
  }
  return answer
}

export interface Usage {
  day: string
  requests: number
  records: number
}

/**
 * The caller's own last 31 days with a search.
 *
 * @throws HubError `forbidden` for visitors: how often a website is searched is its operator's to know
 */
export async function readUsage(caller: SearchCaller): Promise<Usage[]> {
  if (caller.kind === 'website') {
    throw new HubError(
      'forbidden',
      'Visitors are counted together, for the operator: sign in to see your own usage.',
    )
  }
  const { rows } = await servicePool().query<Usage>(
    `select day::text, requests::int, records::int from public.mls_search_usage where caller = $1 order by day desc limit 31`,
    [nameOf(caller)],
  )
  return rows
}
