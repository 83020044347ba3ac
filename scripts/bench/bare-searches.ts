/** What the search door is measured against: for each search the SQL that somebody who knows the table would write. */
import { boxesAround, inCells } from '../../functions/_shared/odata/sql/cells.ts'
import type { Statement } from '../../functions/_shared/odata/sql/statement.ts'
import { identifier } from '../../functions/_shared/odata/sql/statement.ts'

/** Around the middle of a town of 24,750 listings at a million; two thirds of them are in view. */
export const view = { west: 32.77, south: 34.77, east: 32.83, north: 34.83 }

const values = ['SHARPSIR-CY-001']
const table = 'from public.served_property p where p.office_key = $1 and not p.is_deleted'
const inView = `${table} and ${inCells('p', [view])}
  and p."Latitude" between ${view.south} and ${view.north} and p."Longitude" between ${view.west} and ${view.east}
  and p."StandardStatus" = 'Active' and p."ListPrice" between 20000000 and 120000000`

/** Half of the market: its edges cut towns. */
export const half = { west: 31, south: 33, east: 33.02, north: 35.02 }
const inHalf = `${table} and p."Latitude" between ${half.south} and ${half.north}
  and p."Longitude" between ${half.west} and ${half.east}`

const clusters = (tiles: number, from: string) =>
  `select count(*), min(p."ListPrice"), avg(p."Longitude"), avg(p."Latitude") ${from} and p.geo_cell is not null
   group by p.geo_cell >> ${2 * (26 - tiles)}`

const faceted = [
  'PropertyType',
  'PropertySubType',
  'StandardStatus',
  'Country',
  'City',
  'BedroomsTotal',
  'BathroomsTotalInteger',
]
  .concat(['View', 'PoolFeatures', 'ParkingFeatures', 'Heating', 'Cooling', 'Furnished']).map((name) =>
    `p.${identifier(name)}`
  )
/** A logarithmic bucket, which is cheaper than a search among the steps of a histogram. */
const bucket = 'floor(ln(greatest(p."ListPrice", 1)) * 4)'

/** Metres on the sphere from a place. */
const metres = (latitude: number, longitude: number) =>
  `12742017.6 * asin(sqrt(power(sin(radians(p."Latitude" - ${latitude}) / 2), 2)
    + cos(radians(p."Latitude")) * cos(radians(${latitude})) * power(sin(radians(p."Longitude" - ${longitude}) / 2), 2)))`

/** Forty corners around the middle of the town, `[lng, lat]`. */
export const polygon = Array.from({ length: 41 }, (_, n) => {
  const [angle, degrees] = [n % 40 / 20 * Math.PI, n % 2 ? 0.03 : 0.02]
  return [32.8 + Math.cos(angle) * degrees, 34.8 + Math.sin(angle) * degrees]
})

export const here = [34.81, 32.79] as const

const statements = {
  'page in a city view':
    `select p."ListingKey", p."City", p."ListPrice", p."BedroomsTotal", p.seq, p."Latitude", p."Longitude"
    ${inView} order by p."ListPrice", p.seq limit 51`,
  'count in a city view': `select count(*) ${inView}`,
  'facets of a city view': `select ${[...faceted, bucket].join(', ')}, count(*) ${inView}
    group by grouping sets ((), ${[...faceted, bucket].map((value) => `(${value})`).join(', ')})`,
  'clusters of a city view': clusters(15, inView),
  'clusters of everything, zoom 4': clusters(6, table),
  'clusters of everything, zoom 7': clusters(9, table),
  'clusters of half a market, zoom 7': clusters(9, inHalf),
  'count of everything': `select count(*) ${table}`,
  nearest: `select p."ListingKey", ${metres(...here)} ${table} and ${
    inCells('p', boxesAround(...here, 2_000))
  }
    and ${metres(...here)} <= 2000 order by 2, p.seq limit 21`,
  polygon: `select p."ListingKey", p."ListPrice" ${table} and ${
    inCells('p', [{ west: 32.77, south: 34.77, east: 32.83, north: 34.83 }])
  }
    and '${
    polygon.map((position) => `(${position.join()})`).join()
  }'::polygon @> point(p."Longitude", p."Latitude")
    order by p."ListPrice", p.seq limit 51`,
  suggest: `(select 'city', p."City", null ${table} and p."City" >= 'Town 7' and p."City" < 'Town 8' limit 1)
    union all
    (select 'street', p."UnparsedAddress", p."City" ${table} and p."City" >= 'Town 7' and p."City" < 'Town 8' order by p.seq desc limit 10)`,
}

export type Searched = keyof typeof statements

export const bareSearches: Record<string, Statement> = Object.fromEntries(
  Object.entries(statements).map(([name, text]) => [name, { text, values }]),
)
