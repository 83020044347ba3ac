/** A saved search's mail: plain text, for whatever stands in a listing is text there and nothing else. */
import { env } from '../http/env.ts'
import type { Letter } from '../mail/letter.ts'
import { textsOf } from './mail-texts.ts'

/** A listing as a mail shows it, under names of RESO. */
export interface MailedListing {
  key: string
  X_PropertyName?: string | null
  ListingId?: string | null
  UnparsedAddress?: string | null
  City?: string | null
  ListPrice?: number | null
  LeaseAmount?: number | null
  ListPriceCurrencyCode?: string | null
  BedroomsTotal?: number | null
  LivingArea?: number | null
}

export const mailedFields: string[] = [
  'X_PropertyName',
  'ListingId',
  'UnparsedAddress',
  'City',
  'ListPrice',
  'LeaseAmount',
  'ListPriceCurrencyCode',
  'BedroomsTotal',
  'LivingArea',
]

export interface Found {
  id: string
  name: string
  since: string
  language: string
  timeZone: string
  listings: MailedListing[]
  /** Of which `listings` are the first. */
  count: number
  /** Ids in the console, by key. */
  ids: ReadonlyMap<string, string>
  unsubscribe: string
}

export function composeLetter(to: string, found: Found): Omit<Letter, 'from'> {
  const { name, language, listings, count, unsubscribe } = found
  const texts = textsOf(language)
  const number = (value: number) => new Intl.NumberFormat(language).format(value)
  const plural = texts.found[new Intl.PluralRules(language).select(count)] ?? texts.found.other
  const summary = fill(plural, number(count))
  const rest = count - listings.length
  const paragraphs = [
    `${oneLine(name, 200)}: ${summary}`,
    texts.since.replace('{time}', () => when(found)),
    ...listings.map((listing) => paragraph(listing, found)),
    ...rest > 0 ? [fill(texts.more, number(rest))] : [],
    `${texts.stop}\n${unsubscribe}`,
  ]
  return {
    to: [to],
    subject: `${oneLine(name, 100)}: ${summary}`,
    text: `${paragraphs.join('\n\n')}\n`,
    headers: {
      // one click in the mail program, RFC 8058
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      // nobody is away or answers by machine to a machine, RFC 3834
      'Auto-Submitted': 'auto-generated',
      // the same in each attempt, so that one that arrived twice is shown once
      'X-Entity-Ref-ID': found.id,
    },
  }
}

function paragraph(listing: MailedListing, { language, ids }: Found): string {
  const texts = textsOf(language)
  const place = [listing.UnparsedAddress, listing.City].filter(Boolean).join(', ')
  const ref = listing.ListingId ?? listing.key
  const facts = [
    money(listing.ListPrice ?? listing.LeaseAmount, listing.ListPriceCurrencyCode, language),
    typeof listing.BedroomsTotal === 'number' && fill(texts.bedrooms, String(listing.BedroomsTotal)),
    typeof listing.LivingArea === 'number' && listing.LivingArea > 0 &&
    `${new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(listing.LivingArea)} m²`,
  ].filter(Boolean).join(' · ')
  const id = ids.get(listing.key)
  const console = env('MLS_CONSOLE_URL')?.replace(/\/+$/, '')
  return [
    oneLine(listing.X_PropertyName || place || ref, 150),
    oneLine([place, ref].filter(Boolean).join(' · '), 200),
    facts,
    console && id && `${console}/listings/${id}`,
  ].filter(Boolean).join('\n')
}

/** On one line, without what would turn or hide text, and not longer than so many letters. */
function oneLine(text: string, most: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').replace(/\s+/g, ' ').trim()
  return plain.length <= most ? plain : `${[...plain].slice(0, most - 1).join('')}…`
}

const fill = (text: string, value: string) => text.replace('{n}', () => value)

function money(value: number | null | undefined, currency: string | null | undefined, language: string) {
  if (typeof value !== 'number') return undefined
  const style = /^[A-Z]{3}$/.test(currency ?? '')
    ? { style: 'currency' as const, currency: currency!, maximumFractionDigits: 0 }
    : {}
  return new Intl.NumberFormat(language, style).format(value)
}

function when({ since, language, timeZone }: Found): string {
  const options = { dateStyle: 'long', timeStyle: 'short' } as const
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone }).format(new Date(since))
  } catch {
    // a zone that the database knows and the runtime does not
    return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(new Date(since))
  }
}
