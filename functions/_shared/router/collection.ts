/** A page of a collection from several hubs, in the order that was asked for. */
import { HubError } from '../http/errors.ts'
import type { Mark, PageMarks } from '../marks/marks.ts'
import { lengthOfPage, mostBeyond } from '../odata/plan/milliseconds.ts'
import { askFor, type Reply } from './ask.ts'
import { askedOf, linkTo, type RoutedCall } from './call.ts'
import { compareRows, isComparable } from './compare.ts'
import { sumOf } from './count.ts'
import { type HubPage, pageIn } from './hub-text.ts'
import { keyOf, kindOf } from './kinds.ts'
import { merge, type Place, type Taken } from './merge.ts'
import { openWalk, sealWalk, type Walk } from './walk.ts'

/** Rows that are read and left out for `$skip`: beyond it a nextLink is the way. */
const mostSkipped = 10_000

/** An answer, and the reply of a hub whose headers it bears. */
export interface Routed {
  text: string
  like: Reply
}

export async function mergedCollection(call: RoutedCall, resource: string): Promise<Routed> {
  const { hubs, options } = call
  const isShared = kindOf(resource) === 'shared'
  if (isShared && options.count) {
    const message =
      `${resource} is the same in several hubs and cannot be counted over them: name one by ?shard=.`
    throw new HubError('not_implemented', message, { target: '$count' })
  }
  const walk = options.skiptoken === undefined
    ? firstWalk(call)
    : openWalk(options.skiptoken, hubs.map(({ name }) => name))
  const query = queryFor(call, walk, isShared ? keyOf(resource) : undefined)
  const replies: Reply[] = []
  const readPage = async (index: number, place: string): Promise<HubPage> => {
    const token = place === '' ? [] : [`$skiptoken=${place}`]
    const hub = hubs[index]!
    const reply = await askFor(
      hub,
      askedOf(call, hub, { query: [...query, ...token].join('&'), hasMarks: true }),
    )
    replies[index] = reply
    return pageIn(reply.text)
  }

  const isFirst = options.skiptoken === undefined
  const places = hubs.map(({ name }) => walk.places[name]!)
  const hasOrder = isShared || options.orderby !== undefined
  // The first page hears all hubs: what one refuses is refused now and not on page seven.
  const isHeard = (index: number) =>
    places[index] !== null && (isFirst || hasOrder || places.slice(0, index).every((place) => place === null))
  const heard = new Map(
    await Promise.all(
      hubs.map((_, index) => index).filter(isHeard).map(async (index) =>
        [index, await readPage(index, places[index]!)] as const
      ),
    ),
  )
  const marks = agreed(
    [...heard].map(([index, { head }]) => ({ hub: hubs[index]!.name, ...head['@mls.marks'] })),
  )
  const started = isFirst ? begun(walk, call, marks) : walk

  const pages = new Map(heard)
  const read = async (index: number, place: string): Promise<HubPage> => {
    const known = place === places[index] ? pages.get(index) : undefined
    pages.delete(index)
    if (known) return known
    const page = await readPage(index, place)
    agreed([{ hub: hubs[index]!.name, ...page.head['@mls.marks'] }, { hub: hubs[index]!.name, ...marks }])
    return page
  }
  const behind = isFirst && walk.skipped > 0
    ? await skipped(places, walk.skipped, marks, read, isShared)
    : { places, last: walk.last }
  const limit = Math.min(started.size, started.remaining ?? started.size)
  const taken = await merge(behind.places, marks.order, read, fullAt(limit, marks, isShared, behind.last))
  const rows = isShared ? once(taken.rows, marks, behind.last) : taken.rows

  const heads = [...heard].map(([index, { head }]) => [hubs[index]!.name, head] as const)
  const changes = started.changes ?? changesOf(heads)
  const next: Walk = {
    ...started,
    places: Object.fromEntries(hubs.map(({ name }, index) => [name, taken.places[index]!])),
    remaining: started.remaining === null ? null : Math.max(0, started.remaining - rows.length),
    changes,
    last: isShared ? rows.at(-1)?.mark[0] ?? behind.last : null,
  }
  const hasMore = limit > 0 && taken.places.some((place) => place !== null) && next.remaining !== 0
  const count = options.count ? await countOf(call, heads) : undefined
  const [first] = heads
  const members = [
    ...first?.[1]['@odata.context'] === undefined
      ? []
      : [`"@odata.context":${JSON.stringify(contextOf(first[1]['@odata.context'], call.root))}`],
    ...count === undefined
      ? []
      : [`"@odata.count":${typeof first?.[1]['@odata.count'] === 'string' ? `"${count}"` : count}`],
    ...changes === null ? [] : [changesText(changes)],
    `"value":[${rows.map(({ text }) => text).join(',\n')}]`,
    ...hasMore ? [`"@odata.nextLink":${JSON.stringify(linkTo(call, sealWalk(next)))}`] : [],
  ]
  return { text: `{${members.join(',')}}`, like: replies.find((reply) => reply !== undefined)! }
}

function firstWalk({ hubs, options }: RoutedCall): Walk {
  const skipped = options.skip ?? 0
  if (skipped > mostSkipped) {
    const message =
      `$skip is at most ${mostSkipped} over several hubs: follow nextLink, or name one hub by ?shard=.`
    throw new HubError('too_costly', message, { target: '$skip' })
  }
  const places = Object.fromEntries(hubs.map(({ name }): [string, Place] => [name, '']))
  return { places, size: 0, remaining: null, skipped, changes: null, last: null }
}

