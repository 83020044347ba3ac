import type { GoldRecord, GoldValue } from '../gold.ts'
import type { Home } from '../home.ts'
import type { Random } from '../prng.ts'
import type { Dialect } from '../spark.ts'

const DISTANCES = [
  'Airport',
  'Centre',
  'School',
  'Shops',
  'Hospital',
  'University',
  'RailStation',
  'TubeStation',
]

/** Address, coordinates and distances in kilometres. */
export function placeFields(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('surroundings')
  return {
    UnparsedAddress: home.address,
    X_UnitNumber: wire.text(home.floor === null ? null : `${home.floor}0${random.int(1, 6)}`),
    City: home.city,
    StateOrProvince: home.town.state,
    PostalCode: home.postcode,
    Country: 'CY',
    Latitude: coordinate(home.latitude, random),
    Longitude: coordinate(home.longitude, random),
    X_DistanceFromBeach: wire.text(home.town.waterside ? distance(random, 0, 30) : null),
    ...Object.fromEntries(
      DISTANCES.map((what) => [`X_DistanceFrom${what}`, wire.text(farAway(what, random))]),
    ),
  }
}

/** DOUBLE columns: mostly numbers, now and then text. */
function coordinate(degrees: number, random: Random): GoldValue {
  const rounded = Math.round(degrees * 1e6) / 1e6
  return random.chance(0.95) ? rounded : `${rounded}`
}

function farAway(what: string, random: Random): string | null {
  if (!random.chance(what === 'Airport' ? 0.7 : 0.25)) return null
  return what === 'Airport' ? distance(random, 50, 900) : distance(random, 1, 120)
}

/** Tenths of a kilometre, with the habits of those who type them. */
function distance(random: Random, low: number, high: number): string {
  const kilometres = random.int(low, high) / 10
  return random.weighted([
    { weight: 88, value: `${kilometres}` },
    { weight: 6, value: kilometres.toFixed(3) },
    { weight: 4, value: `${kilometres} km` },
    { weight: 2, value: 'walking distance' },
  ]).value
}
