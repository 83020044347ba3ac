/** A request for OData that is answered by several hubs, and what is sent to one of them. */
import { callerAddress } from '../http/caller-address.ts'
import { HubError } from '../http/errors.ts'
import { publicUrl } from '../http/public-url.ts'
import { type RequestOptions } from '../odata/syntax/ast.ts'
import { parseQueryOptions } from '../odata/syntax/parser.ts'
import { type QueryPart, queryParts } from '../odata/syntax/query-parts.ts'
import { type Asked } from './ask.ts'
import type { RoutedHub } from './hubs.ts'
import { hubsOf, type Reached } from './token.ts'

export interface RoutedCall {
  request: Request
  /** Those that the client may read, and of them the one that the request names. */
  hubs: Reached[]
  /** Address of the service root, without a trailing slash. */
  root: string
  /** Behind the root, as it was sent. */
  path: string
  /** The parameters of the query without `shard`. */
  parts: QueryPart[]
  options: RequestOptions
  /** The hub that the request is confined to. */
  shard?: string
  /** Where the query came by POST: the part of it that stood in the address. */
  postedTo?: string
}

/** The custom option that names one hub. */
export const shardOption = 'shard'

/** @throws HubError for a token or query that is none, and a shard that is not there */
export async function callOf(request: Request, hubs: RoutedHub[], posted?: string): Promise<RoutedCall> {
  const reached = await hubsOf(request, hubs)
  const { pathname, search } = new URL(request.url)
  const whole = pathname.replace(/^\/router\/odata\/?/, '').replace(/\/$/, '')
  const query = [search.slice(1), posted ?? ''].filter((part) => part !== '').join('&')
  const options = parseQueryOptions(query)
  const shard = options.custom.find(({ name }) => name === shardOption)?.value
  return {
    request,
    hubs: shard === undefined ? reached : [named(shard, reached)],
    root: `${publicUrl()}/router/odata`,
    path: posted === undefined ? whole : whole.replace(/\/(?:\$|%24)query$/, ''),
    parts: queryParts(query).filter(({ name }) => name !== shardOption),
    options,
    shard,
    ...(posted !== undefined && { postedTo: search.slice(1) }),
  }
}

function named(shard: string, hubs: Reached[]): Reached {
  const hub = hubs.find(({ name }) => name === shard)
  if (hub) return hub
  const names = hubs.map(({ name }) => name).join(', ')
  throw new HubError('invalid_parameter', `There is no shard ${shard.slice(0, 40)}; there are ${names}.`, {
    target: shardOption,
  })
}

/** Of a client's request, what concerns a hub. */
const passedOn = [
  'Accept',
  'If-Match',
  'If-None-Match',
  'OData-MaxVersion',
  'OData-Version',
  'Prefer',
  'X-Request-Id',
]

/** The headers of a request to a hub. */
export function headersFor(request: Request, { token }: Reached, hasMarks = false): Record<string, string> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
  for (const name of passedOn) {
    const value = request.headers.get(name)
    if (value !== null) headers[name] = value
  }
  if (hasMarks) headers.Prefer = [headers.Prefer ?? '', 'mls.marks'].filter((each) => each !== '').join(', ')
  const address = callerAddress(request)
  if (address) headers['X-Forwarded-For'] = address
  return headers
}

/** Longer queries go by POST: addresses have limits that nobody tells. */
const longestQuery = 8_000

/** What is sent to a hub: the path of the call or another one, and a query. */
export function askedOf(
  { request, path: own }: RoutedCall,
  hub: Reached,
  { path = own, query, hasMarks }: { path?: string; query: string; hasMarks?: boolean },
): Asked {
  const headers = headersFor(request, hub, hasMarks)
  const address = `/odata/${path}`
  if (query.length <= longestQuery) return { path: `${address}${query && `?${query}`}`, headers }
  return {
    method: 'POST',
    path: `${address}/$query`,
    headers: { ...headers, 'Content-Type': 'text/plain' },
    body: query,
  }
}

/** Longer addresses may not arrive. */
const longestLink = 16_000

/** The address of the next page: the request's own query with another token. */
export function linkTo({ root, path, parts, postedTo, shard }: RoutedCall, token: string): string {
  const isKept = ({ name }: QueryPart) => name !== '$skip' && name !== '$skiptoken'
  const more = [...shard === undefined ? [] : [`${shardOption}=${shard}`], `$skiptoken=${token}`]
  const link = `${root}/${path}?${[...parts.filter(isKept).map(({ raw }) => raw), ...more].join('&')}`
  if (postedTo === undefined || link.length <= longestLink) return link
  const own = queryParts(postedTo).filter((part) => part.name !== shardOption && isKept(part))
  return `${root}/${path}/$query?${[...own.map(({ raw }) => raw), ...more].join('&')}`
}
