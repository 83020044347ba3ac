import { hasPlace, type Listing, metres } from './generate.ts'

/** Rows as a search orders them. */
export function inOrder(rows: Listing[], { sort, near }: Record<string, unknown>): Listing[] {
  const by = (value: (row: Listing) => number | null, direction: number) =>
    rows.toSorted((a, b) => {
      const [one, other] = [value(a), value(b)]
      if (one === null || other === null) {
        return (one === null ? 1 : 0) - (other === null ? 1 : 0) ||
          direction * ((a.seq as number) - (b.seq as number))
      }
      return direction * (one - other || (a.seq as number) - (b.seq as number))
    })
  switch (sort) {
    case 'nearest':
      return by((row) => hasPlace(row) ? metres(near as [number, number], row) : null, 1)
    case 'price':
      return by((row) => row.ListPrice as number ?? null, 1)
    case '-price':
      return by((row) => row.ListPrice as number ?? null, -1)
    default:
      return by((row) => row.seq as number, -1)
  }
}

/** How often each value comes; what is null is not counted. */
export function counted(rows: Listing[], value: (row: Listing) => unknown): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const own = value(row)
    if (own !== null && own !== undefined) counts[String(own)] = (counts[String(own)] ?? 0) + 1
  }
  return counts
}

/** Clusters of an answer in an order of their own: how many listings, and their least price. */
export function asClusters(clusters: { count: number; min_price: number | null }[]): string[] {
  return clusters.map(({ count, min_price }) => `${count} ${min_price ?? Infinity}`).toSorted()
}

/** The clusters of these rows on a map of this zoom, as asClusters() says them. */
export function clustersOf(rows: Listing[], zoom: number): string[] {
  const tiles = new Map<string, Listing[]>()
  for (const row of rows.filter(hasPlace)) {
    const tile = tileOf(row, Math.min(26, zoom + 2))
    tiles.set(tile, [...tiles.get(tile) ?? [], row])
  }
  return asClusters([...tiles.values()].map((rows) => ({
    count: rows.length,
    min_price: Math.min(...rows.map((row) => row.ListPrice as number ?? Infinity)),
  })))
}

/** Number of the tile of a web map that a row lies in. */
function tileOf(row: Listing, zoom: number): string {
  const count = 2 ** zoom
  const angle = (row.Latitude as number) * Math.PI / 180
  const x = Math.floor(((row.Longitude as number) + 180) / 360 * count)
  const y = Math.floor((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2 * count)
  return `${x} ${y}`
}
