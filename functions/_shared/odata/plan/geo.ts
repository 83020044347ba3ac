/**
 * Points and distances in plain PostgreSQL. A listing has no geography column: `Location` (also `Coordinates`) is a
 * virtual point made of its latitude and longitude.
 */
import type { EntityType, Navigation } from '../model/model.ts'
import type { MethodCall } from '../syntax/ast.ts'
import type { Position, Shape } from '../syntax/shapes.ts'
import { bind } from './binder.ts'
import type { Bound, Point, Source } from './bound.ts'
import { refuse } from './refuse.ts'
import { at, type Scope } from './scope.ts'
import { label } from './value-types.ts'

const pointNames = ['Location', 'Coordinates']
/** Corners of all polygons of one query: each costs a comparison for every row. */
const maxCorners = 500

/** The virtual point of an entity that has coordinates, when `name` means it. */
export function pointOf(
  name: string,
  source: Source,
  path: Navigation[],
  type: EntityType,
): Point | undefined {
  const latitude = type.properties.get('Latitude')
  const longitude = type.properties.get('Longitude')
  if (!pointNames.includes(name) || !latitude || !longitude) return undefined
  const column = (property: typeof latitude): Bound => ({
    node: 'column',
    type: 'double',
    source,
    path,
    property,
  })
  return {
    node: 'point',
    type: 'point',
    latitude: column(latitude),
    longitude: column(longitude),
  }
}

export function bindGeoCall(expr: MethodCall, scope: Scope): Bound {
  const operands = expr.arguments.map((argument) => bind(argument, scope))
  const [left, right] = operands as [Bound, Bound]
  const place = at(expr, scope)
  switch (expr.method) {
    case 'geo.distance':
      if (left.type !== 'point' || right.type !== 'point') {
        refuse(place, `geo.distance expects two points, not ${label(left.type)} and ${label(right.type)}`)
      }
      return {
        node: 'call',
        type: 'double',
        method: expr.method,
        arguments: operands,
      }
    case 'geo.intersects': {
      const [point, area] = left.type === 'point' ? [left, right] : [right, left]
      if (point.type !== 'point' || area.node !== 'shape' || !isArea(area.shape)) {
        return refuse(place, 'geo.intersects expects a point and a Polygon or MultiPolygon')
      }
      const corners = polygons(area.shape).flat().reduce((sum, ring) => sum + ring.length, 0)
      if (corners > maxCorners) {
        refuse(place, `the area has ${corners} corners, more than ${maxCorners}`, 'too_costly')
      }
      return {
        node: 'call',
        type: 'boolean',
        method: expr.method,
        arguments: [point, area],
      }
    }
    default:
      return refuse(
        place,
        `'${expr.method}' is not supported; there are geo.distance and geo.intersects`,
        'not_implemented',
      )
  }
}

function isArea(shape: Shape): boolean {
  return shape.type === 'Polygon' || shape.type === 'MultiPolygon'
}

/** An area as polygons, each an outer ring followed by its holes. */
export function polygons(shape: Shape): Position[][][] {
  if (shape.type === 'Polygon') return [shape.coordinates]
  return shape.type === 'MultiPolygon' ? shape.coordinates : []
}
