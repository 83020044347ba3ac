import type { Random } from '../../../scripts/seed/prng.ts'

/** A row as the tables hold it, under RESO names, decimals in major units. */
export type Listing = Record<string, unknown>

export interface Generated {
  input: Record<string, unknown>
  matches: (row: Listing) => boolean
}

type Condition = { text: string; holds: (row: Listing) => boolean }

const number = (value: unknown) => typeof value === 'number' ? value : undefined
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

const numbers = [
  'ListPrice',
  'BedroomsTotal',
  'BathroomsTotalInteger',
  'LivingArea',
  'YearBuilt',
  'LotSizeSquareFeet',
]
const texts = ['City', 'StandardStatus', 'PropertyType', 'PropertySubType', 'ListingKey', 'Country']

function comparison(random: Random, rows: Listing[]): Condition {
  const sample = random.pick(rows)
  if (random.chance(0.6)) {
    const field = random.pick(numbers)
    const value = number(sample[field]) ?? random.int(0, 400)
    const operator = random.pick(['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const)
    const compare = {
      eq: (a: number) => a === value,
      ne: (a: number) => a !== value,
      gt: (a: number) => a > value,
      ge: (a: number) => a >= value,
      lt: (a: number) => a < value,
      le: (a: number) => a <= value,
    }[operator]
    return {
      text: `${field} ${operator} ${value}`,
      holds: (row) => {
        const own = number(row[field])
        return own === undefined ? operator === 'ne' : compare(own)
      },
    }
  }
  const field = random.pick(texts)
  const value = String(sample[field] ?? 'nowhere')
  return random.pick<Condition>([
    { text: `${field} eq ${quoted(value)}`, holds: (row) => row[field] === value },
    { text: `${field} ne ${quoted(value)}`, holds: (row) => row[field] !== value },
    { text: `${field} in (${quoted(value)},'x')`, holds: (row) => row[field] === value },
    { text: `${field} eq null`, holds: (row) => (row[field] ?? null) === null },
    {
      text: `startswith(${field},${quoted(value.slice(0, 3))})`,
      holds: (row) => typeof row[field] === 'string' && row[field].startsWith(value.slice(0, 3)),
    },
  ])
}

function filter(random: Random, rows: Listing[]): Condition {
  const parts = Array.from({ length: random.int(1, 3) }, () => {
    const part = comparison(random, rows)
    return random.chance(0.2)
      ? { text: `not (${part.text})`, holds: (row: Listing) => !part.holds(row) }
      : part
  })
  return parts.reduce((left, right) =>
    random.chance(0.6)
      ? { text: `(${left.text}) and (${right.text})`, holds: (row) => left.holds(row) && right.holds(row) }
      : { text: `(${left.text}) or (${right.text})`, holds: (row) => left.holds(row) || right.holds(row) }
  )
}

/** Words as the index sees them: no case, no accents, no punctuation. */
export function plain(text: string): string[] {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ς', 'σ').split(
    /[^\p{L}\p{N}]+/u,
  )
    .filter((word) => word !== '')
}

const searched = [
  'ListingKey',
  'ListingId',
  'City',
  'StateOrProvince',
  'UnparsedAddress',
  'PropertySubType',
  'PublicRemarks',
  'X_ShortDescription',
  'X_PropertyName',
  'BuilderName',
  'BuilderModel',
]

const earth = 6_371_008.8
export function metres([lat, lng]: [number, number], row: Listing): number {
  const radians = (degrees: number) => degrees * Math.PI / 180
  const [there, east] = [row.Latitude as number, row.Longitude as number]
  const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2
  return 2 * earth * Math.asin(Math.min(
    1,
    Math.sqrt(
      half(lat, there) + Math.cos(radians(lat)) * Math.cos(radians(there)) * half(lng, east),
    ),
  ))
}

export const hasPlace = (row: Listing) =>
  number(row.Latitude) !== undefined && number(row.Longitude) !== undefined

/** Whether a place is in a ring, by counting the edges that a ray crosses. */
function inside([lng, lat]: [number, number], ring: number[][]): boolean {
  let isIn = false
  ring.slice(1).forEach(([x2, y2], n) => {
    const [x1, y1] = ring[n] as [number, number]
    if ((y1 > lat) !== (y2! > lat) && lng < (x2! - x1) * (lat - y1) / (y2! - y1) + x1) isIn = !isIn
  })
  return isIn
}

/** A map from afar, without a filter: everything, or a box of some degrees to half a globe. */
export function generateFar(random: Random, rows: Listing[]): Generated {
  if (random.chance(0.4)) return { input: {}, matches: () => true }
  const sample = random.pick(rows.filter(hasPlace))
  const off = () => random.int(50, 9_000) / 100 + 1e-7
  const within = (degrees: number, most: number) => Math.max(-most, Math.min(most, degrees))
  const [lat, lng] = [sample.Latitude as number, sample.Longitude as number]
  const [south, north] = [within(lat - off(), 90), within(lat + off(), 90)]
  const sides: [number, number] = [within(lng - off(), 180), within(lng + off(), 180)]
  // the other way round the globe, across the date line
  const [west, east] = random.chance(0.2) ? [sides[1], sides[0]] : sides
  return {
    input: { bbox: [west, south, east, north] },
    matches: (row) => {
      if (!hasPlace(row)) return false
      const [there, beside] = [row.Latitude as number, row.Longitude as number]
      if (there < south || there > north) return false
      return west <= east ? beside >= west && beside <= east : beside >= west || beside <= east
    },
  }
}

/** A search, and which rows it should find: judged row by row, in plain JavaScript. */
export function generate(random: Random, rows: Listing[]): Generated {
  const input: Record<string, unknown> = {}
  const conditions: ((row: Listing) => boolean)[] = []
  const sample = random.pick(rows.filter(hasPlace))
  const [lat, lng] = [sample.Latitude as number, sample.Longitude as number]
  // away from every listing, so that no rounding decides
  const off = () => random.int(1, 999_999) / 10 ** random.int(5, 8) + 1e-7
  const place = random.pick(['none', 'none', 'bbox', 'near', 'polygon', 'holes'] as const)
  if (place === 'bbox') {
    const [west, south, east, north] = [lng - off(), lat - off(), lng + off(), lat + off()]
    input.bbox = random.chance(0.5) ? [west, south, east, north] : [west, south, east, north].join(',')
    conditions.push((row) =>
      hasPlace(row) && (row.Latitude as number) >= south && (row.Latitude as number) <= north &&
      (row.Longitude as number) >= west && (row.Longitude as number) <= east
    )
  } else if (place === 'near') {
    const here: [number, number] = [lat + off(), lng - off()]
    const radius = random.int(1, 100) * 10 ** random.int(0, 5) + 0.5
    Object.assign(input, { near: here, radius: Math.min(radius, 20_000_000) })
    conditions.push((row) => hasPlace(row) && metres(here, row) <= radius)
  } else if (place !== 'none') {
    const corners = random.int(3, 9)
    const size = off() + 0.001
    const ring = (scale: number) => {
      const points = Array.from({ length: corners }, (_, n) => {
        const angle = n / corners * 2 * Math.PI + 0.1
        return [lng + Math.cos(angle) * size * scale, lat + Math.sin(angle) * size * scale]
      })
      return [...points, points[0]!]
    }
    const rings = place === 'holes' ? [ring(3), ring(0.5)] : [ring(2)]
    input.polygon = random.chance(0.5)
      ? { type: 'Polygon', coordinates: rings }
      : { type: 'MultiPolygon', coordinates: [rings] }
    conditions.push((row) => {
      if (!hasPlace(row)) return false
      const at: [number, number] = [row.Longitude as number, row.Latitude as number]
      return inside(at, rings[0]!) && !(rings[1] && inside(at, rings[1]))
    })
  }
  if (random.chance(0.6)) {
    const { text, holds } = filter(random, rows)
    input.filter = text
    conditions.push(holds)
  }
  if (random.chance(0.25)) {
    const words = plain(searched.map((name) => random.pick(rows)[name] ?? '').join(' ')).filter((word) =>
      word.length > 2
    )
    const chosen = Array.from(
      { length: random.int(1, 2) },
      () => random.pick(words).slice(0, random.int(2, 12)),
    )
    input.q = chosen.join(' ')
    conditions.push((row) => {
      const texts = (row.asSent ?? row) as Listing
      const own = searched.flatMap((name) => plain(String(texts[name] ?? '')))
      return chosen.every((word) => own.some((each) => each.startsWith(word)))
    })
  }
  input.sort = random.pick(['newest', 'price', '-price', ...(input.near ? ['nearest'] : [])])
  return { input, matches: (row) => conditions.every((holds) => holds(row)) }
}
