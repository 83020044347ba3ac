import process from 'node:process'
import type pg from 'pg'
import { closePools } from '../../functions/_shared/db/pool.ts'
import { readClientContext } from '../../functions/_shared/oauth/client-context.ts'
import type { SearchCaller } from '../../functions/_shared/search/caller.ts'
import { sealCursor } from '../../functions/_shared/search/cursor.ts'
import { searchInput } from '../../functions/_shared/search/input.ts'
import { collectionOf } from '../../functions/_shared/search/collection.ts'
import { pageStatement } from '../../functions/_shared/search/page.ts'
import { planSearch } from '../../functions/_shared/search/query.ts'
import { searchListings } from '../../functions/_shared/search/search-listings.ts'
import { suggest } from '../../functions/_shared/search/suggest.ts'
import { bareSearches, half, here, polygon, type Searched, view } from './bare-searches.ts'
import { fillServed, withoutIndexes } from './fill.ts'
import { compare, type Line, milliseconds, ms, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'

const city = {
  bbox: [view.west, view.south, view.east, view.north],
  filter: `StandardStatus eq 'Active' and ListPrice ge 200000 and ListPrice le 1200000`,
}
const page = {
  ...city,
  sort: 'price',
  limit: 50,
  select: ['ListingKey', 'City', 'ListPrice', 'BedroomsTotal'],
}

/** What a website asks of the search door; what answers is everything behind its routes. */
const searches: Record<Exclude<Searched, 'suggest'>, Record<string, unknown>> = {
  'page in a city view': page,
  'count in a city view': { ...city, limit: 0, include: ['count'] },
  'facets of a city view': { ...city, limit: 0, include: ['facets'] },
  'clusters of a city view': { ...city, limit: 0, include: ['clusters'], zoom: 13 },
  'clusters of everything, zoom 4': { limit: 0, include: ['clusters'], zoom: 4 },
  'clusters of everything, zoom 7': { limit: 0, include: ['clusters'], zoom: 7 },
  'clusters of half a market, zoom 7': {
    bbox: [half.west, half.south, half.east, half.north],
    limit: 0,
    include: ['clusters'],
    zoom: 7,
  },
  'count of everything': { limit: 0, include: ['count'] },
  nearest: { near: here, sort: 'nearest', limit: 20, select: ['ListingKey'] },
  polygon: {
    polygon: { type: 'Polygon', coordinates: [polygon] },
    sort: 'price',
    limit: 50,
    select: ['ListingKey', 'ListPrice'],
  },
}

/** What the clock has counted must not grow with the market: of 20,000 listings it takes half as long at most. */
const isCounted = (name: string) => name.includes(' of everything')

/** The search door, against the best that hand-written SQL does on the same table, as owner and without policies. */
export const search: Subject<BenchHub> = {
  name: 'search',
  rowsAmongOthers: 20_000,
  async run(hub) {
    Object.assign(process.env, hub.environment)
    const { client, rows } = hub
    try {
      const filled = await milliseconds(() => fillServed(client, rows, { forMaps: true }))
      const derived = await milliseconds(() => derive(client))
      console.log(
        `      ${rows.toLocaleString('en')} listings, filled in ${
          (filled / 1000).toFixed(0)
        } s, words and counts in ${(derived / 1000).toFixed(0)} s`,
      )
      const { rows: [{ client_id }] } = await client.query(
        `select client_id from public.mls_api_clients where name ilike 'portal_cy' or client_id = 'portal_cy'`,
      )
      const caller: SearchCaller = { kind: 'client', client: (await readClientContext(client_id))! }
      return [
        ...await against(client, caller),
        await behindTheClock(client, caller, Math.min(1_000, Math.floor(rows / 100))),
        await underPolicies(client, caller),
        await lastPage(client, caller, 'newest'),
        await lastPage(client, caller, 'price'),
      ]
    } finally {
      await closePools()
    }
  },
}

/**
 * What the clock would have made of it by now. Of words it takes a thousand listings at a time into an index that is in
 * use, which for a million takes longer than all else; here they are taken at once, and the index is made afterwards.
 */
async function derive(client: pg.Client): Promise<void> {
  await withoutIndexes(client, 'mls.search_index', async () => {
    const { rows: [{ text }] } = await client.query(
      `select mls.searched_text(fields) as text from mls.searched_resources where resource = 'property'`,
    )
    await client.query(
      `insert into mls.search_index (resource, record_id, seq, office_key, is_published, words)
       select 'property', s.record_id, s.seq, s.office_key, s.is_published, mls.search_words(${text})
       from public.served_property s where not s.is_deleted`,
    )
  })
  await client.query(
    `update mls.searched_resources set indexed_stamp = (select max(stamp) from public.served_property)
     where resource = 'property'`,
  )
  await client.query(`select mls.index_words('1 hour')`)
  await client.query(`select mls.index_names('1 hour')`)
  // as if each had been served, which the copies were not
  await client.query(
    `insert into public.mls_entity_events
       (sequence, resource, record_key, record_id, kind, office_key, is_published, was_published)
     select s.stamp, 'Property', s."ListingKey", s.record_id, 'created', s.office_key, s.is_published, false
     from public.served_property s where not s.is_deleted`,
  )
  await client.query('vacuum (analyze) public.mls_entity_events')
  const counted = await milliseconds(() => client.query(`select mls.count_listings('1 hour')`))
  console.log(`      counted by tile in ${(counted / 1000).toFixed(0)} s`)
  await client.query(
    'vacuum (analyze) mls.search_index, mls.listing_names, mls.counted_listings, mls.place_counts',
  )
}

/** Clusters of everything, of which so many have changed since the clock came: those are read one by one. */
async function behindTheClock(client: pg.Client, caller: SearchCaller, waiting: number): Promise<Line> {
  const name = 'clusters of everything, zoom 4'
  await client.query(
    `insert into public.mls_entity_events
       (sequence, resource, record_key, record_id, kind, office_key, is_published, was_published)
     select m.last + row_number() over (), 'Property', s."ListingKey", s.record_id, 'updated', s.office_key, true, true
     from (select max(sequence) as last from public.mls_entity_events) m,
       lateral (select * from public.served_property s where not s.is_deleted order by md5(s."ListingKey") limit ${waiting}) s`,
  )
  const { text, values } = bareSearches[name]!
  const { bare, ours } = await compare({
    bare: () => client.query({ text, values, rowMode: 'array' }),
    ours: () => searchListings(caller, searchInput.parse(searches[name])),
  })
  return {
    name: `search, ${name}, ${waiting.toLocaleString('en')} changed since the clock`,
    value: bare / ours,
    unit: 'x',
    limit: { min: 1 },
    detail: `${ms(ours)}, bare ${ms(bare)}`,
  }
}

async function against(client: pg.Client, caller: SearchCaller): Promise<Line[]> {
  const lines: Line[] = []
  for (const [name, { text, values }] of Object.entries(bareSearches)) {
    const ask = () =>
      name === 'suggest'
        ? suggest(caller, 'town 7', 10)
        : searchListings(caller, searchInput.parse(searches[name as keyof typeof searches]))
    const { bare, ours } = await compare({
      bare: () => client.query({ text, values, rowMode: 'array' }),
      ours: ask,
    })
    lines.push({
      name: `search, ${name}`,
      value: bare / ours,
      unit: 'x',
      limit: { min: isCounted(name) ? 2 : 0.5 },
      detail: `${ms(ours)}, bare ${ms(bare)}`,
    })
  }
  return lines
}

/** The page's own statement twice: as the role that policies bind, under the claims of the caller, and as the owner. */
async function underPolicies(client: pg.Client, caller: SearchCaller): Promise<Line> {
  const { text, values } = pageStatement(planSearch(collectionOf(caller), searchInput.parse(page)), 51)
  const statement = { text, values, rowMode: 'array' as const }
  const { without, under } = await compare({
    without: () => client.query(statement),
    under: async () => {
      await client.query('begin read only')
      await client.query(
        `select set_config('mls.claims', $1, true), set_config('role', 'mls_api_read', true)`,
        [
          caller.client.claims,
        ],
      )
      await client.query(statement)
      await client.query('rollback')
    },
  })
  return {
    name: 'search, page in a city view under policies',
    value: under / without,
    unit: 'x',
    limit: { max: 2 },
    detail: `${ms(under)} against ${ms(without)}`,
  }
}

async function lastPage(client: pg.Client, caller: SearchCaller, sort: 'newest' | 'price'): Promise<Line> {
  const input = searchInput.parse({ sort, limit: 100, select: ['ListingKey', 'ListPrice'] })
  const order = sort === 'newest' ? 'seq' : '"ListPrice" desc, seq desc'
  const { rows: [end] } = await client.query(
    `select "ListPrice"::text as price, seq::text from public.served_property
     where office_key = $1 and not is_deleted order by ${order} offset 100 limit 1`,
    [caller.client.offices[0]],
  )
  const { rows: [{ since }] } = await client.query('select pg_current_snapshot()::text as since')
  const cursor = await sealCursor(
    {
      mark: [0, sort === 'newest' ? null : end.price, end.seq],
      seen: 0n,
      ...sort === 'price' && { since, isOnePiece: true },
    },
    input,
    caller.client.client_id,
  )
  const times = 20
  const page = async (more: { cursor?: string }) => {
    for (let n = 0; n < times; n++) {
      const { records } = await searchListings(caller, { ...input, ...more })
      if (records !== 100) throw new Error(`A page of ${records} listings.`)
    }
  }
  const { first, last } = await compare({ first: () => page({}), last: () => page({ cursor }) })
  return {
    name: `search, last page by cursor, ${sort}`,
    value: last / first,
    unit: 'x',
    limit: { max: 1.3 },
    detail: `${ms(last / times)}, the first ${ms(first / times)}`,
  }
}
