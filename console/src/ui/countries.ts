import address from 'world-atlas/countries-50m.json?url'

/** TopoJSON, as far as world-atlas uses it: shared borders, coordinates as steps from one point to the next. */
interface Topology {
  transform: { scale: [number, number]; translate: [number, number] }
  arcs: [number, number][][]
  objects: { countries: { geometries: Geometry[] } }
}

type Geometry = { type: 'Polygon'; arcs: number[][] } | { type: 'MultiPolygon'; arcs: number[][][] }

/** Countries of the world (Natural Earth, 1:50m) as GeoJSON. */
export async function countries(): Promise<GeoJSON.FeatureCollection> {
  const { transform: { scale, translate }, arcs, objects }: Topology = await (await fetch(address)).json()
  const lines = arcs.map((arc) => {
    let [x, y] = [0, 0]
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]])
  })
  // ~n is arc n backwards; each begins where the last one ended
  const ring = (parts: number[]) =>
    parts.flatMap((part, at) => {
      const line = part < 0 ? lines[~part]!.toReversed() : lines[part]!
      return at === 0 ? line : line.slice(1)
    })
  return {
    type: 'FeatureCollection',
    features: objects.countries.geometries.map((one) => ({
      type: 'Feature',
      properties: {},
      geometry: one.type === 'Polygon'
        ? { type: 'Polygon', coordinates: one.arcs.map(ring) }
        : { type: 'MultiPolygon', coordinates: (one.arcs ?? []).map((polygon) => polygon.map(ring)) },
    })),
  }
}
