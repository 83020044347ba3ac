import type { Job, JobListing } from '../../job.ts'
import type { JsonObject } from '../../json.ts'
import type { Regions } from '../format.ts'
import { optionsOf } from './options.ts'
import { dealType, priceOf } from './price.ts'
import { realtyType } from './realty-type.ts'
import { regionOf } from './region.ts'
import { cleanText, cut, htmlText, oneLine } from './text.ts'
import { youtubeId } from './youtube.ts'

const maxPhotos = 15

export interface FeedObject {
  /** The members of `object`, in the order of the format. */
  members: Record<string, unknown>
  kind: string
  hasRussianTitle: boolean
  findings: string[]
}

/** A listing as an `object` of the HomesOverseas feed, version 4. Empty members are left out. */
export function feedObject(job: Job, regions: Regions): FeedObject {
  const { listing, object_id, portal } = job
  const { columns, listing_key } = listing
  const hints = (columns.extensions ?? {}) as JsonObject
  const findings: string[] = []
  const deal = dealType(columns, listing_key)
  const kind = realtyType(columns)
  const region = regionOf(columns, regions, Number(portal.config.country_region_id ?? 73))
  const texts = textsOf(listing)
  const isEuro = columns.currency_code === undefined || columns.currency_code === 'EUR'
  const isNewBuild = /^(true|yes|1)$/i.test(String(hints.X_NewBuild ?? ''))
  const development = String(columns.development_status ?? '')
  const isPlanned = /proposed|under construction/i.test(development)

  if (region.unmapped !== null) findings.push(`town_unmapped:${region.unmapped}`)
  if (kind === 26) {
    findings.push(`type_other:${String(columns.property_subtype ?? columns.property_type ?? '(none)')}`)
  }
  if (!isEuro) findings.push(`currency_not_eur:${String(columns.currency_code)}`)

  const members = withoutEmpty({
    objectid: object_id,
    ref: refOf(columns.ref, listing_key),
    title: { ru: texts.title.ru, en: { '#text': texts.title.en } },
    type: deal,
    market:
      columns.is_new_construction === true || isPlanned || /new construction/i.test(development) || isNewBuild
        ? 'primary'
        : 'secondary',
    annotation: { ru: texts.annotation.ru, en: { '#text': texts.annotation.en } },
    description: { ru: cdata(texts.description.ru), en: cdata(texts.description.en) },
    price: isEuro ? priceOf(columns, deal) : { [deal === 'sale' ? 'sale' : 'month']: 0 },
    currency: 'eur',
    region: region.id,
    realty_type: kind,
    bedrooms: columns.bedrooms,
    size_house: positive(columns.living_area),
    size_land: positive(columns.lot_size),
    year: yearOf(columns.year_built),
    level: Number(columns.floor_number ?? -1) >= 0 ? columns.floor_number : undefined,
    levels: columns.stories_total,
    distance_aero: fixed(columns.distance_from_airport, 1),
    distance_sea: fixed(columns.distance_from_beach, 3),
    options: { option: optionsOf(columns) },
    lat: columns.latitude,
    lng: columns.longitude,
    exact_coords: columns.latitude !== undefined && columns.longitude !== undefined ? 'Y' : undefined,
    photos: { photo: photosOf(listing) },
    ytid: youtubeId(columns.video_link) ?? undefined,
    developer: isPlanned || isNewBuild ? 'Y' : undefined,
  })
  return { members, kind: String(kind), hasRussianTitle: texts.hasRussianTitle, findings }
}

function textsOf({ columns, remarks }: JobListing) {
  const translated = (type: string) =>
    cleanText(remarks.find((remark) => remark.language === 'ru' && remark.type === type)?.text)
  const english = (type: string, fallback: unknown) =>
    cleanText(remarks.find((remark) => remark.language === 'en' && remark.type === type)?.text) ||
    cleanText(fallback)
  const text = english('PUBLIC', columns.public_remarks)
  const kind = String(columns.property_subtype ?? columns.property_type ?? 'Property').replaceAll('_', ' ')
  const place = `${kind} in ${columns.city ?? 'Cyprus'}`
  const title = english('TITLE', columns.name) || text || cleanText(place)
  const annotation = english('SHORT', columns.short_description) || text
  const russianTitle = translated('TITLE')
  return {
    title: { ru: cut(oneLine(russianTitle || title), 60), en: cut(oneLine(title), 60) },
    annotation: {
      ru: cut(oneLine(translated('SHORT') || translated('PUBLIC') || annotation), 150),
      en: cut(oneLine(annotation), 150),
    },
    description: { ru: htmlText(translated('PUBLIC') || text, 65_536), en: htmlText(text, 65_536) },
    hasRussianTitle: russianTitle !== '',
  }
}

/** Photos only: floor plans and documents are images too, and are none of the public's business. */
function photosOf({ media }: JobListing): string[] {
  return media
    .filter(({ category, source_category }) =>
      category === 'image' && !/document|floor/i.test(source_category ?? '')
    )
    .slice(0, maxPhotos)
    .map(({ url }) => url)
}

/** At most 60 characters, and still different from other references that begin alike. */
function refOf(ref: unknown, listingKey: string): string {
  const text = cleanText(ref) || listingKey
  if ([...text].length <= 60) return text
  let sum = 0
  for (const char of text) sum = (sum * 31 + char.codePointAt(0)!) >>> 0
  return `${cut(text, 51)}-${sum.toString(16).padStart(8, '0')}`
}

function cdata(text: string): { '#cdata': string } | undefined {
  return text === '' ? undefined : { '#cdata': text }
}

function positive(value: unknown): number | undefined {
  const number = Math.round(Number(value ?? 0))
  return number > 0 ? number : undefined
}

function yearOf(value: unknown): number | undefined {
  const year = Number(value ?? 0)
  return year >= 1500 && year <= 2099 ? year : undefined
}

function fixed(value: unknown, digits: number): string | undefined {
  const number = value === undefined || value === null ? NaN : Number(value)
  return Number.isFinite(number) ? number.toFixed(digits) : undefined
}

/** Leaves out members without a value, empty lists and groups with nothing in them. `#text` may be empty: that is meant. */
function withoutEmpty(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]): [string, unknown][] => {
      if (value === undefined || value === null || value === '') return name === '#text' ? [[name, '']] : []
      if (Array.isArray(value)) return value.length > 0 ? [[name, value]] : []
      if (typeof value !== 'object') return [[name, value]]
      const group = withoutEmpty(value as Record<string, unknown>)
      return Object.keys(group).length > 0 ? [[name, group]] : []
    }),
  )
}
