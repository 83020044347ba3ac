import type pg from 'pg'
import { type Random, randomFor } from '../../../scripts/seed/prng.ts'
import type { Noise } from './noise.ts'

const streets: [latin: string, other: string][] = [
  ['Georgiou Griva Digeni', 'Γεωργίου Γρίβα Διγενή'],
  ['Archiepiskopou Makariou', 'Αρχιεπισκόπου Μακαρίου'],
  ['Amathountos Avenue', 'Λεωφόρος Αμαθούντος'],
  ['Apostolou Pavlou', 'Αποστόλου Παύλου'],
  ['Kabanbay Batyra', 'Кабанбай батыра'],
  ['Dostyk', 'Достык'],
  ['Themistokli Dervi', 'Θεμιστοκλή Δέρβη'],
  ['Yiannou Kranidioti', 'Γιάννου Κρανιδιώτη'],
  ['Nikis Avenue', 'Λεωφόρος Νίκης'],
  ['28th October Street', 'Οδός 28ης Οκτωβρίου'],
  ['Agiou Andreou', 'Agíou Andréou str.'],
  ['Eleftherias', 'Ελευθερίας'],
  ['Chrysanthou Mylona', 'Χρυσάνθου Μυλωνά'],
  ['Abay Avenue', 'проспект Абая'],
  ['Zheltoksan', 'улица Желтоқсан'],
  ['Nauryzbay Batyr', 'Наурызбай батыра'],
  ['Váci út', 'Vaci utca'],
]

export interface Home {
  id: string
  office: string
  key: string
  pictures: bigint[]
  row: Record<string, unknown>
}

const [one, other] = ['SHARPSIR-CY-001', 'SHARPSIR-HU-001']
/** The broker's sign, on every listing. */
const logo = -77n

const hashOf = (random: Random) =>
  BigInt.asIntN(64, BigInt(`0x${random.uuid().replaceAll('-', '').slice(0, 16)}`))

function savedAnew(hash: bigint, random: Random, { bits }: Noise): bigint {
  const changed = Array.from({ length: random.int(0, bits) }, () => 1n << BigInt(random.int(0, 62)))
  return changed.reduce((hash, bit) => hash ^ bit, hash)
}

/** What a home is, as its owner knows it; prices and sizes in hundredths. */
function homeOf(n: number, random: Random): Record<string, unknown> & { LivingArea: number } {
  const area = random.int(35, 400)
  const price = Math.round(area * random.int(1_500, 6_000) / 1_000) * 1_000
  const [latin] = random.pick(streets)
  return {
    PropertyType: 'Residential',
    BedroomsTotal: random.int(1, 5),
    BathroomsTotalInteger: random.int(1, 3),
    LivingArea: area * 100,
    LivingAreaUnits: 'SquareMeters',
    ListPrice: random.chance(0.9) ? price * 100 : null,
    ListPriceCurrencyCode: 'EUR',
    City: 'Limassol',
    UnparsedAddress: `${latin} ${random.int(1, 120)}`,
    X_UnitNumber: null,
    ListAgentKey: `AGENT_${random.int(1, 40)}`,
    // towns of a few hundred homes each
    Latitude: 34.6 + (n % 20) * 0.03 + random.next() * 0.02,
    Longitude: 32.4 + (n % 7) * 0.05 + random.next() * 0.02,
  }
}

