/** SQL of the geographical functions, on plain numbers and the geometric types of PostgreSQL. */
import type { Bound } from '../plan/bound.ts'
import { polygons } from '../plan/geo.ts'
import type { Position } from '../syntax/shapes.ts'
import type { Compiler } from './compiler.ts'

/** Mean radius of the earth in metres (IUGG). The sphere is off by 0.5 % at most. */
const earthRadius = 6_371_008.8

/** Great-circle distance in metres (haversine). */
export function distance(left: Bound, right: Bound, compiler: Compiler): string {
  const [a, b] = [coordinates(left, compiler), coordinates(right, compiler)]
  const half = (from: string, to: string) => `power(sin(radians(${to} - ${from}) / 2), 2)`
  const h = `${half(a.latitude, b.latitude)} + cos(radians(${a.latitude})) * cos(radians(${b.latitude})) * ${
    half(a.longitude, b.longitude)
  }`
  return `(${2 * earthRadius} * asin(least(1, sqrt(${h}))))`
}

/** Whether a point lies in an area, its border included. Rings after the first are holes. */
export function intersects(point: Bound, area: Bound, compiler: Compiler): string {
  if (area.node !== 'shape') {
    throw new Error('geo.intersects was bound without an area.')
  }
  const { longitude, latitude } = coordinates(point, compiler)
  const at = `point(${longitude}, ${latitude})`
  const inside = polygons(area.shape).map(([outer, ...holes]) =>
    [
      `${ring(outer!, compiler)} @> ${at}`,
      ...holes.map((hole) => `not ${ring(hole, compiler)} @> ${at}`),
    ]
      .join(' and ')
  )
  return `(${inside.map((condition) => `(${condition})`).join(' or ')})`
}

function ring(positions: Position[], compiler: Compiler): string {
  const text = positions.map(([longitude, latitude]) => `(${longitude},${latitude})`).join(',')
  return compiler.parameters.add(`(${text})`, 'polygon')
}

function coordinates(bound: Bound, compiler: Compiler): { longitude: string; latitude: string } {
  if (bound.node === 'point') {
    return {
      longitude: compiler.value(bound.longitude),
      latitude: compiler.value(bound.latitude),
    }
  }
  if (bound.node !== 'shape' || bound.shape.type !== 'Point') {
    throw new Error('A distance was bound without points.')
  }
  const [longitude, latitude] = bound.shape.coordinates.map((value) =>
    compiler.parameters.add(String(value), 'double precision')
  )
  return { longitude: longitude!, latitude: latitude! }
}
