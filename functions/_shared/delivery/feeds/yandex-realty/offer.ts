import type { Job } from '../../job.ts'
import { pageUrl } from '../../page-url.ts'
import { createdAt } from '../created-at.ts'
import { type Asked, askedFor } from '../deal.ts'
import { CannotShow } from '../format.ts'
import { hasPool } from '../labels.ts'
import { filled, type Members, positive, yearOf } from '../members.ts'
import { mainPhotoFirst } from '../photos.ts'
import { countryIn, placeOf } from '../place.ts'
import { propertyKind } from '../property-kind.ts'
import { englishText, remark } from '../remarks.ts'
import { cleanText, nameOf } from '../text.ts'
import { categoryOf } from './category.ts'
import { stampOf } from './stamp.ts'

/** Currencies that the format knows. */
export const currencies = ['RUB', 'RUR', 'USD', 'EUR', 'UAH', 'BYN', 'KZT']

const squareMetres = 'кв. м'

/**
 * A listing as an `offer` of the Yandex.Realty feed. Empty members are left out.
 *
 * @throws CannotShow without what the format requires: a category, a price in one of its currencies, a place, a phone
 *   number and an area
 */
export function offerOf(job: Job): { members: Members; kind: string; findings: string[] } {
  const { listing } = job
  const { columns } = listing
  const asked = askedFor(columns, listing.listing_key)
  const kind = propertyKind(columns)
  const plot = positive(columns.lot_size)
  const category = categoryOf(kind, plot !== undefined)
  if (!category) {
    const said = cleanText(columns.property_subtype) || cleanText(columns.property_type) || 'nothing'
    throw new CannotShow(`Yandex.Realty has no category for this listing: its type says ${said}.`)
  }
  const area = decimal(columns.living_area) ?? decimal(columns.covered_area) ?? decimal(columns.building_area)
  const isLand = kind === 'land'
  if (isLand && plot === undefined) {
    throw new CannotShow('Yandex.Realty takes no land without the area of the lot.')
  }
  if (!isLand && kind !== 'parking' && area === undefined) {
    throw new CannotShow('Yandex.Realty takes no building without its area.')
  }
  const isFlat = category.category === 'квартира'
  const page = pageUrl(job, 'ru')

  const members = filled({
    '@internal-id': listing.listing_key,
    type: asked.deal === 'sale' ? 'продажа' : 'аренда',
    'property-type': category.propertyType,
    category: category.category,
    'commercial-type': category.commercialType,
    'garage-type': category.garageType,
    url: page,
    'creation-date': stampOf(createdAt(job)),
    'last-update-date': stampOf(job.changed_at),
    location: locationOf(job),
    'sales-agent': agentOf(job),
    price: priceOf(asked, columns.currency_code),
    area: isLand ? undefined : metres(area),
    'lot-area': metres(plot),
    image: mainPhotoFirst(listing),
    description: remark(listing, 'PUBLIC', 'ru') || englishText(listing),
    rooms: isLand || category.commercialType || kind === 'studio' ? undefined : roomsOf(columns),
    studio: kind === 'studio' ? 'да' : undefined,
    'new-flat': isFlat && columns.is_new_construction === true ? 'да' : undefined,
    floor: isFlat ? positive(columns.floor_number) : undefined,
    'floors-total': positive(columns.stories_total),
    'built-year': yearOf(columns.year_built),
    pool: hasPool(columns) ? 'да' : undefined,
    lift: columns.x_sm_elevator === true ? 'да' : undefined,
    'air-conditioner': columns.air_condition === true ? 'да' : undefined,
  })
  return { members, kind: category.category, findings: page === undefined ? ['page_unknown:page_url'] : [] }
}

function locationOf(job: Job): Members {
  const place = placeOf(job)
  const locality = place.town || place.district || place.region
  if (!locality) {
    throw new CannotShow('Yandex.Realty takes no listing without a place: fill in the city or the region.')
  }
  const country = countryIn('ru', place)
  if (!country) throw new CannotShow('Yandex.Realty takes no listing without a country.')
  return {
    country,
    region: place.region,
    'locality-name': locality,
    'sub-locality-name': place.district === locality ? undefined : place.district,
    address: place.street,
    latitude: place.point?.latitude,
    longitude: place.point?.longitude,
  }
}

/** The agent, with the number of the office where he has none of his own. */
function agentOf({ contact }: Job): Members {
  const phone = phoneOf(contact?.agent.phone) ?? phoneOf(contact?.office.phone)
  if (!phone) {
    throw new CannotShow(
      'Yandex.Realty takes no listing without a phone number, of its agent or of the office.',
    )
  }
  return {
    name: nameOf(contact?.agent.name) || nameOf(contact?.office.name),
    phone,
    category: 'агентство',
    organization: nameOf(contact?.office.name),
    email: contact?.agent.email ?? contact?.office.email,
  }
}

/** A number with digits enough to be one, without what people write between them. */
function phoneOf(value: string | null | undefined): string | undefined {
  const number = String(value ?? '').replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '').replace(/^00/, '+')
  return number.replace('+', '').length >= 5 ? number : undefined
}

/** Rents are by the day or the month; others are converted to a month. */
function priceOf({ deal, amount, period }: Asked, currency: unknown): Members {
  if (amount === undefined) throw new CannotShow('Yandex.Realty takes no listing without a price.')
  if (typeof currency !== 'string' || !currencies.includes(currency)) {
    throw new CannotShow(
      `Yandex.Realty takes prices in ${currencies.join(', ')}, not in ${
        cleanText(currency) || 'no currency'
      }.`,
    )
  }
  if (deal === 'sale') return { value: Math.max(1, Math.round(amount)), currency }
  if (period === 'day') return { value: Math.max(1, Math.round(amount)), currency, period: 'день' }
  return { value: Math.max(1, Math.round(amount * months[period])), currency, period: 'месяц' }
}

const months = { week: 52 / 12, month: 1, quarter: 1 / 3, year: 1 / 12 }

/** Rooms as counted in Russian: the living room is one, so one is added where only bedrooms are known. */
function roomsOf({ rooms_total, bedrooms }: Job['listing']['columns']): number | undefined {
  return positive(rooms_total) ?? (typeof bedrooms === 'number' && bedrooms >= 0 ? bedrooms + 1 : undefined)
}

function metres(value: number | undefined): Members | undefined {
  return value === undefined ? undefined : { value, unit: squareMetres }
}

function decimal(value: unknown): number | undefined {
  const number = Number(value ?? 0)
  return Number.isFinite(number) && number > 0 ? Math.round(number * 100) / 100 : undefined
}
