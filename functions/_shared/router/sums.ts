/** Facets and clusters of several hubs as those of one. */
import { geoCell } from '../odata/sql/cells.ts'

/** A value, a step of prices, or a member of a multi-valued field, and how many listings have it. */
export type Counted = { count: number } & Record<string, unknown>
export type Facets = Record<string, Counted[]>

export interface Cluster {
  location: [longitude: number, latitude: number]
  count: number
  min_price: number | null
}

/** The most groups of a map that are told; a hub tells no more. */
const mostClusters = 5_000

export function sumFacets(all: Facets[]): Facets {
  const names = [...new Set(all.flatMap((facets) => Object.keys(facets)))]
  return Object.fromEntries(names.map((name) => [name, summed(all.flatMap((facets) => facets[name] ?? []))]))
}

function summed(entries: Counted[]): Counted[] {
  const known = new Map<string, Counted>()
  for (const { count, ...what } of entries) {
    const key = JSON.stringify(what)
    known.set(key, { ...what, count: (known.get(key)?.count ?? 0) + count })
  }
  const values = [...known.values()]
  // as in one hub: steps of prices by their lower end, members field by field, the frequent ones first
  if (values.some((value) => 'from' in value)) {
    return values.toSorted((a, b) => Number(a.from) - Number(b.from))
  }
  const fields = [...new Set(values.map(({ field }) => field))]
  return values.toSorted((a, b) =>
    fields.indexOf(a.field) - fields.indexOf(b.field) || b.count - a.count ||
    (String(a.value) < String(b.value) ? -1 : 1)
  )
}

/** Groups of one tile of the map become one: the middle of a group lies in its tile. */
export function sumClusters(clusters: Cluster[], grid: number): Cluster[] {
  const tiles = new Map<bigint, Cluster>()
  for (const cluster of clusters) {
    const [longitude, latitude] = cluster.location
    const tile = geoCell(latitude, longitude) >> BigInt(2 * (26 - grid))
    const known = tiles.get(tile)
    tiles.set(tile, known ? joined(known, cluster) : cluster)
  }
  return [...tiles.values()].toSorted((a, b) => b.count - a.count).slice(0, mostClusters)
}

function joined(one: Cluster, other: Cluster): Cluster {
  const count = one.count + other.count
  const middle = (axis: 0 | 1) =>
    (one.location[axis] * one.count + other.location[axis] * other.count) / count
  const prices = [one.min_price, other.min_price].filter((price) => price !== null)
  return {
    location: [middle(0), middle(1)],
    count,
    min_price: prices.length === 0 ? null : Math.min(...prices),
  }
}
