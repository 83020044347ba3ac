/**
 * The opaque `$skiptoken`: where a page ended, signed together with the client and the query it belongs to. A token of
 * another client, of another query, or changed by one bit is refused, so nobody can page into a place of their own
 * making. Its key lies in the database (mls.skiptoken_key): all isolates share it and nothing has to be configured.
 */
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { HubError } from '../_shared/http/errors.ts'
import type { Cursor } from '../_shared/odata/plan/keyset.ts'
import { skiptokenKey } from '../_shared/odata/sql/skiptoken-key.ts'
import { decoded, queryParts } from '../_shared/odata/syntax/query-parts.ts'
import type { Call } from './call.ts'

export interface Skiptoken {
  cursor: Cursor
  /** Rows a page, so that it stays the same from page to page. */
  size: number
  /** Rows still wanted, where $top says how many in all. */
  remaining?: number
  /** In replication: the last stamp before the first page. */
  since?: string
}

/** 128 bits of the signature are far beyond guessing. */
const signatureBytes = 16

/** A token also says what its page has seen of time: the next one is read where that is visible. */
export async function sealSkiptoken(
  call: Call,
  { cursor, size, remaining, since }: Skiptoken,
): Promise<string> {
  const payload = Buffer.from(
    JSON.stringify([size, remaining ?? null, since ?? null, String(call.reader.horizon.atLeast), ...cursor]),
  ).toString('base64url')
  return `${payload}.${await signature(call, payload)}`
}

/**
 * The token of a request, if it has one. `length` is the number of sort values that its query needs.
 *
 * @throws HubError invalid_parameter (400)
 */
export async function openSkiptoken(call: Call, length: number): Promise<Skiptoken | undefined> {
  const { skiptoken } = call.options
  if (skiptoken === undefined) return undefined
  const [payload = '', sealed = '', ...rest] = skiptoken.split('.')
  const isOurs = rest.length === 0 &&
    isEqual(sealed, await signature(call, payload))
  if (!isOurs) throw refused()
  const [size, remaining, since, seen, ...cursor] = JSON.parse(
    Buffer.from(payload, 'base64url').toString(),
  ) as [number, number | null, string | null, string, ...Cursor]
  if (cursor.length !== length) throw refused()
  const { horizon } = call.reader
  if (BigInt(seen) > horizon.atLeast) horizon.atLeast = BigInt(seen)
  return { cursor, size, remaining: remaining ?? undefined, since: since ?? undefined }
}

function refused(): HubError {
  const message =
    'The $skiptoken does not belong to this query and client: follow nextLink unchanged, or start again.'
  return new HubError('invalid_parameter', message, { target: '$skiptoken' })
}

/**
 * At once: Web Crypto signs on another thread, and the way there and back takes longer than signing.
 */
async function signature(call: Call, payload: string): Promise<string> {
  const parts = queryParts(call.query).filter(({ name }) => isOfQuery(name))
  // Libraries that take an address apart put it together in an order of their own.
  const query = parts.map(({ raw }) => decoded(raw)).sort().join('&')
  const text = [
    payload,
    call.client.client_id,
    decodeURIComponent(call.path),
    query,
  ].join('\n')
  return createHmac('sha256', await skiptokenKey()).update(text).digest().subarray(0, signatureBytes)
    .toString('base64url')
}

/** What decides which rows there are. Libraries add names of their own, as `_=1764500000` against caches. */
function isOfQuery(name: string): boolean {
  return /^[$@]/.test(name) ? name !== '$skip' && name !== '$skiptoken' : name === 'replication'
}

/** Takes the same time wherever the texts differ. */
function isEqual(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
