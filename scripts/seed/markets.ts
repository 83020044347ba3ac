import { CYPRUS } from './places/cyprus.ts'
import { HUNGARY } from './places/hungary.ts'
import { KAZAKHSTAN } from './places/kazakhstan.ts'
import type { Town } from './places/town.ts'

/** A country, the office that answers for it, and the source that it is read from. */
export interface Market {
  code: 'CY' | 'HU' | 'KZ'
  officeKey: string
  /** What gold says in ListOfficeKey of all its listings: a constant of its notebook. */
  listOfficeKey: string
  source: 'QOBRIX' | 'DASH_FILE' | 'DASH_API'
  /** Before the source's id in every ListingKey. */
  keyPrefix: 'QOBRIX_' | 'DASH_'
  towns: readonly Town[]
  /** Average price of a square metre in the market's own currency (EUR, HUF, KZT), which gold does not carry. */
  pricePerMetre: number
  /** Prices are rounded to this. */
  priceStep: number
  /** Homes for sale or rent; lease siblings and broken records come on top. */
  homes: number
}

/** The brokerage itself: gold has no office under this key. */
const BROKERAGE = 'SHARPSIR-HQ-001'

export const MARKETS: readonly Market[] = [
  {
    code: 'CY',
    officeKey: 'SHARPSIR-CY-001',
    listOfficeKey: BROKERAGE,
    source: 'QOBRIX',
    keyPrefix: 'QOBRIX_',
    towns: CYPRUS,
    pricePerMetre: 3_200,
    priceStep: 5_000,
    homes: 372,
  },
  {
    code: 'HU',
    officeKey: 'SHARPSIR-HU-001',
    listOfficeKey: 'SHARPSIR-HU-001',
    source: 'DASH_FILE',
    keyPrefix: 'DASH_',
    towns: HUNGARY,
    pricePerMetre: 1_450_000,
    priceStep: 500_000,
    homes: 98,
  },
  {
    code: 'KZ',
    officeKey: 'SHARPSIR-KZ-001',
    listOfficeKey: BROKERAGE,
    source: 'DASH_API',
    keyPrefix: 'DASH_',
    towns: KAZAKHSTAN,
    pricePerMetre: 720_000,
    priceStep: 100_000,
    homes: 99,
  },
]
