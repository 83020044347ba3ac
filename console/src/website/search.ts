import { callDoor } from '../lib/door.ts'

/** A home as F/search answers anybody: RESO names, and no more than the owner lets websites show. */
export interface Home {
  key: string
  location: [longitude: number, latitude: number] | null
  ListingId: string | null
  PropertyType: string | null
  X_PropertyName: string | null
  PublicRemarks: string | null
  ListPrice: number | null
  LeaseAmount: number | null
  ListPriceCurrencyCode: string | null
  UnparsedAddress: string | null
  City: string | null
  StateOrProvince: string | null
  PostalCode: string | null
  Country: string | null
  BedroomsTotal: number | null
  BathroomsTotalInteger: number | null
  LivingArea: number | null
  LotSizeSquareFeet: number | null
  YearBuilt: number | null
  ModificationTimestamp: string
  Media: { url: string; title?: string | null }[]
}

export interface Counted {
  value: string | number
  count: number
}

export interface PriceBucket {
  from: number
  to: number | null
  count: number
}

export interface Cluster {
  location: [longitude: number, latitude: number]
  count: number
}

export interface Page {
  listings: Home[]
  count?: number
  facets?: { price: PriceBucket[] } & Partial<Record<string, Counted[]>>
  clusters?: Cluster[]
  next?: string
}

export type Search = Record<string, unknown>

/** `west,south,east,north` of an address, if it is a box that the hub takes. */
export function readBox(text: string | undefined): [number, number, number, number] | undefined {
  const box = (text ?? '').split(',').map((part) => part.trim() === '' ? NaN : Number(part))
  const [west, south, east, north] = box as [number, number, number, number]
  const isBox = box.length === 4 && box.every(Number.isFinite) && Math.abs(west) <= 180 &&
    Math.abs(east) <= 180 && south >= -90 && north <= 90 && south <= north
  return isBox ? [west, south, east, north] : undefined
}

/** A text of OData, whatever is in it. */
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/** A number somebody typed, or nothing: an address may hold anything. */
function amount(text: string | undefined, most: number): number | undefined {
  const value = text?.trim() ? Number(text) : NaN
  return value >= 0 && value <= most ? value : undefined
}

export const sorts = ['newest', 'price', '-price'] as const

/** The filters of an address as a search, without a page of it. */
export function searchOf(filters: Record<string, string>): Search {
  const bedrooms = amount(filters.beds, 1_000)
  const [from, to] = [amount(filters.min, 1e12), amount(filters.max, 1e12)]
  const conditions = [
    filters.country && `Country eq ${quoted(filters.country)}`,
    filters.city && `City eq ${quoted(filters.city)}`,
    filters.type && `PropertyType eq ${quoted(filters.type)}`,
    bedrooms !== undefined && `BedroomsTotal ge ${Math.ceil(bedrooms)}`,
    from !== undefined && `ListPrice ge ${from.toFixed(2)}`,
    to !== undefined && `ListPrice le ${to.toFixed(2)}`,
  ].filter(Boolean)
  return {
    sort: sorts.find((sort) => sort === filters.sort) ?? 'newest',
    ...conditions.length > 0 ? { filter: conditions.join(' and ') } : {},
    ...filters.words?.trim() ? { q: filters.words.slice(0, 200) } : {},
    ...filters.box !== undefined ? { bbox: readBox(filters.box) } : {},
  }
}

export const searchHomes = (search: Search): Promise<Page> =>
  callDoor('search/listings', { method: 'POST', json: search })

/** One home, or nothing where it is not offered or never was. */
export async function readHome(key: string): Promise<Home | null> {
  const { listings } = await searchHomes({ filter: `ListingKey eq ${quoted(key)}`, limit: 1 })
  return listings[0] ?? null
}

export const similarHomes = (key: string): Promise<Page> =>
  callDoor(`search/similar/${encodeURIComponent(key)}?limit=3`)

/** Texts that what is typed may be the beginning of: places in any script, streets, references. */
export async function suggestions(typed: string): Promise<string[]> {
  if (!/[\p{L}\p{N}]/u.test(typed)) return []
  const query = new URLSearchParams({ q: typed.slice(0, 100), limit: '8' })
  const { suggestions } = await callDoor<{ suggestions: { text: string }[] }>(`search/suggest?${query}`)
  return [...new Set(suggestions.map(({ text }) => text))]
}
