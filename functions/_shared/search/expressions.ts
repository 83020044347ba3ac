/** Places and conditions of a search as expressions of OData, so that one compiler makes SQL of all of them. */
import type { Expr, QueryOptions } from '../odata/syntax/ast.ts'
import { parseQueryOptions } from '../odata/syntax/parser.ts'
import { type Box, withinGlobe } from '../odata/sql/cells.ts'
import type { SearchInput } from './input.ts'

/** The filter as written, and the places, all of which must hold. */
export function conditionOf({ filter, bbox, polygon, near, radius }: SearchInput): Expr | undefined {
  const conditions: Expr[] = []
  if (filter !== undefined) conditions.push(parsed('filter', filter))
  if (bbox) conditions.push(parsed('filter', boxesOf(bbox).map(inBox).join(' or ')))
  if (polygon) conditions.push(parsed('filter', `geo.intersects(Location,${shape(polygon)})`))
  if (near && radius !== undefined) {
    conditions.push(parsed('filter', `${distanceTo(near)} le ${plain(radius)}`))
  }
  return conditions.length > 1 ? { kind: 'and', operands: conditions, position: 0 } : conditions[0]
}

/** A box whose west lies east of its east reaches across the date line. */
export function boxesOf([west, south, east, north]: number[]): Box[] {
  return withinGlobe({
    west: west!,
    south: south!,
    east: west! > east! ? east! + 360 : east!,
    north: north!,
  })
}

export function distanceTo([latitude, longitude]: number[]): string {
  return `geo.distance(Location,geography'SRID=4326;Point(${plain(longitude!)} ${plain(latitude!)})')`
}

/** An option of OData, as its parser reads it. */
export function parsedOptions(name: 'filter' | 'select' | 'orderby', text: string): QueryOptions {
  return parseQueryOptions(`$${name}=${encodeURIComponent(text)}`)
}

const parsed = (name: 'filter', text: string): Expr => parsedOptions(name, text)[name]!

const inBox = ({ west, south, east, north }: Box) =>
  `(Latitude ge ${plain(south)} and Latitude le ${plain(north)} and Longitude ge ${
    plain(west)
  } and Longitude le ${plain(east)})`

function shape({ type, coordinates }: NonNullable<SearchInput['polygon']>): string {
  const ring = (positions: number[][]) =>
    `(${positions.map(([longitude, latitude]) => `${plain(longitude!)} ${plain(latitude!)}`).join(',')})`
  const area = (rings: number[][][]) => `(${rings.map(ring).join(',')})`
  const text = type === 'Polygon' ? area(coordinates) : `(${coordinates.map(area).join(',')})`
  return `geography'SRID=4326;${type}${text}'`
}

/** A number without an exponent, which not every literal takes. */
function plain(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text
}
