/**
 * Searches that only name a place, or nothing: the clock has counted their listings by tile (mls.listings_by_tile), so a
 * map of a whole market reads some thousand rows, however large the market is. Everything else reads the index.
 */
import type { TextRow } from '../db/pipeline.ts'
import type { Run } from '../odata/sql/read.ts'
import { Parameters, type Statement } from '../odata/sql/statement.ts'
import { clustersFrom, clusterStatement, gridOf, mostClusters } from './clusters.ts'
import { boxesOf } from './expressions.ts'
import { build, type SearchQuery } from './query.ts'

/** The zoom of the tiles that are counted. */
const finest = 12
/** Degrees. Of a smaller box the edge cuts most tiles, and then the counts leave it to the index of places. */
const leastSide = 0.5

/** How many listings a search has. */
export async function countOf(query: SearchQuery, run: Run): Promise<number> {
  if (isCounted(query)) {
    const [row] = await run(countedStatement(query))
    const [count, isLeftToIndex] = row!
    if (isLeftToIndex !== 't') return Number(count)
  }
  const { parameters, rows } = build(query)
  const [row] = await run({ text: `select count(*) ${rows}`, values: parameters.values })
  return Number(row![0])
}

/** The clusters of a search, as clustersFrom() gives them out. */
export async function clustersOf(query: SearchQuery, run: Run): Promise<ReturnType<typeof clustersFrom>> {
  const grid = gridOf(query.input)
  if (grid <= finest && isCounted(query)) {
    const rows = await run(countedClusters(query, grid))
    if (!isLeftToIndex(rows)) return clustersFrom(rows)
  }
  return clustersFrom(await run(clusterStatement(query)))
}

/** Whether nothing but a place, a market and rights say which listings these are. */
function isCounted({ input, keys }: SearchQuery): boolean {
  const { filter, q, polygon, radius, dedupe, bbox } = input
  if (filter !== undefined || q !== undefined || polygon || radius !== undefined || dedupe || keys) {
    return false
  }
  return !bbox ||
    boxesOf(bbox).some(({ west, south, east, north }) =>
      east - west >= leastSide && north - south >= leastSide
    )
}

function countedStatement(query: SearchQuery): Statement {
  const parameters = new Parameters()
  return {
    text: `select coalesce(sum(c.listings), 0), bool_or(c.tile is null) ${tiles(query, 0, parameters)}`,
    values: parameters.values,
  }
}

function countedClusters(query: SearchQuery, grid: number): Statement {
  const parameters = new Parameters()
  const middle = (name: string) => `sum(c.${name} * c.listings) / sum(c.listings)`
  return {
    text: `select sum(c.listings), min(c.min_price), ${middle('longitude')}, ${middle('latitude')}
      ${tiles(query, grid, parameters)} where c.tile is distinct from -1
      group by c.tile order by 1 desc, c.tile limit ${mostClusters + 1}`,
    values: parameters.values,
  }
}

/** Where the counts have no answer, one row of nulls: they sort before all numbers. */
const isLeftToIndex = ([first]: TextRow[]) => first !== undefined && first[0] === null

function tiles({ collection, input, offices }: SearchQuery, grid: number, parameters: Parameters): string {
  const counted = (box: string) =>
    `mls.listings_by_tile('${collection.hasPhotos ? 'website' : 'served'}', ${grid}, ${box}, ${
      offices ? parameters.add(offices, 'text[]') : 'null'
    }) c`
  if (!input.bbox) return `from ${counted('null')}`
  const boxes = boxesOf(input.bbox).map(({ west, south, east, north }) =>
    `(${parameters.add([west, south, east, north].map(String), 'double precision[]')})`
  )
  return `from (values ${boxes.join(', ')}) b (box) cross join lateral ${counted('b.box')}`
}
