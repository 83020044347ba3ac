import { DAY, isoDate, isoStamp } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { HOMES } from '../kinds.ts'
import type { Dialect } from '../spark.ts'

/** Prices and terms. The sale row of a pair carries the rent, too; a currency is nowhere. */
export function priceFields(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('terms')
  const listPrice = home.offer === 'rent' ? null : home.price
  const rent = home.offer === 'sale' ? null : home.rent
  const reduced = listPrice !== null && random.chance(0.2)
  const auction = listPrice !== null && random.chance(0.02)
  return {
    ListPrice: wire.decimal(listPrice),
    LeasePrice: wire.decimal(rent),
    LeaseAmount: wire.decimal(rent),
    LeaseAmountFrequency: rent === null ? '' : random.weighted(FREQUENCIES).value,
    X_PreviousListPrice: wire.decimal(reduced ? Math.round(home.price * 1.06) : null),
    X_PreviousLeasePrice: wire.decimal(rent !== null && random.chance(0.2) ? Math.round(rent * 1.1) : null),
    X_ListPriceModified: wire.text(reduced ? isoStamp(home.modified - DAY) : null),
    X_LeasePriceModified: wire.text(rent === null ? null : isoStamp(home.modified - DAY)),
    X_PricePerSquare: wire.text(
      listPrice !== null && home.living !== null ? (home.price / home.living).toFixed(2) : null,
    ),
    X_PriceQualifier: random.pick(['fixed', 'poa', '', '']),
    X_PlusVAT: wire.flag(HOMES.includes(home.kind.family) ? random.chance(0.3) : null),
    X_MinimumTenancy: wire.text(rent === null ? null : random.pick(['6 months', '12 months', '2 years'])),
    X_TenancyType: wire.text(rent === null ? null : random.pick(['Long Term', 'Short Term', 'Net Lease'])),
    X_Occupancy: wire.text(
      random.chance(0.2) ? random.pick(['rented', 'partially_rented', 'unrented']) : null,
    ),
    X_AuctionStartDate: auction ? isoDate(home.modified) : null,
    X_AuctionEndDate: auction ? isoDate(home.modified + 30 * DAY) : null,
    X_ReservePrice: wire.decimal(auction ? Math.round(home.price * 0.8) : null),
    X_StartingBid: wire.decimal(auction ? Math.round(home.price * 0.6) : null),
  }
}

const FREQUENCIES = [
  { weight: 45, value: 'Monthly' },
  { weight: 35, value: '' },
  { weight: 6, value: 'Weekly' },
  { weight: 4, value: 'Daily' },
  { weight: 6, value: 'Annually' },
  { weight: 4, value: 'Quarterly' },
]
