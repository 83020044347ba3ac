/** The rows of a search as groups on a map. */
import type { TextRow } from '../db/pipeline.ts'
import type { Statement } from '../odata/sql/statement.ts'
import type { SearchInput } from './input.ts'
import { build, type SearchQuery } from './query.ts'

export interface Cluster {
  /** Longitude and latitude: the middle of its listings. */
  location: [number, number]
  count: number
  min_price: number | null
}

/** Tiles of the grid to one tile of the map, in each direction: a cluster is 64 pixels wide. */
const finer = 2
export const mostClusters = 5_000

export function clusterStatement(query: SearchQuery): Statement {
  const { parameters, alias, rows } = build(query)
  const grid = gridOf(query.input)
  return {
    text:
      `select count(*), min(${alias}."ListPrice"), avg(${alias}."Longitude"), avg(${alias}."Latitude") ${rows}
      and ${alias}.geo_cell is not null group by ${alias}.geo_cell >> ${2 * (26 - grid)}
      order by 1 desc, ${alias}.geo_cell >> ${2 * (26 - grid)} limit ${mostClusters + 1}`,
    values: parameters.values,
  }
}

/** The zoom of the tiles that clusters are made of. */
export function gridOf({ zoom, bbox }: SearchInput): number {
  if (zoom !== undefined) return Math.min(26, zoom + finer)
  if (!bbox) return 6
  const [west, , east] = bbox as [number, number, number]
  const width = Math.max(1e-6, west > east ? east + 360 - west : east - west)
  return Math.max(0, Math.min(26, Math.floor(Math.log2(360 / width * 16))))
}

export function clustersFrom(rows: TextRow[]): { clusters: Cluster[]; isApproximate: boolean } {
  return {
    clusters: rows.slice(0, mostClusters).map(([count, price, longitude, latitude]) => ({
      location: [Number(longitude), Number(latitude)],
      count: Number(count),
      min_price: price === null ? null : Number(price) / 100,
    })),
    isApproximate: rows.length > mostClusters,
  }
}