/** The same home as another source has it. */
function otherwise(row: Record<string, unknown>, random: Random, noise: Noise): Record<string, unknown> {
  const angle = random.next() * 2 * Math.PI
  const metres = random.next() * noise.moved
  const [latitude, longitude] = [row.Latitude as number, row.Longitude as number]
  const by = (value: unknown, most: number) =>
    value === null ? null : Math.round((value as number) * (1 - most + random.next() * 2 * most))
  const times = (value: unknown, factor: number) =>
    value === null ? null : Math.round((value as number) * factor)
  const rounded = (value: unknown) => value === null ? null : Math.round((value as number) / 1e6) * 1e6
  const isElsewhere = random.chance(noise.noPlace)
  const price = random.chance(noise.otherPrice) ? by(row.ListPrice, noise.priceBy) : row.ListPrice
  const area = random.chance(noise.noSize)
    ? null
    : random.chance(noise.otherSize)
    ? by(row.LivingArea, noise.sizeBy)
    : row.LivingArea
  return {
    ...row,
    City: random.chance(noise.otherTown) ? 'Λεμεσός' : row.City,
    UnparsedAddress: random.chance(noise.noStreet)
      ? null
      : inOtherWords(row.UnparsedAddress as string, random, noise),
    ListPrice: random.chance(noise.rounded) ? rounded(price) : price,
    LivingArea: area,
    Latitude: isElsewhere ? null : latitude + Math.sin(angle) * metres / 111_195,
    Longitude: isElsewhere
      ? null
      : longitude + Math.cos(angle) * metres / 111_195 / Math.cos(latitude * Math.PI / 180),
    ...random.chance(noise.otherCurrency) && {
      ListPrice: times(price, 1.08),
      ListPriceCurrencyCode: 'USD',
    },
    ...random.chance(noise.squareFeet) &&
      { LivingArea: times(area, 10.7639), LivingAreaUnits: 'Square Feet' },
    ...random.chance(noise.otherAgent) && {
      ListAgentKey: `OTHER_${random.int(1, 40)}`,
      BathroomsTotalInteger: random.int(1, 3),
      BedroomsTotal: (row.BedroomsTotal as number) + (random.chance(0.2) ? 1 : 0),
      PropertyType: random.chance(0.2) ? null : row.PropertyType,
    },
  }
}

function inOtherWords(address: string, random: Random, noise: Noise): string {
  const [, latin, number] = /^(.*) (\d+)$/.exec(address)!
  const names = streets.find(([name]) => name === latin)!
  const isOtherScript = random.chance(noise.otherScript)
  const name = random.chance(noise.typos)
    ? mistyped(names[isOtherScript ? 1 : 0], random)
    : names[isOtherScript ? 1 : 0]
  if (random.chance(noise.noNumber)) return name
  return isOtherScript ? `${name} ${number}` : `${number}, ${name}`
}

/** A letter is left out, doubled, or changes place with the next. */
function mistyped(name: string, random: Random): string {
  const at = random.int(1, name.length - 2)
  const [before, own, next, after] = [name.slice(0, at), name[at]!, name[at + 1]!, name.slice(at + 2)]
  return before + random.pick([next, own + own + next, next + own]) + after
}

/**
 * Homes listed twice, by two sources, with noise; and homes beside them that are not the same: flats of one house, some
 * with the gallery of their project, and all with the logo of a broker among their pictures.
 */
