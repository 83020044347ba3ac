/** One search over several hubs: listings merged, counts, facets and clusters summed. */
import { Buffer } from 'node:buffer'
import { HubError } from '../http/errors.ts'
import type { SearchMarks } from '../marks/marks.ts'
import { askFor, type Reply } from './ask.ts'
import { headersFor } from './call.ts'
import { cut } from './hub-text.ts'
import { type ListPage, merge, type Place } from './merge.ts'
import { type Cluster, type Facets, sumClusters, sumFacets } from './sums.ts'
import type { Reached } from './token.ts'

/** The search as it was sent, without its cursor. */
export interface RoutedSearch {
  /** Of GET. */
  query?: URLSearchParams
  /** Of POST. */
  body?: Record<string, unknown>
  cursor?: string
}

/** What stands behind the listings. */
interface Rest {
  count?: number
  facets?: Facets
  clusters?: Cluster[]
  approximate?: boolean
  next?: string
}

interface SearchPage extends ListPage {
  marks: SearchMarks
  rest: Rest
}

export async function mergedSearch(request: Request, hubs: Reached[], search: RoutedSearch) {
  const places = placesIn(search.cursor, hubs)
  const replies: Reply[] = []
  const readPage = async (index: number, cursor: string, alone = false): Promise<SearchPage> => {
    const asked = askedOf(request, hubs[index]!, search, cursor, alone)
    const reply = await askFor(hubs[index]!, asked)
    replies.push(reply)
    return pageIn(reply.text)
  }
  // A hub at its end is asked all the same: counts and facets are of all rows.
  const pages = await Promise.all(hubs.map((_, index) => readPage(index, places[index] ?? '')))
  const { marks } = pages[0]!
  pages.forEach((page, index) => {
    if (page.marks.digest === marks.digest) return
    const message = `The hubs ${hubs[0]!.name} and ${hubs[index]!.name} show other fields to this client.`
    throw new HubError('conflict', message)
  })
  const { limit, order } = marks
  const read = async (index: number, cursor: string) =>
    cursor === places[index] ? pages[index]! : await readPage(index, cursor, true)
  const { rows, places: behind } = await merge(places, order, read, (rows) => rows.length >= limit)

  const rest: Rest = {}
  const all = pages.map((page) => page.rest)
  if (all[0]!.count !== undefined) rest.count = all.reduce((sum, { count = 0 }) => sum + count, 0)
  if (all[0]!.facets) rest.facets = sumFacets(all.map(({ facets = {} }) => facets))
  if (all[0]!.clusters) rest.clusters = sumClusters(all.flatMap(({ clusters = [] }) => clusters), marks.grid)
  if (all.some(({ approximate }) => approximate)) rest.approximate = true
  if (limit > 0 && behind.some((place) => place !== null)) rest.next = sealed(hubs, behind)
  const more = JSON.stringify(rest).slice(1, -1)
  const text = `{"listings":[${rows.map(({ text }) => text).join(',\n')}]${more && `,${more}`}}`
  return { text, like: replies[0]! }
}

const beforeRows = '"listings":['

function pageIn(text: string): SearchPage {
  const start = text.indexOf(beforeRows) + beforeRows.length
  const { marks } = JSON.parse(`${text.slice(0, start)}]}`) as { marks: SearchMarks }
  const { rows, end } = cut(text, start, marks.rows)
  const rest = JSON.parse(`{${text.slice(end + 1).replace(/^,/, '')}`) as Rest
  return { rows, marks, rest, hasMore: rest.next !== undefined }
}

function askedOf(
  request: Request,
  hub: Reached,
  { query, body }: RoutedSearch,
  cursor: string,
  alone: boolean,
) {
  const headers = headersFor(request, hub, true)
  const own = { ...cursor && { cursor }, ...alone && { include: [] } }
  if (body) {
    return {
      method: 'POST' as const,
      path: '/search/listings',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...body, ...own }),
    }
  }
  const asked = new URLSearchParams(query)
  for (const [name, value] of Object.entries(own)) asked.set(name, String(value))
  return { path: `/search/listings?${asked}`, headers }
}

function sealed(hubs: Reached[], places: Place[]): string {
  const named = hubs.map(({ name }, index) => [name, places[index]])
  return Buffer.from(JSON.stringify(Object.fromEntries(named))).toString('base64url')
}

function placesIn(cursor: string | undefined, hubs: Reached[]): Place[] {
  if (cursor === undefined) return hubs.map(() => '')
  try {
    const named = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const places: unknown[] = hubs.map(({ name }) => named[name])
    const isWhole = Object.keys(named).length === hubs.length &&
      places.every((place) => place === null || typeof place === 'string')
    if (isWhole) return places as Place[]
  } catch { /* said below */ }
  const message = 'The cursor is not one of this router and its hubs: send it as it came, or start again.'
  throw new HubError('invalid_parameter', message, { target: 'cursor' })
}
