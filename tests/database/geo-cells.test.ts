import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type Box,
  boxesAround,
  cover,
  geoCell,
  merged,
  tileMiddle,
} from '../../functions/_shared/odata/sql/cells.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/** Cells as the database writes them, against the ranges by which the doors ask for them. */
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

const latitude = fc.double({ min: -90, max: 90, noNaN: true })
const longitude = fc.double({ min: -180, max: 180, noNaN: true })
const points = (count: number) => fc.sample(fc.tuple(latitude, longitude), { numRuns: count, seed: 20 })

async function cells(places: [number, number][]): Promise<(bigint | null)[]> {
  const { rows } = await database.pool.query<{ cell: string | null }>(
    'select mls.geo_cell(p.lat, p.lng)::text as cell from unnest($1::float8[], $2::float8[]) with ordinality p(lat, lng, n) order by n',
    [places.map(([lat]) => lat), places.map(([, lng]) => lng)],
  )
  return rows.map(({ cell }) => cell === null ? null : BigInt(cell))
}

it('both sides give a place the same cell', async () => {
  const places: [number, number][] = [...points(3000), [0, 0], [90, 180], [-90, -180], [34.675, 33.04]]
  const found = await cells(places)
  // an edge of a tile may be rounded either way: one tile further is as good, and covers have a margin
  const differing = places.filter(([lat, lng], n) => {
    const [x, y] = tileMiddle(found[n]!, 26)
    const [mx, my] = tileMiddle(geoCell(lat, lng), 26)
    return Math.abs(x - mx) > 6e-6 || Math.abs(y - my) > 6e-6
  })
  expect(differing).toEqual([])
})

it('what is no place has no cell', async () => {
  expect(await cells([[91, 0], [-90.5, 0], [0, 180.1], [0, -181], [NaN, 0], [0, NaN], [Infinity, 0]]))
    .toEqual(
      Array(7).fill(null),
    )
})

it('the ranges of a box hold every place in it', async () => {
  const corners = points(600)
  const boxes = corners.slice(0, 300).map(([south, west], n): Box => {
    const [north, east] = corners[300 + n]!
    // from a house to the globe
    const size = 10 ** -(n % 7)
    return {
      west,
      south,
      east: Math.min(180, west + Math.abs(east - west) * size),
      north: Math.min(90, south + Math.abs(north - south) * size),
    }
  })
  const inside = boxes.map(({ west, south, east, north }, n): [number, number] => {
    const [a, b] = [(n * 0.37) % 1, (n * 0.73) % 1]
    const edge = n % 5 === 0
    return [edge ? north : south + (north - south) * a, edge ? east : west + (east - west) * b]
  })
  const found = await cells(inside)
  boxes.forEach((box, n) => {
    const ranges = cover(box)
    expect(ranges.length).toBeLessThanOrEqual(32)
    expect([box, inside[n], ranges.some(([from, to]) => found[n]! >= from && found[n]! <= to)]).toEqual([
      box,
      inside[n],
      true,
    ])
  })
})

it('the boxes around a circle hold every place in it, across the date line and at the poles', () => {
  const radians = (degrees: number) => degrees * Math.PI / 180
  fc.assert(
    fc.property(
      latitude,
      longitude,
      fc.double({ min: 1, max: 8_000_000, noNaN: true }),
      fc.nat(359),
      (lat, lng, metres, bearing) => {
        const angle = metres * 0.999 / 6_371_008.8
        const turn = radians(bearing)
        const sine = Math.sin(radians(lat)) * Math.cos(angle) +
          Math.cos(radians(lat)) * Math.sin(angle) * Math.cos(turn)
        const there = Math.asin(sine) * 180 / Math.PI
        const east = Math.atan2(
          Math.sin(turn) * Math.sin(angle) * Math.cos(radians(lat)),
          Math.cos(angle) - Math.sin(radians(lat)) * sine,
        ) * 180 / Math.PI
        const across = ((lng + east + 540) % 360) - 180
        expect(
          boxesAround(lat, lng, metres).some((box) =>
            there >= box.south - 1e-6 && there <= box.north + 1e-6 && across >= box.west - 1e-6 &&
            across <= box.east + 1e-6
          ),
        ).toBe(true)
      },
    ),
    { numRuns: 2000, seed: 20 },
  )
})

it('ranges that touch or overlap are one', () => {
  expect(merged([[9n, 12n], [0n, 3n], [4n, 5n], [10n, 11n], [14n, 15n]])).toEqual([[0n, 5n], [9n, 12n], [
    14n,
    15n,
  ]])
})