export function generatePairs(
  pairs: number,
  noise: Noise,
  seed = 'pair',
): { homes: Home[]; truth: Set<string> } {
  const homes: Home[] = []
  const truth = new Set<string>()
  const list = (random: Random, office: string, key: string, row: Home['row'], pictures: bigint[]) => {
    const home = { id: random.uuid(), office, key, row, pictures: [...pictures, logo] }
    homes.push(home)
    return home
  }
  const listTwice = (
    random: Random,
    name: string,
    row: Home['row'],
    own: bigint[],
    gallery: bigint[] = [],
  ) => {
    const first = list(random, one, `ONE_${name}`, row, [...own, ...gallery])
    const taken = random.chance(noise.noPictures)
      ? []
      : random.chance(noise.onePicture)
      ? [...random.sample(own, 1), ...Array.from({ length: 9 }, () => hashOf(random))]
      : random.sample(own, random.int(2, 6))
    const second = list(
      random,
      other,
      `TWO_${name}`,
      otherwise(row, random, noise),
      [...taken, ...gallery].map((hash) => savedAnew(hash, random, noise)),
    )
    truth.add([first.id, second.id].toSorted().join(' '))
  }
  for (let n = 0; n < pairs; n++) {
    const random = randomFor(seed, n)
    const hashes = (from: number, to: number) =>
      Array.from({ length: random.int(from, to) }, () => hashOf(random))
    const row = homeOf(n, random)
    // of the homes before and behind it: those lie in other towns
    const stock = random.chance(noise.stock) ? [hashOf(randomFor(`${seed} stock`, n >> 1))] : []
    listTwice(random, String(n), row, [...hashes(3, 12), ...stock])
    // another flat of the house, by the other source only
    if (random.chance(noise.neighbours)) {
      const differs = 1 + (noise.neighbourBy + random.next() * 0.25) * random.pick([-1, 1])
      const sized = (value: unknown) => value === null ? null : Math.round((value as number) * differs)
      list(random, other, `NEIGHBOUR_${n}`, {
        ...row,
        LivingArea: sized(row.LivingArea),
        ListPrice: sized(row.ListPrice),
        BedroomsTotal: Math.max(1, (row.BedroomsTotal as number) - random.int(0, 1)),
      }, hashes(3, 3))
    }
    if (!random.chance(noise.developments)) continue
    const gallery = hashes(3, 6)
    for (let flat = 0; flat < noise.flats; flat++) {
      const alike = (value: unknown, most: number) =>
        value === null ? null : Math.round((value as number) * (1 + random.next() * most) / 100) * 100
      const sold = {
        ...row,
        LivingArea: alike(row.LivingArea, 0.03),
        ListPrice: alike(row.ListPrice, 0.05),
        X_UnitNumber: random.chance(noise.units) ? `${flat + 1}0${flat}` : null,
      }
      const own = hashes(0, 3)
      if (random.chance(noise.twice)) listTwice(random, `${n}_${flat}`, sold, own, gallery)
      else list(random, random.pick([one, other]), `FLAT_${n}_${flat}`, sold, [...own, ...gallery])
    }
  }
  return { homes, truth }
}

/** Puts the homes among the served rows, as the refresh would. */
export async function insertHomes(pool: pg.Pool, homes: Home[]): Promise<void> {
  await pool.query(
    `insert into public.served_property (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, "ModificationTimestamp",
       doc, doc_gold, doc_dd2, "ListingKey", "StandardStatus", "PropertyType", "BedroomsTotal", "LivingArea", "LivingAreaUnits", "ListPrice",
       "ListPriceCurrencyCode", "UnparsedAddress", "Latitude", "Longitude", "City", "X_UnitNumber", "ListAgentKey", "BathroomsTotalInteger")
     select (h ->> 'id')::uuid, o.tenant_id, n, h ->> 'office', true, false, 1000000 + n, mls.stamp_time(1000000 + n), '"ListingKey" : ' || (h -> 'key')::text, '', '',
       h ->> 'key', 'Active', r."PropertyType", r."BedroomsTotal", r."LivingArea", r."LivingAreaUnits", r."ListPrice", r."ListPriceCurrencyCode",
       r."UnparsedAddress", r."Latitude", r."Longitude", r."City", r."X_UnitNumber", r."ListAgentKey", r."BathroomsTotalInteger"
     from jsonb_array_elements($1::jsonb) with ordinality e (h, n)
     join public.mls_offices o on o.office_key = h ->> 'office'
     cross join lateral jsonb_to_record(h -> 'row') r ("PropertyType" text, "BedroomsTotal" integer, "LivingArea" bigint, "LivingAreaUnits" text, "ListPrice" bigint,
       "ListPriceCurrencyCode" text, "UnparsedAddress" text, "Latitude" float8, "Longitude" float8, "City" text, "X_UnitNumber" text,
       "ListAgentKey" text, "BathroomsTotalInteger" integer)`,
    [JSON.stringify(homes.map(({ id, office, key, row }) => ({ id, office, key, row })))],
  )
  await pool.query(
    `insert into mls.listing_pictures (record_id, hash)
     select u.id, u.hash from unnest($1::uuid[], $2::bigint[]) u (id, hash) on conflict do nothing`,
    [
      homes.flatMap(({ id, pictures }) => pictures.map(() => id)),
      homes.flatMap(({ pictures }) => pictures.map(String)),
    ],
  )
  await pool.query('analyze public.served_property; analyze mls.listing_pictures')
}
