import type { Job } from '../job.ts'
import { nameOf } from './text.ts'

/** Where a listing is, as far as it may be told: no street, postcode or point where the address is hidden. */
export interface Place {
  /** ISO 3166-1 alpha-2, upper case; undefined where the source names a country that we cannot place. */
  countryCode?: string
  /** As the source writes it, where there is no code. */
  country: string
  region: string
  town: string
  district: string
  street: string
  postcode: string
  point?: { latitude: number; longitude: number }
}

export function placeOf({ listing: { columns }, portal }: Job): Place {
  const { country, country_name, state, state_name, city, district, neighborhood, street, post_code } =
    columns
  const named = nameOf(country) || nameOf(country_name)
  const countryCode = named === '' ? codeOf(portal.market) : codeOf(named) ?? codeOf(nameOf(country_name))
  const isHidden = columns.hide_address_online === true
  const latitude = numberOf(columns.latitude)
  const longitude = numberOf(columns.longitude)
  return {
    ...countryCode ? { countryCode } : {},
    country: named,
    region: nameOf(state_name) || nameOf(state),
    town: nameOf(city),
    district: nameOf(neighborhood) || nameOf(district),
    street: isHidden ? '' : nameOf(street),
    postcode: isHidden ? '' : nameOf(post_code),
    ...isHidden || latitude === undefined || longitude === undefined
      ? {}
      : { point: { latitude, longitude } },
  }
}

/** The country in a language, such as `Кипр`; as the source writes it where it has no code. */
export function countryIn(language: string, { countryCode, country }: Place): string {
  return countryCode ? namesIn(language).of(countryCode) ?? country : country
}

const displayNames = new Map<string, Intl.DisplayNames>()

function namesIn(language: string): Intl.DisplayNames {
  let names = displayNames.get(language)
  if (!names) {
    displayNames.set(
      language,
      names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' }),
    )
  }
  return names
}

let byName: Map<string, string> | undefined

function codeOf(country: string): string | undefined {
  if (/^[a-z]{2}$/i.test(country)) {
    const code = country.toUpperCase()
    return namesIn('en').of(code) ? code : undefined
  }
  if (!byName) {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    const codes = letters.flatMap((first) => letters.map((second) => first + second))
    byName = new Map(codes.flatMap((code) => {
      const name = namesIn('en').of(code)
      return name ? [[name.toLowerCase(), code]] : []
    }))
  }
  return byName.get(country.toLowerCase())
}

function numberOf(value: unknown): number | undefined {
  const number = value === undefined || value === null ? NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}
