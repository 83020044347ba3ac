import type { Job } from '../../job.ts'
import { pageUrl } from '../../page-url.ts'
import { type Asked, askedFor } from '../deal.ts'
import { energyGrade } from '../energy-grade.ts'
import { CannotShow } from '../format.ts'
import { hasPool } from '../labels.ts'
import { filled, type Members, positive } from '../members.ts'
import { mainPhotoFirst } from '../photos.ts'
import { countryIn, placeOf } from '../place.ts'
import { type PropertyKind, propertyKind } from '../property-kind.ts'
import { englishText, remark } from '../remarks.ts'
import { cleanText, nameOf } from '../text.ts'
import { featuresOf } from './features.ts'

const maxPhotos = 50

/** Languages of `desc` and `url`. Texts in others (Greek, Hungarian) have no place in the format. */
export const languages = [
  'ca',
  'da',
  'de',
  'en',
  'es',
  'fi',
  'fr',
  'it',
  'nl',
  'no',
  'pt',
  'ru',
  'sv',
] as const

export const types: Readonly<Record<PropertyKind, string>> = {
  apartment: 'apartment',
  penthouse: 'penthouse',
  loft: 'apartment',
  studio: 'studio',
  house: 'house',
  villa: 'villa',
  bungalow: 'bungalow',
  semi_detached: 'semi-detached',
  townhouse: 'town house',
  maisonette: 'duplex',
  duplex: 'duplex',
  land: 'land',
  office: 'commercial property',
  shop: 'commercial property',
  restaurant: 'commercial property',
  warehouse: 'commercial property',
  industrial: 'commercial property',
  hotel: 'commercial property',
  commercial: 'commercial property',
  parking: 'garage',
  other: 'property',
}

/**
 * A listing as a `property` of the Kyero feed. Empty members are left out.
 *
 * @throws CannotShow without a price, a currency, a town or a country
 */
export function propertyOf(job: Job): { members: Members; kind: string; findings: string[] } {
  const { listing, object_id } = job
  const { columns } = listing
  const findings: string[] = []
  const asked = askedFor(columns, listing.listing_key)
  const kind = propertyKind(columns)
  const place = placeOf(job)
  const town = place.town || place.district || place.region
  if (!town) throw new CannotShow('Kyero takes no listing without a town: fill in the city or the region.')
  const country = countryIn('en', place)
  if (!country) {
    throw new CannotShow('Kyero takes a listing without a country for one in Spain: fill in the country.')
  }
  if (!place.town) findings.push('town_unknown:(none)')
  if (kind === 'other') {
    findings.push(`type_other:${columns.property_subtype ?? columns.property_type ?? '(none)'}`)
  }
  const photos = mainPhotoFirst(listing)
  if (photos.length > maxPhotos) findings.push(`photos_left_out:${photos.length - maxPhotos}`)

  const members = filled({
    id: object_id,
    date: stampOf(job.changed_at),
    ref: nameOf(columns.ref) || nameOf(listing.listing_key),
    ...priceOf(asked, columns.currency_code, findings),
    new_build: columns.is_new_construction === true ? 1 : 0,
    type: types[kind],
    town,
    province: place.region || town,
    country,
    location: place.point,
    location_detail: place.district === town ? undefined : place.district,
    beds: kind === 'land' ? 0 : columns.bedrooms,
    baths: kind === 'land' ? 0 : columns.bathrooms,
    pool: hasPool(columns) ? 1 : 0,
    surface_area: {
      built: positive(columns.living_area) ?? positive(columns.covered_area) ??
        positive(columns.building_area),
      plot: positive(columns.lot_size),
    },
    energy_rating: { consumption: energyGrade(columns.energy_efficiency_grade) },
    url: Object.fromEntries(pagesOf(job)),
    desc: Object.fromEntries(textsOf(job, types[kind], town, findings)),
    features: { feature: featuresOf(columns) },
    images: { image: photos.slice(0, maxPhotos).map((url, index) => ({ '@id': index + 1, url })) },
  })
  return { members, kind: types[kind], findings }
}

/** Whole numbers, for a sale, a month or a week: other periods are converted. */
function priceOf({ deal, amount, period }: Asked, currency: unknown, findings: string[]): Members {
  if (amount === undefined) throw new CannotShow('Kyero takes no listing without a price.')
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    throw new CannotShow('Kyero takes no price without a currency.')
  }
  const [price_freq, factor] = deal === 'sale' ? ['sale', 1] as const : frequencies[period]
  if (factor !== 1) findings.push(`rent_converted:${period}`)
  return { price: Math.max(1, Math.round(amount * factor)), currency, price_freq }
}

const frequencies = {
  day: ['week', 7],
  week: ['week', 1],
  month: ['month', 1],
  quarter: ['month', 1 / 3],
  year: ['month', 1 / 12],
} as const

/** `YYYY-MM-DD HH:MM:SS`, UTC. Only when it moves are a property and its photos read again. */
function stampOf(time: string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ')
}

/** A page for each language where the address has a place for it, else one, said to be English. */
function pagesOf(job: Job): [string, string][] {
  const spoken = String(job.portal.config.page_url ?? '').includes('{language}') ? languagesOf(job) : ['en']
  return spoken.flatMap((language): [string, string][] => {
    const url = pageUrl(job, language)
    return url === undefined ? [] : [[language, url]]
  })
}

function languagesOf({ listing }: Job): string[] {
  return languages.filter((language) => language === 'en' || remark(listing, 'PUBLIC', language) !== '')
}

function textsOf(job: Job, type: string, town: string, findings: string[]): [string, string][] {
  const { listing } = job
  const known: readonly string[] = languages
  for (const { language, type, text } of listing.remarks) {
    if (type === 'PUBLIC' && !known.includes(language) && cleanText(text) !== '') {
      findings.push(`language_left_out:${language}`)
    }
  }
  const english = englishText(listing) || cleanText(listing.columns.name) || `${type} in ${town}`
  return languagesOf(job).map((language) => [
    language,
    language === 'en' ? english : remark(listing, 'PUBLIC', language),
  ])
}
