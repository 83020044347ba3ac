import { DAY, MINUTE, TODAY } from './calendar.ts'
import { DASH_KINDS, HOMES, type Kind, QOBRIX_KINDS } from './kinds.ts'
import type { Market } from './markets.ts'
import type { Town } from './places/town.ts'
import { monthlyRent, salePrice } from './prices.ts'
import { type Random, randomFor } from './prng.ts'
import { type Project, projectOf } from './qobrix/projects.ts'

export type Status = 'Active' | 'Pending' | 'Closed' | 'Withdrawn'
export type Offer = 'sale' | 'rent' | 'both'

/** One property as its broker knows it, before a source turns it into gold. */
export interface Home {
  market: Market
  /** Position in its market, from 1. */
  number: number
  /** The source's own id, without prefix. */
  id: string
  listingKey: string
  ref: string
  status: Status
  kind: Kind
  offer: Offer
  project: Project | null
  town: Town
  /** One spelling of the town. */
  city: string
  address: string
  postcode: string
  latitude: number
  longitude: number
  bedrooms: number | null
  bathrooms: number | null
  living: number | null
  plot: number | null
  floor: number | null
  floors: number | null
  yearBuilt: number | null
  price: number
  /** A month's. */
  rent: number
  created: number
  modified: number
  /** A stream of numbers for one subject of this home. */
  random(subject: string): Random
}

/** The listings of a market; of Cyprus's first ones, some are units of one project. */
export function homesOf(market: Market): Home[] {
  return Array.from({ length: market.homes }, (_, index) => planHome(market, index + 1))
}

export function planHome(market: Market, number: number): Home {
  const random = (subject: string) => randomFor(market.code, number, subject)
  const project = market.source === 'QOBRIX' ? projectOf(number) : null
  const town = project?.town ?? random('town').weighted(market.towns)
  const kinds = market.source === 'QOBRIX' ? QOBRIX_KINDS : DASH_KINDS
  const kind = project ? kinds[0]! : random('kind').weighted(kinds)

  const body = { ...sizeOf(kind, random('size')), ...floorsOf(kind, random('floors')) }
  const price = salePrice(market, town, kind, body, random('price'))
  const id = random('id').uuid()
  return {
    market,
    number,
    id,
    listingKey: market.keyPrefix + id,
    ref: `${market.code}${REF_BASE[market.code] + number}`,
    status: random('status').weighted(STATUS_SHARES).status,
    kind,
    offer: offerOf(market, kind, random('offer')),
    project,
    town,
    ...placeOf(town, project, random('place')),
    ...body,
    yearBuilt: kind.family === 'land' ? null : random('year').int(1965, 2027),
    price,
    rent: monthlyRent(market, price),
    ...datesOf(random('dates')),
    random,
  }
}

const REF_BASE = { CY: 1000, HU: 4000, KZ: 7000 }

const STATUS_SHARES: { weight: number; status: Status }[] = [
  { weight: 70, status: 'Active' },
  { weight: 10, status: 'Pending' },
  { weight: 12, status: 'Closed' },
  { weight: 8, status: 'Withdrawn' },
]

/** Only Qobrix offers one property both ways; its gold then holds a lease sibling. */
function offerOf(market: Market, kind: Kind, random: Random): Offer {
  if (kind.family === 'land') return random.chance(0.04) ? 'rent' : 'sale'
  const rentShare = HOMES.includes(kind.family) ? 0.16 : 0.35
  if (random.chance(rentShare)) return 'rent'
  return market.source === 'QOBRIX' && random.chance(0.08) ? 'both' : 'sale'
}

function sizeOf(kind: Kind, random: Random) {
  const draw = (range: readonly [number, number] | null) => range && random.int(range[0], range[1])
  const bedrooms = draw(kind.bedrooms)
  return {
    bedrooms,
    bathrooms: bedrooms === null ? null : Math.max(1, bedrooms - random.int(0, 1)),
    living: draw(kind.living),
    plot: draw(kind.plot),
  }
}

function floorsOf(kind: Kind, random: Random) {
  if (kind.family === 'land') return { floor: null, floors: null }
  if (kind.family === 'house') return { floor: null, floors: random.int(1, 3) }
  const floors = random.int(2, 18)
  return { floor: kind.label.startsWith('ground') ? 0 : random.int(0, floors), floors }
}

function placeOf(town: Town, project: Project | null, random: Random) {
  const spread = () => random.int(-900, 900) / 100_000
  return {
    city: spelled(town, random),
    address: `${random.pick(town.streets)} ${random.int(1, 160)}`,
    postcode: town.postcode,
    latitude: project?.latitude ?? town.latitude + spread(),
    longitude: project?.longitude ?? town.longitude + spread(),
  }
}

/** Mostly the usual spelling, at times another, now and then with a blank too many. */
function spelled(town: Town, random: Random): string {
  const name = random.chance(0.8) ? town.spellings[0]! : random.pick(town.spellings)
  return random.chance(0.02) ? `${name} ` : name
}

function datesOf(random: Random) {
  const created = TODAY - random.int(40, 1400) * DAY + random.int(6 * 60, 17 * 60) * MINUTE
  const age = Math.floor((TODAY - created) / DAY)
  return { created, modified: created + random.int(1, age - 1) * DAY + random.int(0, 200) * MINUTE }
}
