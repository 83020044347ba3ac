import Papa from 'papaparse'

export interface LoadedPlace {
  key: string
  name: string
  latitude: number
  longitude: number
  other_names: string[]
  country?: string
  region?: string
  boundary?: unknown
  properties: Record<string, unknown>
}

type Row = Record<string, unknown>

/** Places of a file: GeoJSON where its name or its first letter says so, else CSV. @throws Error naming the row at fault */
export function readPlaces(file: string, text: string, country?: string): LoadedPlace[] {
  const isJson = /\.(geo)?json$/i.test(file) || text.trimStart().startsWith('{')
  return isJson ? ofGeoJson(JSON.parse(text), country) : ofCsv(text, country)
}

function ofCsv(text: string, country?: string): LoadedPlace[] {
  const { data, errors } = Papa.parse<Row>(text.replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: true,
  })
  if (errors[0]) throw new Error(`Row ${(errors[0].row ?? 0) + 1}: ${errors[0].message}`)
  return data.map((row, n) => place(row, Number(row.latitude), Number(row.longitude), n + 1, country))
}

interface Feature {
  id?: unknown
  properties?: Row | null
  geometry?: { type: string; coordinates: unknown } | null
}

function ofGeoJson({ features }: { features?: Feature[] }, country?: string): LoadedPlace[] {
  if (!Array.isArray(features)) throw new Error('The file is no FeatureCollection.')
  return features.map(({ id, properties, geometry }, n) => {
    const positions = flat(geometry?.coordinates)
    const middle = (index: number) =>
      positions.reduce((sum, each) => sum + each[index]!, 0) / positions.length
    const found = place({ key: id, ...properties }, middle(1), middle(0), n + 1, country)
    return geometry?.type.endsWith('Polygon') ? { ...found, boundary: geometry } : found
  })
}

function flat(coordinates: unknown): number[][] {
  if (!Array.isArray(coordinates)) return []
  return typeof coordinates[0] === 'number' ? [coordinates as number[]] : coordinates.flatMap(flat)
}

function place(row: Row, latitude: number, longitude: number, number: number, country?: string): LoadedPlace {
  const { name, key, country: own, region, other_names, latitude: _lat, longitude: _lng, ...properties } = row
  if (typeof name !== 'string' || name.trim() === '') throw new Error(`Row ${number} has no name.`)
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new Error(`Row ${number} (${name}) has no place.`)
  }
  return {
    key: String(key ?? `${name} ${latitude.toFixed(5)} ${longitude.toFixed(5)}`),
    name: name.trim(),
    latitude,
    longitude,
    other_names: typeof other_names === 'string' ? other_names.split('|').filter((each) => each !== '') : [],
    country: (own as string) || country,
    region: (region as string) || undefined,
    properties,
  }
}
