/** Sends the mails of saved searches: what of their finds the reader may still see, when the mail leaves. */
import type { Pool } from 'pg'
import { HubError } from '../http/errors.ts'
import { describeError, log } from '../http/log.ts'
import { publicUrl } from '../http/public-url.ts'
import type { ClientContext } from '../oauth/client-context.ts'
import { type Letterbox, letterbox } from '../mail/mail.ts'
import type { SearchCaller } from './caller.ts'
import { keptSearch, largestPage } from './input.ts'
import { composeLetter, mailedFields, type MailedListing } from './mail-letter.ts'
import { searchListings } from './search-listings.ts'
import { unsubscribeToken } from './unsubscribe.ts'

/** A row of mls.claim_search_mails(). */
interface Mail {
  id: string
  lease_token: string
  keys: string[]
  since: string
  search_id: string | null
  name: string
  search: Record<string, unknown>
  language: string
  time_zone: string
  address: string | null
  context: ClientContext
}

/** Within 24 hours, for a user. What is above waits for a mail of the next day. */
const mailsADay = 20
/** Listings that a mail is of, and those of them that it describes. */
const mostKeys = 1_000
const mostShown = 25
/** Longer than a mail server may take to answer, several times. */
const leaseSeconds = 120
const timeMs = 15_000
/** So many in a row that are not taken: the mail server is away, and the others wait for the next run. */
const mostFailures = 3

export async function sendSearchMails(pool: Pool): Promise<number> {
  const send = letterbox()
  if (!send) return 0
  const started = Date.now()
  await pool.query('select mls.put_search_mails($1, $2)', [mailsADay, mostKeys])
  let sent = 0
  let failures = 0
  while (failures < mostFailures && Date.now() - started < timeMs) {
    const { rows: [row] } = await pool.query<{ mail: Mail }>(
      'select mail from mls.claim_search_mails(1, $1) mail',
      [leaseSeconds],
    )
    if (!row) break
    const outcome = await sendOne(pool, row.mail, send)
    await pool.query('select mls.finish_search_mail($1, $2, $3, $4)', [
      row.mail.id,
      row.mail.lease_token,
      outcome.status,
      outcome.error ?? null,
    ])
    if (outcome.status === 'SENT') sent++
    failures = outcome.status === 'PENDING' ? failures + 1 : 0
  }
  return sent
}

interface Outcome {
  status: 'SENT' | 'EMPTY' | 'STOPPED' | 'PENDING'
  error?: string
}

async function sendOne(pool: Pool, mail: Mail, send: Letterbox): Promise<Outcome> {
  const { search_id, address } = mail
  if (search_id === null || address === null) return { status: 'STOPPED' }
  try {
    const { listings, count } = await readFound(pool, mail)
    if (count === 0) return { status: 'EMPTY' }
    const letter = composeLetter(address, {
      id: mail.id,
      name: mail.name,
      since: mail.since,
      language: mail.language,
      timeZone: mail.time_zone,
      listings,
      count,
      ids: await idsOf(pool, listings),
      unsubscribe: `${publicUrl()}/search/unsubscribe/${await unsubscribeToken(search_id)}`,
    })
    return await send(letter)
      ? { status: 'SENT' }
      : { status: 'PENDING', error: 'The mail server did not take it: see the log.' }
  } catch (error) {
    // a search that is refused by now finds nothing; whatever else it is may pass
    if (error instanceof HubError && error.status < 500) return { status: 'EMPTY', error: error.message }
    log('error', 'search_mail_failed', { mail: mail.id, cause: describeError(error) })
    return { status: 'PENDING', error: 'The listings could not be read: see the log.' }
  }
}

/** What of the finds matches and is seen at this moment. */
async function readFound(
  pool: Pool,
  { keys, search, context }: Mail,
): Promise<{ listings: MailedListing[]; count: number }> {
  const caller = { kind: 'user', client: context } as SearchCaller
  const { rows: [newest] } = await pool.query<{ stamp: string }>('select mls.visible_stamp()::text as stamp')
  const listings: MailedListing[] = []
  let count = 0
  for (let at = 0; at < keys.length; at += largestPage) {
    const input = keptSearch(search, {
      limit: Math.min(largestPage, mostShown - listings.length),
      include: ['count'],
      select: mailedFields,
    })
    const { text } = await searchListings(caller, input, {
      atLeast: BigInt(newest!.stamp),
      keys: keys.slice(at, at + largestPage),
    })
    const answer = JSON.parse(text) as { listings: MailedListing[]; count: number }
    listings.push(...answer.listings)
    count += answer.count
  }
  return { listings, count }
}

async function idsOf(pool: Pool, listings: MailedListing[]): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ key: string; id: string }>(
    'select s."ListingKey" as key, s.record_id as id from public.served_property s where s."ListingKey" = any ($1)',
    [listings.map(({ key }) => key)],
  )
  return new Map(rows.map(({ key, id }) => [key, id]))
}
