import type { Listing, Store } from './store.ts'

const families: Readonly<Record<string, string>> = {
  residentialsale: 'residentialsales',
  residentialrental: 'residentialrentals',
  commercialsale: 'commercialsales',
  commerciallease: 'commercialleases',
}

/**
 * Dash's reading side: what was pushed comes back, and what the test put there. Lists come whole; the delta knows days
 * only, and is not limited to the office. Undefined for what is not of this side.
 */
export function readSide(store: Store, url: URL): { status: number; body: unknown } | undefined {
  const parts = url.pathname.replace(/^\/dash\//, '').split('/').map(decodeURIComponent)
  const all = [...store.listings.values()]
  if (parts.join('/') === 'listings/byoffice') {
    const office = url.searchParams.get('officeGuid')
    return {
      status: 200,
      body: all.filter((listing) => officeOf(listing) === null || officeOf(listing) === office).map(
        summaryOf,
      ),
    }
  }
  if (parts.join('/') === 'listings/delta') {
    const from = url.searchParams.get('fromDate') ?? ''
    const family = families[url.searchParams.get('listingType') ?? '']
    if (!/^\d{4}-\d\d-\d\d$/.test(from) || !family) {
      return { status: 400, body: { error: 'fromDate or listingType is missing.' } }
    }
    return {
      status: 200,
      body: all.filter((listing) =>
        listing.family === family && String(listing.lastUpdateOn).slice(0, 10) >= from
      ).map(summaryOf),
    }
  }
  if (parts[0] === 'consumer' && parts[1] === 'listings' && parts.length === 4) {
    const found = store.listings.get(parts[3]!)
    return found && found.family === parts[2]
      ? { status: 200, body: found }
      : { status: 404, body: { error: 'There is no such listing.' } }
  }
  return undefined
}

function officeOf(listing: Listing): string | null {
  return (listing.office as { officeGuid?: string } | null | undefined)?.officeGuid ?? null
}

const summaryOf = ({ listingGuid, family }: Listing) => ({ entityGuid: listingGuid, type: family })
