import type pg from 'pg'
import type { Random } from '../../../scripts/seed/prng.ts'

/** What is counted, of whom: `null` of a box or offices is everything. */
export interface Counted {
  collection: 'served' | 'website'
  grid: number
  /** West, south, east, north. */
  box: number[] | null
  offices: string[] | null
}

interface Tiles {
  /** Tile, listings, least price. */
  tiles: [number | null, number, string | null][]
  /** Latitude and longitude of their middles, in the same order. */
  middles: number[]
}

/** What the counts say, and what the rows say that the same reader may read, on one snapshot of one transaction. */
export async function bothWays(
  pool: pg.Pool,
  claims: string,
  asked: Counted[],
): Promise<{ counted: Tiles; read: Tiles }[]> {
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only; set local role mls_api_read')
    await client.query(`select set_config('mls.claims', $1, true)`, [claims])
    const answers = []
    for (const { collection, grid, box, offices } of asked) {
      const counted = await tilesOf(
        client,
        `select tile, listings as count, min_price, latitude, longitude from mls.listings_by_tile($1, $2, $3, $4)`,
        [collection, grid, box, offices],
      )
      const read = await tilesOf(
        client,
        `select coalesce(s.geo_cell >> $1, -1)::integer as tile, count(*), min(s."ListPrice") as min_price,
           avg(s."Latitude") as latitude, avg(s."Longitude") as longitude
         from ${collection === 'served' ? 'public.served_property' : 'mls.website_search'} s
         where ($2::float8[] is null or s."Longitude" between ($2::float8[])[1] and ($2::float8[])[3]
             and s."Latitude" between ($2::float8[])[2] and ($2::float8[])[4])
           and ($3::text[] is null ${
          collection === 'served' ? 'or s.office_key = any ($3)' : ''
        }) group by 1`,
        [2 * (26 - grid), box, collection === 'served' ? offices : null],
      )
      answers.push({ counted, read })
    }
    return answers
  } finally {
    await client.query('rollback').catch(() => {})
    client.release()
  }
}

async function tilesOf(client: pg.PoolClient, text: string, values: unknown[]): Promise<Tiles> {
  const { rows } = await client.query(`${text} order by tile`, values)
  return {
    tiles: rows.map(({ tile, count, min_price }) => [tile, Number(count), min_price]),
    middles: rows.filter(({ tile }) => tile !== -1).flatMap((
      { latitude, longitude },
    ) => [latitude, longitude]),
  }
}

/** Left edge of a tile of the zoom at which is counted. */
const edge = (column: number) => column / 4096 * 360 - 180

/** Latitude and longitude of a listing: most in two towns, some at the edges of tiles and of the map, some nowhere. */
export function somewhere(random: Random): [number | null, number | null] {
  const near = (middle: number) => middle + random.int(-5_000, 5_000) / 100_000
  const [latitude, longitude] = random.pick([[34.68, 33.04], [47.5, 19.05]] as const)
  if (random.chance(0.7)) return [near(latitude), near(longitude)]
  return random.pick<[number | null, number | null]>([
    [null, null],
    [near(latitude), edge(random.int(2_424, 2_428))],
    [random.pick([-90, -86, 0, 86, 90]), random.pick([-180, 0, 180])],
    [random.int(-8_000, 8_000) / 100, random.int(-18_000, 18_000) / 100],
  ])
}

/** Boxes of which some sides go through a town, or end at a tile or where the map does. */
export function someBox(random: Random): number[] | null {
  if (random.chance(0.2)) return null
  const side = (town: number, outside: number, end: number) =>
    random.chance(0.35) ? town + random.int(-60, 60) / 1_000 : random.pick([outside, end])
  return [
    random.chance(0.2) ? edge(random.int(2_264, 2_266)) : side(19.05, 4, -180),
    side(34.68, 20, -90),
    random.chance(0.2) ? edge(random.int(2_423, 2_425)) : side(33.04, 40, 180),
    side(47.5, 60, 90),
  ]
}
