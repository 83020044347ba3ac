import type { Job } from './job.ts'

/**
 * The address of a listing's page: `page_url` of the portal's configuration with {ref}, {listing_key}, {id}, {market} and
 * {language} filled in, else the address that came with the listing; undefined where there is neither.
 */
export function pageUrl(
  { listing, listing_id, portal }: Pick<Job, 'listing' | 'listing_id' | 'portal'>,
  language = 'en',
): string | undefined {
  const { page_url } = portal.config
  const { ref, listing_url } = listing.columns
  if (typeof page_url !== 'string') return webAddress(listing_url)
  const values: Record<string, string> = {
    ref: typeof ref === 'string' ? ref : listing.listing_key,
    listing_key: listing.listing_key,
    id: listing_id,
    market: portal.market.toLowerCase(),
    language,
  }
  return webAddress(page_url.replace(/\{(\w+)\}/g, (all, name: string) => {
    return Object.hasOwn(values, name) ? encodeURIComponent(values[name]!.toWellFormed()) : all
  }))
}

/** An address that a browser opens, in its normal form; undefined for anything else. */
export function webAddress(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)
    ? new URL(value).href
    : undefined
}
