import type { Job, JobListing } from '../../job.ts'
import type { JsonObject } from '../../json.ts'
import { askedFor } from '../deal.ts'
import type { Regions } from '../format.ts'
import { filled, positive, yearOf } from '../members.ts'
import { mainPhotoFirst } from '../photos.ts'
import { placeOf } from '../place.ts'
import { propertyKind } from '../property-kind.ts'
import { englishText, remark } from '../remarks.ts'
import { cleanText, cut, htmlText, nameOf, oneLine, plainText, simpleMarkup } from '../text.ts'
import { optionsOf } from './options.ts'
import { priceOf } from './price.ts'
import { realtyType } from './realty-type.ts'
import { regionOf } from './region.ts'
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
  const asked = askedFor(columns, listing_key)
  const kind = realtyType[propertyKind(columns)]
  const region = regionOf(columns, regions, Number(portal.config.country_region_id ?? 73))
  const texts = textsOf(listing)
  const { point } = placeOf(job)
  const isEuro = columns.currency_code === undefined || columns.currency_code === 'EUR'
  const isNewBuild = /^(true|yes|1)$/i.test(String(hints.X_NewBuild ?? ''))
  const development = String(columns.development_status ?? '')
  const isPlanned = /proposed|under construction/i.test(development)

  if (region.unmapped !== null) findings.push(`town_unmapped:${region.unmapped}`)
  if (kind === 26) {
    findings.push(`type_other:${String(columns.property_subtype ?? columns.property_type ?? '(none)')}`)
  }
  if (!isEuro) findings.push(`currency_not_eur:${String(columns.currency_code)}`)

  const members = filled({
    objectid: object_id,
    ref: refOf(columns.ref, listing_key),
    title: { ru: texts.title.ru, en: { '#text': texts.title.en } },
    type: asked.deal,
    market:
      columns.is_new_construction === true || isPlanned || /new construction/i.test(development) || isNewBuild
        ? 'primary'
        : 'secondary',
    annotation: { ru: texts.annotation.ru, en: { '#text': texts.annotation.en } },
    description: { ru: cdata(texts.description.ru), en: cdata(texts.description.en) },
    price: priceOf(isEuro ? asked : { ...asked, amount: 0 }),
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
    lat: point?.latitude,
    lng: point?.longitude,
    exact_coords: point && 'Y',
    photos: { photo: mainPhotoFirst(listing).slice(0, maxPhotos) },
    ytid: youtubeId(columns.video_link) ?? undefined,
    developer: isPlanned || isNewBuild ? 'Y' : undefined,
  })
  return { members, kind: String(kind), hasRussianTitle: texts.hasRussianTitle, findings }
}

function textsOf(listing: JobListing) {
  const { columns } = listing
  const text = englishText(listing)
  const marked = englishText(listing, simpleMarkup)
  const kind = String(columns.property_subtype ?? columns.property_type ?? 'Property').replaceAll('_', ' ')
  const place = `${kind} in ${columns.city ?? 'Cyprus'}`
  const title = remark(listing, 'TITLE', 'en', cleanText) || cleanText(columns.name) || text ||
    cleanText(place)
  const annotation = remark(listing, 'SHORT', 'en') || plainText(columns.short_description) || text
  const russianTitle = remark(listing, 'TITLE', 'ru', cleanText)
  const russianText = remark(listing, 'PUBLIC', 'ru')
  return {
    title: { ru: cut(oneLine(russianTitle || title), 60), en: cut(oneLine(title), 60) },
    annotation: {
      ru: cut(oneLine(remark(listing, 'SHORT', 'ru') || russianText || annotation), 150),
      en: cut(oneLine(annotation), 150),
    },
    description: {
      ru: htmlText(remark(listing, 'PUBLIC', 'ru', simpleMarkup) || marked, 65_536),
      en: htmlText(marked, 65_536),
    },
    hasRussianTitle: russianTitle !== '',
  }
}

/** At most 60 characters, and still different from other references that begin alike. */
function refOf(ref: unknown, listingKey: string): string {
  const text = nameOf(ref) || nameOf(listingKey)
  if ([...text].length <= 60) return text
  let sum = 0
  for (const char of text) sum = (sum * 31 + char.codePointAt(0)!) >>> 0
  return `${cut(text, 51)}-${sum.toString(16).padStart(8, '0')}`
}

function cdata(text: string): { '#cdata': string } | undefined {
  return text === '' ? undefined : { '#cdata': text }
}

function fixed(value: unknown, digits: number): string | undefined {
  const number = value === undefined || value === null ? NaN : Number(value)
  return Number.isFinite(number) ? number.toFixed(digits) : undefined
}
