import { type Home } from './search.ts'
import { nameOf } from './tile.tsx'

/**
 * Puts data for search engines (schema.org) into the page; takes it away again when called. It is data: the page's
 * policy lets no script of this kind run.
 */
export function describe(home: Home): () => void {
  const element = document.createElement('script')
  element.type = 'application/ld+json'
  element.textContent = JSON.stringify({
    '@context': 'https://schema.org',
    '@type': 'RealEstateListing',
    name: nameOf(home),
    description: home.PublicRemarks,
    dateModified: home.ModificationTimestamp,
    url: location.href,
    image: home.Media.map(({ url }) => url),
    offers: {
      '@type': 'Offer',
      price: home.ListPrice ?? home.LeaseAmount,
      priceCurrency: home.ListPriceCurrencyCode,
    },
    contentLocation: {
      '@type': 'Place',
      address: {
        '@type': 'PostalAddress',
        streetAddress: home.UnparsedAddress,
        addressLocality: home.City,
        addressRegion: home.StateOrProvince,
        postalCode: home.PostalCode,
        addressCountry: home.Country,
      },
      ...home.location
        ? { geo: { '@type': 'GeoCoordinates', latitude: home.location[1], longitude: home.location[0] } }
        : {},
    },
  }).replaceAll('<', '\\u003c')
  document.head.append(element)
  return () => element.remove()
}
