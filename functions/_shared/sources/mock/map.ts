import { prefixed } from '../rows.ts'
import type { Batch, Mapped, Source } from '../types.ts'
import { homes, peopleOf, pricePerMetre, townsOf } from './words.ts'
import { streamOf } from './random.ts'
import { membersOf, type MockListing, type MockPage } from './read.ts'
import type { MockSettings } from './settings.ts'

type Market = { country: string; currency: string }

/** Gold records of a page of the invented source. */
export function mapMock(page: MockPage, source: Source<MockSettings>, market: Market): Batch[] {
  const { key_prefix: prefix } = source
  if (page.stage === 'office') {
    return [{
      resource: 'office',
      records: page.others.map(() => ({ record: officeOf(page.seed, prefix, market) })),
    }]
  }
  if (page.stage === 'member') {
    return [{
      resource: 'member',
      records: page.others.map((number) => ({ record: memberOf(page.seed, number, prefix) })),
    }]
  }
  const present = page.listings.filter(({ isGone }) => !isGone)
  const property = present.map((listing) => ({ record: propertyOf(listing, page.seed, source, market) }))
  const media = present.flatMap((listing) => mediaOf(listing, page.seed, source))
  const gone = page.listings.filter(({ isGone }) => isGone).map(({ number }) => prefixed(prefix, number)!)
  return [
    { resource: 'property', records: property, gone },
    { resource: 'media', records: media, whole: present.map(({ number }) => prefixed(prefix, number)!) },
  ]
}

function officeOf(seed: string, prefix: string, { country }: Market): Record<string, unknown> {
  const town = streamOf(seed, 'office').pick(townsOf(country))
  return {
    OfficeKey: prefixed(prefix, 'OFFICE_1'),
    OfficeName: `${town.name} Homes`,
    OfficeEmail: 'office@homes.example',
    OfficeStatus: 'Active',
    OfficeCity: town.name,
    OfficeCountry: country,
  }
}

function memberOf(seed: string, number: number, prefix: string): Record<string, unknown> {
  const random = streamOf(seed, 'member', number)
  const [first, last] = [random.pick(peopleOf.first), random.pick(peopleOf.last)]
  return {
    MemberKey: prefixed(prefix, `AGENT_${number}`),
    MemberFirstName: first,
    MemberLastName: last,
    MemberFullName: `${first} ${last}`,
    MemberEmail: `${first}.${last}.${number}@homes.example`.toLowerCase(),
    MemberStatus: 'Active',
    MemberType: 'Agent',
    OfficeKey: prefixed(prefix, 'OFFICE_1'),
  }
}

function propertyOf(
  { number, version, modified }: MockListing,
  seed: string,
  { key_prefix: prefix, settings, code }: Source<MockSettings>,
  { country, currency }: Market,
): Record<string, unknown> {
  const random = streamOf(seed, number)
  const town = random.pick(townsOf(country))
  const home = random.pick(homes)
  const bedrooms = random.int(...home.bedrooms)
  const living = random.int(...home.living)
  const plot = home.plot ? random.int(...home.plot) : null
  const isLease = random.chance(0.12)
  // a change moves the price by some per cent, and now and then the status
  const change = streamOf(seed, number, version, 'change')
  const mood = (85 + random.int(0, 45) + (version > 0 ? change.int(-6, 4) : 0)) / 100
  const price = Math.max(1, Math.round(living * pricePerMetre(currency) * home.level * mood / 1_000)) * 1_000
  const status = version > 0 && change.chance(0.2)
    ? change.pick(['Pending', 'Closed', 'Withdrawn'])
    : 'Active'
  const sea = home.level > 1 && random.chance(0.4)
  return {
    ListingKey: prefixed(prefix, number),
    ListingId: `${code.toUpperCase()}-${1000 + number}`,
    StandardStatus: status,
    PropertyType: isLease ? 'ResidentialLease' : 'Residential',
    PropertyClass: isLease ? 'RLSE' : 'RESI',
    PropertySubType: home.type,
    ListPrice: isLease ? null : String(price),
    LeaseAmount: isLease ? String(Math.max(100, Math.round(price * 0.004 / 50) * 50)) : null,
    LeaseAmountFrequency: isLease ? 'Monthly' : null,
    ListPriceCurrencyCode: currency,
    BedroomsTotal: bedrooms,
    BathroomsTotalInteger: Math.max(1, bedrooms - random.int(0, 1)),
    LivingArea: String(living),
    LivingAreaUnits: 'SquareMeters',
    LotSizeSquareFeet: plot === null ? null : String(plot),
    LotSizeUnits: plot === null ? null : 'SquareMeters',
    YearBuilt: random.int(1972, 2026),
    UnparsedAddress: `${random.pick(town.streets)} ${random.int(1, 120)}`,
    City: town.name,
    Country: country,
    Latitude: round(town.latitude + (random.next() - 0.5) / 40),
    Longitude: round(town.longitude + (random.next() - 0.5) / 40),
    PublicRemarks: remarks(home.words, town.name, bedrooms, living, sea),
    ListAgentKey: prefixed(prefix, `AGENT_${random.int(1, membersOf(settings.listings))}`),
    ListOfficeKey: prefixed(prefix, 'OFFICE_1'),
    X_SeaView: sea,
    ModificationTimestamp: modified,
    OriginalEntryTimestamp: '2026-01-05T08:00:00Z',
  }
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6

function remarks(words: string, town: string, bedrooms: number, living: number, sea: boolean): string {
  const rooms = bedrooms === 0 ? 'One open room' : bedrooms === 1 ? 'One bedroom' : `${bedrooms} bedrooms`
  return `${words} in ${town}. ${rooms}, ${living} square metres inside${
    sea ? ', and a view of the sea' : ''
  }. Viewings by appointment.`
}

const rooms = [
  'Living room',
  'Kitchen',
  'Bedroom',
  'Bathroom',
  'Terrace',
  'Front',
  'Garden',
  'View',
] as const

function mediaOf(
  { number, version }: MockListing,
  seed: string,
  { key_prefix: prefix, settings }: Source<MockSettings>,
): Mapped[] {
  const random = streamOf(seed, number, 'photos')
  // a change adds a picture now and then
  const count = random.int(4, 7) +
    (version > 0 && streamOf(seed, number, version, 'photo').chance(0.3) ? 1 : 0)
  return Array.from({ length: count }, (_, order) => ({
    record: {
      MediaKey: prefixed(prefix, `${number}_${order + 1}`),
      ResourceRecordKey: prefixed(prefix, number),
      ResourceName: 'Property',
      MediaCategory: 'Photo',
      MediaType: settings.photos ? 'image/png' : 'image/jpeg',
      MediaURL: settings.photos
        ? `${settings.photos}${streamOf(seed, number, 'photo', order).int(0, 59)}.png`
        : `https://images.example.org/${encodeURIComponent(seed)}/${number}/${order + 1}.jpg`,
      Order: order,
      ShortDescription: rooms[order % rooms.length],
      X_IsPrimary: order === 0,
    },
  }))
}
