import type pg from 'pg'
import { randomFor } from '../../../scripts/seed/prng.ts'

/** How far the second listing of a home is from the first. */
export interface Noise {
  /** Metres, at most. */
  moved: number
  /** Share of those in another script, without a street, with another price. */
  otherScript: number
  noStreet: number
  otherPrice: number
  /** Bits of a picture's hash that saving it anew may change. */
  bits: number
  /** Share of homes whose second listing has none of the pictures. */
  noPictures: number
}

export const usual: Noise = {
  moved: 90,
  otherScript: 0.3,
  noStreet: 0.1,
  otherPrice: 0.35,
  bits: 4,
  noPictures: 0.2,
}

const streets: [latin: string, other: string][] = [
  ['Georgiou Griva Digeni', 'Γεωργίου Γρίβα Διγενή'],
  ['Archiepiskopou Makariou', 'Αρχιεπισκόπου Μακαρίου'],
  ['Amathountos Avenue', 'Λεωφόρος Αμαθούντος'],
  ['Apostolou Pavlou', 'Αποστόλου Παύλου'],
  ['Kabanbay Batyra', 'Кабанбай батыра'],
  ['Dostyk', 'Достык'],
  ['Themistokli Dervi', 'Θεμιστοκλή Δέρβη'],
]

export interface Home {
  id: string
  office: string
  key: string
  pictures: bigint[]
  row: Record<string, unknown>
}

/**
 * Homes listed twice, by two sources, with noise; and homes beside them that are not the same: flats of one building
 * with the gallery of their project, neighbours, homes with the logo of a broker among their pictures.
 */
export function generatePairs(pairs: number, noise: Noise): { homes: Home[]; truth: Set<string> } {
  const homes: Home[] = []
  const truth = new Set<string>()
  for (let n = 0; n < pairs; n++) {
    const random = randomFor('pair', n)
    const hash = () => BigInt.asIntN(64, BigInt(`0x${random.uuid().replaceAll('-', '').slice(0, 16)}`))
    // towns of a few hundred homes each
    const [lat, lng] = [
      34.6 + (n % 20) * 0.03 + random.next() * 0.02,
      32.4 + (n % 7) * 0.05 + random.next() * 0.02,
    ]
    const [latin, other] = random.pick(streets)
    const number = random.int(1, 120)
    const isSale = random.chance(0.9)
    const area = random.int(35, 400)
    const price = Math.round(area * random.int(1_500, 6_000) / 1_000) * 1_000
    const logo = -77n
    const pictures = Array.from({ length: random.int(3, 12) }, hash)
    const row = {
      PropertyType: 'Residential',
      BedroomsTotal: random.int(1, 5),
      LivingArea: area * 100,
      ListPrice: isSale ? price * 100 : null,
      ListPriceCurrencyCode: 'EUR',
      UnparsedAddress: `${latin} ${number}`,
      Latitude: lat,
      Longitude: lng,
    }
    const first: Home = {
      id: random.uuid(),
      office: 'SHARPSIR-CY-001',
      key: `ONE_${n}`,
      pictures: [...pictures, logo],
      row,
    }
    const angle = random.next() * 2 * Math.PI
    const metres = random.next() * noise.moved
    const flip = (hash: bigint) => {
      let changed = hash
      for (let bit = 0; bit < random.int(0, noise.bits); bit++) changed ^= 1n << BigInt(random.int(0, 62))
      return changed
    }
    const second: Home = {
      id: random.uuid(),
      office: 'SHARPSIR-HU-001',
      key: `TWO_${n}`,
      pictures: random.chance(noise.noPictures)
        ? [logo]
        : [...random.sample(pictures, random.int(2, 6)).map(flip), logo],
      row: {
        ...row,
        UnparsedAddress: random.chance(noise.noStreet)
          ? null
          : random.chance(noise.otherScript)
          ? `${other} ${number}`
          : `${number}, ${latin}`,
        ListPrice: row.ListPrice === null
          ? null
          : random.chance(noise.otherPrice)
          ? Math.round(row.ListPrice * (0.9 + random.next() * 0.2))
          : row.ListPrice,
        LivingArea: random.chance(0.25)
          ? Math.round(row.LivingArea * (0.99 + random.next() * 0.02))
          : row.LivingArea,
        Latitude: lat + Math.sin(angle) * metres / 111_195,
        Longitude: lng + Math.cos(angle) * metres / 111_195 / Math.cos(lat * Math.PI / 180),
      },
    }
    homes.push(first, second)
    truth.add([first.id, second.id].toSorted().join(' '))
    // a neighbour in the same house, of the other source: another flat, and half of the time the project's gallery
    if (n % 2 === 0) {
      const differs = 1 + random.pick([-0.3, -0.2, 0.15, 0.25, 0.4])
      homes.push({
        id: random.uuid(),
        office: 'SHARPSIR-HU-001',
        key: `NEIGHBOUR_${n}`,
        pictures: [logo, ...Array.from({ length: 3 }, hash)],
        row: {
          ...row,
          LivingArea: Math.round(row.LivingArea * differs),
          ListPrice: row.ListPrice === null ? null : Math.round(row.ListPrice * differs),
          BedroomsTotal: random.chance(0.5) ? row.BedroomsTotal : Math.max(1, row.BedroomsTotal - 1),
        },
      })
    }
  }
  return { homes, truth }
}

/** Puts the homes among the served rows, as the refresh would. */
export async function insertHomes(pool: pg.Pool, homes: Home[]): Promise<void> {
  await pool.query(
    `insert into public.served_property (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, "ModificationTimestamp",
       doc, doc_gold, doc_dd2, "ListingKey", "StandardStatus", "PropertyType", "BedroomsTotal", "LivingArea", "ListPrice",
       "ListPriceCurrencyCode", "UnparsedAddress", "Latitude", "Longitude")
     select (h ->> 'id')::uuid, o.tenant_id, n, h ->> 'office', true, false, 1000000 + n, mls.stamp_time(1000000 + n), '"ListingKey" : ' || (h -> 'key')::text, '', '',
       h ->> 'key', 'Active', r."PropertyType", r."BedroomsTotal", r."LivingArea", r."ListPrice", r."ListPriceCurrencyCode",
       r."UnparsedAddress", r."Latitude", r."Longitude"
     from jsonb_array_elements($1::jsonb) with ordinality e (h, n)
     join public.mls_offices o on o.office_key = h ->> 'office'
     cross join lateral jsonb_to_record(h -> 'row') r ("PropertyType" text, "BedroomsTotal" integer, "LivingArea" bigint, "ListPrice" bigint,
       "ListPriceCurrencyCode" text, "UnparsedAddress" text, "Latitude" float8, "Longitude" float8)`,
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
