/** ABNF fullPointLiteral ... fullCollectionLiteral: the text inside geography'...' and geometry'...'. */

/** Longitude, latitude, then altitude and measure when given. */
export type Position = number[]

/** Shapes with the member names of GeoJSON, which every consumer of coordinates already knows. */
export type Shape =
  | { type: 'Point'; coordinates: Position }
  | { type: 'LineString' | 'MultiPoint'; coordinates: Position[] }
  | { type: 'Polygon' | 'MultiLineString'; coordinates: Position[][] }
  | { type: 'MultiPolygon'; coordinates: Position[][][] }
  | { type: 'GeometryCollection'; geometries: Shape[] }

export type GeoResult = { srid: number; shape: Shape } | { problem: string; offset: number }

const defaultSrid = 4326
const maxCollectionDepth = 8
const number = /[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/iy
const srid = /SRID=(\d{1,5});/iy
const typeName = /[a-z]+/iy

/** Carries the place of a fault out of the recursion below; never leaves this file. */
class Fault {
  constructor(readonly problem: string, readonly offset: number) {}
}

export function parseGeo(text: string): GeoResult {
  let offset = 0

  const take = (pattern: RegExp, expected: string): string => {
    pattern.lastIndex = offset
    const found = pattern.exec(text)
    if (!found) throw new Fault(`expected ${expected}`, offset)
    offset = pattern.lastIndex
    return found[1] ?? found[0]
  }
  const skip = (character: string): boolean => {
    if (text[offset] !== character) return false
    offset++
    return true
  }
  const must = (character: string): void => {
    if (!skip(character)) throw new Fault(`expected '${character}'`, offset)
  }

  /** positionLiteral; a blank after the comma is how most WKT writers separate positions, so it may stand. */
  const position = (): Position => {
    const values: number[] = []
    do {
      const start = offset
      const value = Number(take(number, 'a number'))
      if (!Number.isFinite(value)) throw new Fault('the coordinate is too large', start)
      values.push(value)
    } while (values.length < 4 && skip(' '))
    if (values.length < 2) throw new Fault('a position needs longitude and latitude', offset)
    return values
  }
  const list = <T>(item: () => T, least: number): T[] => {
    must('(')
    const items: T[] = []
    if (least === 0 && skip(')')) return items
    do {
      skip(' ')
      items.push(item())
    } while (skip(','))
    must(')')
    if (items.length < least) throw new Fault(`at least ${least} positions are needed`, offset)
    return items
  }
  const point = (): Position => {
    must('(')
    const value = position()
    must(')')
    return value
  }
  const line = (): Position[] => list(position, 2)
  const ring = (): Position[] => {
    const start = offset
    const positions = list(position, 1)
    if (positions[0]!.join() !== positions.at(-1)!.join()) {
      throw new Fault('the ring does not end where it began', start)
    }
    return positions
  }
  const polygon = (): Position[][] => list(ring, 1)

  const shape = (depth: number): Shape => {
    const start = offset
    switch (take(typeName, 'a shape').toLowerCase()) {
      case 'point':
        return { type: 'Point', coordinates: point() }
      case 'linestring':
        return { type: 'LineString', coordinates: line() }
      case 'polygon':
        return { type: 'Polygon', coordinates: polygon() }
      case 'multipoint':
        return { type: 'MultiPoint', coordinates: list(point, 0) }
      case 'multilinestring':
        return { type: 'MultiLineString', coordinates: list(line, 0) }
      case 'multipolygon':
        return { type: 'MultiPolygon', coordinates: list(polygon, 0) }
      case 'geometrycollection':
        if (depth >= maxCollectionDepth) throw new Fault('collections are nested too deeply', start)
        return { type: 'GeometryCollection', geometries: list(() => shape(depth + 1), 1) }
      default:
        throw new Fault('expected Point, LineString, Polygon, Multi... or GeometryCollection', start)
    }
  }

  try {
    // The grammar demands the SRID; whoever leaves it out means the one that all maps of the web have.
    const id = /^srid/i.test(text) ? Number(take(srid, "'SRID=<digits>;'")) : defaultSrid
    const value = shape(0)
    if (offset < text.length) throw new Fault('nothing may follow the shape', offset)
    return { srid: id, shape: value }
  } catch (fault) {
    if (fault instanceof Fault) return { problem: fault.problem, offset: fault.offset }
    throw fault
  }
}
