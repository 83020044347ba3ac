import type { Job } from './job.ts'

/**
 * The address of a listing's page: `page_url` of the portal's configuration with {ref}, {listing_key}, {id} and {market}
 * filled in, else the address that came with the listing; undefined where there is neither.
 */
export function pageUrl(
  { listing, listing_id, portal }: Pick<Job, 'listing' | 'listing_id' | 'portal'>,
): string | undefined {
  const { page_url } = portal.config
  const { ref, listing_url } = listing.columns
  if (typeof page_url === 'string') {
    const values: Record<string, string> = {
      ref: typeof ref === 'string' ? ref : listing.listing_key,
      listing_key: listing.listing_key,
      id: listing_id,
      market: portal.market.toLowerCase(),
    }
    return webAddress(page_url.replace(/\{(\w+)\}/g, (all, name: string) => {
      const value = values[name]
      return value === undefined ? all : encodeURIComponent(value)
    }))
  }
  return webAddress(listing_url)
}

function webAddress(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)
    ? new URL(value).href
    : undefined
}
