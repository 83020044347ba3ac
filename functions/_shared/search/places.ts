/** Cities, neighbourhoods and schools: F/search/places. They are the same for everybody. */
import { z } from 'zod'
import { withHubErrors } from '../odata/hub-errors.ts'
import { boxesAround, earthRadius, inCells } from '../odata/sql/cells.ts'
import { readRows } from '../odata/sql/read.ts'
import { Parameters } from '../odata/sql/statement.ts'
import { readerOf } from '../oauth/reader-of.ts'
import type { SearchCaller } from './caller.ts'

const here = 'expected lat,lng in degrees'

export const placesInput = z.strictObject({
  type: z.enum(['city', 'neighbourhood', 'school']).optional(),
  near: z.string().transform((text) => text.split(',').map((part) => part.trim() === '' ? NaN : Number(part)))
    .pipe(
      z.array(z.number(here)).length(2, here).refine(
        ([lat, lng]) => Math.abs(lat!) <= 90 && Math.abs(lng!) <= 180,
        here,
      ),
    ).optional(),
  radius: z.coerce.number().positive().max(500_000).default(20_000),
  limit: z.coerce.number().int().min(1).max(200).default(20),
}).refine(
  ({ type, near }) => type !== undefined || near !== undefined,
  'add type=city, neighbourhood or school, or near=lat,lng',
)

export interface Place {
  id: string
  type: string
  name: string
  other_names: string[]
  country: string | null
  region: string | null
  location: [number, number]
  /** Metres. */
  distance?: number
  properties: unknown
  source: string
  licence: string
}

export async function readPlaces(
  { client }: SearchCaller,
  { type, near, radius, limit }: z.infer<typeof placesInput>,
): Promise<Place[]> {
  const parameters = new Parameters()
  const conditions = ['true']
  let distance = 'null::float8'
  if (type) conditions.push(`p.kind = ${parameters.add(type, 'text')}`)
  if (near) {
    const [lat, lng] = near as [number, number]
    const [latitude, longitude] = [lat, lng].map((value) => parameters.add(String(value), 'double precision'))
    distance = `${2 * earthRadius} * asin(least(1, sqrt(power(sin(radians(p.latitude - ${latitude}) / 2), 2)
      + cos(radians(p.latitude)) * cos(radians(${latitude})) * power(sin(radians(p.longitude - ${longitude}) / 2), 2))))`
    conditions.push(
      inCells('p', boxesAround(lat, lng, radius)),
      `${distance} <= ${parameters.add(String(radius), 'double precision')}`,
    )
  }
  const rows = await withHubErrors(() =>
    readRows(readerOf(client), {
      text:
        `select p.id, p.kind, p.name, to_json(p.other_names), p.country, p.region, p.longitude, p.latitude, ${distance},
        p.properties, p.source, p.licence from public.mls_places p where ${conditions.join(' and ')}
        order by ${near ? '9, ' : ''}p.name, p.id limit ${limit}`,
      values: parameters.values,
    })
  )
  return rows.map((
    [id, type, name, others, country, region, lng, lat, metres, properties, source, licence],
  ) => ({
    id: id!,
    type: type!,
    name: name!,
    other_names: JSON.parse(others!),
    country: country!,
    region: region!,
    location: [Number(lng), Number(lat)],
    ...(metres !== null && { distance: Math.round(Number(metres)) }),
    properties: JSON.parse(properties!),
    source: source!,
    licence: licence!,
  }))
}
