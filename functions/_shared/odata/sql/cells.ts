/**
 * Places as ranges of `geo_cell` (mls.geo_cell): the tiles that cover a box, as literals OR-ed together. A join against
 * a list of ranges is mis-estimated and ends as a sequential scan (150 to 240 ms instead of 2).
 */

/** Degrees. `west` is not greater than `east`: a box across the date line is two. */
export interface Box {
  west: number
  south: number
  east: number
  north: number
}

/** Inclusive. */
export type CellRange = [from: bigint, to: bigint]

const deepest = 26
const mostTiles = 32
/** Degrees, 1 cm: the database rounds as it likes at the edge of a tile. The exact comparison stands beside the ranges. */
const margin = 1e-7
/** Where the square map of the web ends. */
const lastLatitude = 85.06

function tileX(longitude: number, zoom: number): number {
  const count = 2 ** zoom
  return Math.min(count - 1, Math.max(0, Math.floor((longitude + 180) / 360 * count)))
}

function tileY(latitude: number, zoom: number): number {
  const count = 2 ** zoom
  const radians = Math.min(lastLatitude, Math.max(-lastLatitude, latitude)) * Math.PI / 180
  const down = (1 - Math.log(Math.tan(radians) + 1 / Math.cos(radians)) / Math.PI) / 2
  return Math.min(count - 1, Math.max(0, Math.floor(down * count)))
}

/** The Morton code of a tile. */
export function tileCode(x: number, y: number, zoom: number): bigint {
  let code = 0n
  for (let bit = 0; bit < zoom; bit++) {
    code |= BigInt(Math.floor(x / 2 ** bit) % 2) << BigInt(2 * bit)
    code |= BigInt(Math.floor(y / 2 ** bit) % 2) << BigInt(2 * bit + 1)
  }
  return code
}

/** The cell of a place, as mls.geo_cell() says. */
export function geoCell(latitude: number, longitude: number): bigint {
  return tileCode(tileX(longitude, deepest), tileY(latitude, deepest), deepest)
}

/** Middle of the tile of a Morton code: `[longitude, latitude]`. */
export function tileMiddle(code: bigint, zoom: number): [number, number] {
  let [x, y] = [0, 0]
  for (let bit = 0; bit < zoom; bit++) {
    x += Number((code >> BigInt(2 * bit)) & 1n) * 2 ** bit
    y += Number((code >> BigInt(2 * bit + 1)) & 1n) * 2 ** bit
  }
  const count = 2 ** zoom
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + 0.5) / count))) * 180 / Math.PI
  return [(x + 0.5) / count * 360 - 180, latitude]
}

/** The ranges of a box: the tiles of the deepest zoom at which it touches at most 32, neighbours joined. */
export function cover({ west, south, east, north }: Box): CellRange[] {
  for (let zoom = deepest; zoom >= 0; zoom--) {
    const [left, right] = [tileX(west - margin, zoom), tileX(east + margin, zoom)]
    const [top, bottom] = [tileY(north + margin, zoom), tileY(south - margin, zoom)]
    if ((right - left + 1) * (bottom - top + 1) > mostTiles) continue
    const codes: bigint[] = []
    for (let x = left; x <= right; x++) {
      for (let y = top; y <= bottom; y++) codes.push(tileCode(x, y, zoom))
    }
    const shift = BigInt(2 * (deepest - zoom))
    return merged(codes.map((code): CellRange => [code << shift, ((code + 1n) << shift) - 1n]))
  }
  return []
}

/** Ranges in order, those that touch as one. */
export function merged(ranges: CellRange[]): CellRange[] {
  const sorted = ranges.toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
  const joined: CellRange[] = []
  for (const [from, to] of sorted) {
    const last = joined.at(-1)
    if (last && from <= last[1] + 1n) last[1] = to > last[1] ? to : last[1]
    else joined.push([from, to])
  }
  return joined
}

/** More boxes than that are covered by the one around them. */
const mostBoxes = 8

/** A condition on `geo_cell` that holds for every row in one of the boxes, and for some around them. */
export function inCells(alias: string, boxes: Box[]): string {
  const covered = boxes.length > mostBoxes ? [around(boxes)] : boxes
  const ranges = merged(covered.flatMap(cover))
  if (ranges.length === 0) return 'false'
  const conditions = ranges.map(([from, to]) => `${alias}.geo_cell between ${from}::bigint and ${to}::bigint`)
  return `(${conditions.join(' or ')})`
}

/** The box around all of these. */
export function around(boxes: Box[]): Box {
  return {
    west: Math.min(...boxes.map(({ west }) => west)),
    south: Math.min(...boxes.map(({ south }) => south)),
    east: Math.max(...boxes.map(({ east }) => east)),
    north: Math.max(...boxes.map(({ north }) => north)),
  }
}

/** The box around a ring of positions. */
export function boxOf(positions: readonly (readonly number[])[]): Box {
  return around(
    positions.map(([longitude, latitude]) => ({
      west: longitude!,
      east: longitude!,
      south: latitude!,
      north: latitude!,
    })),
  )
}

/** Mean radius of the earth in metres (IUGG). The sphere is off by 0.5 % at most. */
export const earthRadius = 6_371_008.8

/** The boxes around a circle: two where it reaches across the date line, a whole band where it holds a pole. */
export function boxesAround(latitude: number, longitude: number, metres: number): Box[] {
  const angle = metres / earthRadius
  const degrees = angle * 180 / Math.PI + margin
  const [south, north] = [latitude - degrees, latitude + degrees]
  const band = { south: Math.max(-90, south), north: Math.min(90, north) }
  if (south <= -90 || north >= 90) return [{ ...band, west: -180, east: 180 }]
  const sine = Math.sin(angle) / Math.cos(latitude * Math.PI / 180)
  if (angle >= Math.PI / 2 || sine >= 1) return [{ ...band, west: -180, east: 180 }]
  const wide = Math.asin(sine) * 180 / Math.PI + margin
  return withinGlobe({ ...band, west: longitude - wide, east: longitude + wide })
}

/** A box that leaves the map on one side comes in again on the other. */
export function withinGlobe({ west, east, ...band }: Box): Box[] {
  if (east - west >= 360) return [{ ...band, west: -180, east: 180 }]
  if (west < -180) return [{ ...band, west: west + 360, east: 180 }, { ...band, west: -180, east }]
  if (east > 180) return [{ ...band, west, east: 180 }, { ...band, west: -180, east: east - 360 }]
  return [{ ...band, west, east }]
}
