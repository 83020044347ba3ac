import type { JsonObject } from '../../json.ts'
import type { Job } from '../../job.ts'
import { pageUrl, webAddress } from '../../page-url.ts'
import { createdAt } from '../created-at.ts'
import { type Asked, askedFor } from '../deal.ts'
import { energyGrade } from '../energy-grade.ts'
import { CannotShow } from '../format.ts'
import { affirmed } from '../labels.ts'
import { filled, type Members, positive, yearOf } from '../members.ts'
import { mainPhotoFirst } from '../photos.ts'
import { countryIn, type Place, placeOf } from '../place.ts'
import { propertyKind } from '../property-kind.ts'
import { englishText, remark } from '../remarks.ts'
import { cleanText, cut, nameOf } from '../text.ts'
import { type AdType, adType, isHome } from './type.ts'

const maxName = 255
const minContent = 30

/**
 * A listing as an `ad` of the Trovit feed. Empty members are left out, and so are numbers beyond what the specification
 * takes: they would cost the whole ad.
 *
 * @throws CannotShow without what the format requires: a type that it has, the address of a page, a place, and a text of
 *   30 characters
 */
export function adOf(job: Job): { members: Members; kind: string; findings: string[] } {
  const { listing, object_id, contact } = job
  const { columns } = listing
  const findings: string[] = []
  const asked = askedFor(columns, listing.listing_key)
  const kind = propertyKind(columns)
  const ad = adType(kind, asked.deal)
  if (!ad) throw new CannotShow(`Trovit has no type for ${kind} to let.`)
  const url = pageUrl(job)
  if (!url) {
    throw new CannotShow(
      'Trovit takes no listing without a page: set page_url in the config of the portal, or the address of the listing.',
    )
  }
  const place = placeOf(job)
  const town = place.town || place.district || place.region
  if (!town) throw new CannotShow('Trovit takes no listing without a place: fill in the city or the region.')
  if (kind === 'other') {
    findings.push(`type_other:${columns.property_subtype ?? columns.property_type ?? '(none)'}`)
  }
  const word = kind === 'other' ? 'property' : kind.replace('_', '-')
  const summary = `${word[0]!.toUpperCase()}${word.slice(1)} for ${asked.deal} in ${town}`
  const created = new Date(createdAt(job)).toISOString()

  const members = filled({
    id: object_id,
    url,
    title: nameIn(remark(listing, 'TITLE', 'en')) || nameIn(columns.name) || nameIn(summary),
    type: ad.type,
    agency: nameIn(contact?.office.name),
    content: contentOf(englishText(listing), summary, place, findings),
    price: priceOf(asked, columns.currency_code, ad, findings),
    property_type: isHome(kind) ? word : undefined,
    floor_area: floorArea(columns, findings),
    plot_area: within(positive(columns.lot_size), 1, 1_000_000_000),
    rooms: isHome(kind) ? within(columns.bedrooms, 0, 20) : undefined,
    bathrooms: within(columns.bathrooms, 1, 20),
    floor_number: columns.floor_number,
    parking: Number(columns.parking_total ?? 0) > 0 || affirmed(columns.garage_features) ? 1 : undefined,
    address: nameIn(place.street),
    city: nameIn(town),
    city_area: place.district === town ? undefined : nameIn(place.district),
    postcode: nameIn(place.postcode),
    region: nameIn(place.region),
    latitude: place.point?.latitude,
    longitude: place.point?.longitude,
    pictures: { picture: mainPhotoFirst(listing).map((picture_url) => ({ picture_url })) },
    virtual_tour: webAddress(columns.virtual_tour_link),
    year: within(yearOf(columns.year_built), 1700, 2099),
    eco_score: energyGrade(columns.energy_efficiency_grade),
    is_furnished: furnished(columns.furnished),
    is_new: columns.is_new_construction === true ? 1 : 0,
    date: created.slice(0, 10).split('-').reverse().join('/'),
    time: created.slice(11, 19),
  })
  return { members, kind: isHome(kind) ? word : ad.type, findings }
}

/** A name of at most 255 characters. */
function nameIn(value: unknown): string {
  return cut(nameOf(value), maxName)
}

/** The text; one that is too short is told what is where. */
function contentOf(text: string, summary: string, place: Place, findings: string[]): string {
  if ([...text].length >= minContent) return text
  findings.push('text_short')
  const content = cleanText(
    [text, [summary, place.region, countryIn('en', place)].filter(Boolean).join(', ')].join('\n'),
  )
  if ([...content].length < minContent) {
    throw new CannotShow(`Trovit takes no text of fewer than ${minContent} characters: write a longer one.`)
  }
  return content
}

/** In euros, since an ad cannot say its currency; a rent by the week or the month. A listing without a price is shown. */
function priceOf(
  { deal, amount, period }: Asked,
  currency: unknown,
  { prices: [least, most] }: AdType,
  findings: string[],
): Members | undefined {
  if (amount === undefined) return undefined
  if (currency !== 'EUR') {
    findings.push(`currency_not_eur:${cleanText(currency) || '(none)'}`)
    return undefined
  }
  const [said, factor] = deal === 'sale' ? [undefined, 1] as const : frequencies[period]
  const price = within(Math.round(amount * factor), least, most)
  if (price === undefined) findings.push(`price_out_of_range:${amount}`)
  else if (factor !== 1) findings.push(`rent_converted:${period}`)
  return price === undefined ? undefined : { '#text': price, ...said ? { '@period': said } : {} }
}

const frequencies = {
  day: ['weekly', 7],
  week: ['weekly', 1],
  month: ['monthly', 1],
  quarter: ['monthly', 1 / 3],
  year: ['monthly', 1 / 12],
} as const

function floorArea({ living_area, covered_area, building_area }: JsonObject, findings: string[]) {
  const area = positive(living_area) ?? positive(covered_area) ?? positive(building_area)
  const said = within(area, 15, 50_000)
  if (area !== undefined && said === undefined) findings.push(`area_out_of_range:${area}`)
  return said === undefined ? undefined : { '#text': said, '@unit': 'meters' }
}

/** 1 for all or part of the furniture, 0 for none; nothing where it is not said, or to be negotiated. */
function furnished(value: unknown): 0 | 1 | undefined {
  const said = String(value ?? '').trim().toLowerCase()
  return said === 'unfurnished' ? 0 : /^(furnished|partial)/.test(said) ? 1 : undefined
}

function within(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= most ? value : undefined
}
