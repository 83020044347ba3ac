import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { qobrixDialect } from '../spark.ts'
import { buildingFields } from './building.ts'
import { businessFields } from './business.ts'
import { siblingType } from '../classes.ts'
import { featureFields } from './features.ts'
import { identityFields } from './identity.ts'
import { marketingFields } from './marketing.ts'
import { placeFields } from './place.ts'
import { priceFields } from './price.ts'
import { etlStamp } from '../stamps.ts'

/** One row of gold's Property, or two when the property is offered for sale and for rent. */
export function qobrixProperties(home: Home): GoldRecord[] {
  const wire = qobrixDialect(home.random('wire'))
  const record = {
    ...identityFields(home, wire),
    ...priceFields(home, wire),
    ...placeFields(home, wire),
    ...buildingFields(home, wire),
    ...featureFields(home, wire),
    ...businessFields(home, wire),
    ...marketingFields(home, wire),
    ...etlStamp(home.market.officeKey, wire),
  }
  return home.offer === 'both' ? [record, leaseSibling(home, record)] : [record]
}

/** Gold's second row of a sale-and-rent pair: PropertyClass and the native reference stay those of the sale. */
function leaseSibling(home: Home, sale: GoldRecord): GoldRecord {
  return {
    ...sale,
    ListingKey: `${home.listingKey}_LEASE`,
    ListingId: `${home.ref}_LEASE`,
    PropertyType: siblingType(home.kind.family),
    ListPrice: null,
    LeaseConsideredYN: null,
    SaleConsideredYN: true,
  }
}