/** What the first answers of the hubs say of the walk: the size of its pages, and what is wanted in all. */
function begun(walk: Walk, { options: { top } }: RoutedCall, { size, isBounded }: PageMarks): Walk {
  // of what is skipped a hub knows nothing, and takes it for rows that are wanted
  const own = walk.skipped > 0 && top !== undefined ? Math.min(top, size) : size
  return { ...walk, size: own, remaining: isBounded ? top ?? null : null }
}

/** What every hub is asked: rows that are skipped are read, and the order of shared rows ends with their key. */
function queryFor({ parts, options: { top } }: RoutedCall, { skipped }: Walk, key?: string): string[] {
  const query = parts.flatMap(({ name, raw }) => {
    if (name === '$skip' || name === '$skiptoken') return []
    if (name === '$top' && skipped > 0) return [`$top=${top! + skipped}`]
    if (name === '$orderby' && key !== undefined) return [`${raw},${key}`]
    return [raw]
  })
  const isOrdered = key === undefined || parts.some(({ name }) => name === '$orderby')
  return isOrdered ? query : [...query, `$orderby=${key}`]
}

/** What hubs say of their pages, if they say the same. @throws HubError conflict (409) naming what differs */
function agreed(marks: (PageMarks & { hub: string })[]): PageMarks {
  const [first, ...others] = marks
  if (!first) throw new HubError('invalid_parameter', 'All hubs are at their end: start again.')
  const uncomparable = first.order.find((term) => !isComparable(term))
  if (uncomparable) {
    const message = `Rows of several hubs cannot be ordered by a value of type ${uncomparable.type}.`
    throw new HubError('not_implemented', message, { target: '$orderby' })
  }
  for (const other of others) {
    if (other.digest !== first.digest) {
      const message =
        `The hubs ${first.hub} and ${other.hub} show other fields: see $metadata, or name one by ?shard=.`
      throw new HubError('conflict', message)
    }
    if (other.isBounded !== first.isBounded || (other.end === null) !== (first.end === null)) {
      const message =
        `The hubs ${first.hub} and ${other.hub} read $top or times in another way for this client: set top_means and stamps alike.`
      throw new HubError('conflict', message)
    }
  }
  return { ...first, size: Math.min(...marks.map(({ size }) => size)) }
}

type Read = (index: number, place: string) => Promise<HubPage>

/** Where the lists stand behind so many rows. */
async function skipped(places: Place[], count: number, marks: PageMarks, read: Read, isShared: boolean) {
  const isFull = fullAt(count, { ...marks, end: null }, isShared, null)
  const { rows, places: behind } = await merge(places, marks.order, read, isFull)
  return { places: behind, last: isShared ? rows.at(-1)?.mark[0] ?? null : null }
}

/** Where a page ends: at its size, or behind a whole millisecond. */
function fullAt(limit: number, { order, end }: PageMarks, isShared: boolean, last: Walk['last']) {
  const stampOf = ([values]: Mark) => values[0]!
  const isRepeated = repeats(order, last)
  let distinct = 0
  let seen = 0
  return (rows: Taken[], next?: Mark): boolean => {
    if (limit === 0) return true
    for (; seen < rows.length; seen++) if (!isShared || !isRepeated(rows, seen)) distinct++
    if (distinct < limit) return false
    if (end === null || rows.length >= limit + mostBeyond[end]) return true
    if (!next) return false
    const stamps = [...rows.map(({ mark }) => stampOf(mark)), stampOf(next)]
    return lengthOfPage(stamps, limit, end) === rows.length
  }
}

/** Whether a row has the values of the one before it, which may have been the last of a page. */
const repeats =
  (order: PageMarks['order'], last: Walk['last']) => (rows: Taken[], index: number): boolean => {
    const before = index === 0 ? last : rows[index - 1]!.mark[0]
    return before !== null && compareRows(order, before, rows[index]!.mark[0]) === 0
  }

const once = (rows: Taken[], { order }: PageMarks, last: Walk['last']) => {
  const isRepeated = repeats(order, last)
  return rows.filter((_, index) => !isRepeated(rows, index))
}

/** Of the hubs that answered by their pages, of the others by asking. */
async function countOf(call: RoutedCall, heads: (readonly [string, HubPage['head']])[]): Promise<bigint> {
  const known = new Map(heads.map(([name, head]) => [name, BigInt(head['@odata.count'] ?? 0)]))
  const silent = call.hubs.filter(({ name }) => !known.has(name))
  const counted = silent.length === 0 ? 0n : await sumOf({ ...call, hubs: silent }, `${call.path}/$count`)
  return [...known.values()].reduce((sum, each) => sum + each, counted)
}

const contextOf = (context: string, root: string) => context.replace(/^.*?(?=\/\$metadata)/, () => root)

type Head = readonly [name: string, head: HubPage['head']]

function changesOf(heads: Head[]): Walk['changes'] {
  const known = heads.flatMap(([name, head]) => {
    const changes = head['@mls.changesAfter']
    return changes ? [[name, changes] as const] : []
  })
  return known.length === 0 ? null : Object.fromEntries(known)
}

/** The earliest place of all, and that of each: whoever reads one hub's changes need not begin with the earliest. */
function changesText(changes: NonNullable<Walk['changes']>): string {
  const times = Object.values(changes).map(({ ModificationTimestamp }) => String(ModificationTimestamp))
  const earliest = { ModificationTimestamp: times.toSorted()[0] }
  return `"@mls.changesAfter":${JSON.stringify(earliest)},"@mls.shards":${JSON.stringify(changes)}`
}
