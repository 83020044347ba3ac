/** SQL of the geographical functions, on plain numbers and the geometric types of PostgreSQL. */
import { hasPlace } from '../../reso/names.ts'
import type { Bound, Compare } from '../plan/bound.ts'
import { polygons } from '../plan/geo.ts'
import type { Position } from '../syntax/shapes.ts'
import { type Box, boxesAround, boxOf, earthRadius, inCells } from './cells.ts'
import type { Compiler } from './compiler.ts'

/** Great-circle distance in metres (haversine). */
export function distance(left: Bound, right: Bound, compiler: Compiler): string {
  const [a, b] = [coordinates(left, compiler), coordinates(right, compiler)]
  const half = (from: string, to: string) => `power(sin(radians(${to} - ${from}) / 2), 2)`
  const h = `${half(a.latitude, b.latitude)} + cos(radians(${a.latitude})) * cos(radians(${b.latitude})) * ${
    half(a.longitude, b.longitude)
  }`
  return `(${2 * earthRadius} * asin(least(1, sqrt(${h}))))`
}

/**
 * PostgreSQL takes what differs by a millionth for equal, also products of two lengths: in degrees it would take a point
 * ten metres beside the edge of a quarter for one on it. In thousandths of a degree that is a tenth of a millimetre.
 */
const finer = 1_000

/** Whether a point lies in an area, its border included. Rings after the first are holes. */
export function intersects(point: Bound, area: Bound, compiler: Compiler): string {
  if (area.node !== 'shape') {
    throw new Error('geo.intersects was bound without an area.')
  }
  const { longitude, latitude } = coordinates(point, compiler)
  const at = `point(${longitude} * ${finer}, ${latitude} * ${finer})`
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
  const text = positions.map(([longitude, latitude]) => `(${longitude! * finer},${latitude! * finer})`).join(
    ',',
  )
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
  // an altitude may stand behind them: distances are those on the ground
  const [longitude, latitude] = bound.shape.coordinates.slice(0, 2).map((value) =>
    compiler.parameters.add(String(value), 'double precision')
  )
  return { longitude: longitude!, latitude: latitude! }
}

/**
 * What an index can say of a geographical condition: the cells in which its rows lie. It says nothing new, so it may
 * stand beside the condition where only truth counts; under `not` it would be wrong.
 */
export function cellsOf(bound: Bound): string | undefined {
  const found = bound.node === 'compare' ? circle(bound) : areaOf(bound)
  return found && inCells(found.alias, found.boxes)
}

interface Found {
  alias: string
  boxes: Box[]
}

/** `geo.distance(Location, here) le 500`, whichever side each stands on. */
function circle({ operator, left, right }: Compare): Found | undefined {
  const [call, limit] = left.node === 'call' ? [left, right] : [right, left]
  const isAbove = left.node === 'call' ? ['lt', 'le'] : ['gt', 'ge']
  if (call.node !== 'call' || call.method !== 'geo.distance' || !isAbove.includes(operator)) return undefined
  const metres = limit.node === 'constant' ? Number(limit.value) : NaN
  const [one, other] = call.arguments
  const [point, here] = one!.node === 'point' ? [one!, other!] : [other!, one!]
  const alias = aliasOf(point)
  if (!alias || here.node !== 'shape' || here.shape.type !== 'Point' || !Number.isFinite(metres)) {
    return undefined
  }
  const [longitude, latitude] = here.shape.coordinates as [number, number]
  if (metres < 0 || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined
  return { alias, boxes: boxesAround(latitude, longitude, metres) }
}

function areaOf(bound: Bound): Found | undefined {
  if (bound.node !== 'call' || bound.method !== 'geo.intersects') return undefined
  const [point, area] = bound.arguments
  const alias = aliasOf(point!)
  if (!alias || area!.node !== 'shape') return undefined
  return { alias, boxes: polygons(area!.shape).map(([outer]) => boxOf(outer!)) }
}

/** The row whose own place this is, if its type has cells. */
function aliasOf(bound: Bound): string | undefined {
  if (bound.node !== 'point' || bound.latitude.node !== 'column' || bound.latitude.path.length > 0) {
    return undefined
  }
  const { alias, type } = bound.latitude.source
  return hasPlace(type.resource) && !type.rows ? alias : undefined
}
