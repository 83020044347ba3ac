import type { JsonObject } from '../json.ts'

export type DealType = 'sale' | 'rent'
export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year'

const periods: [RegExp, Period][] = [
  [/^dai?ly|^per day/i, 'day'],
  [/^week/i, 'week'],
  [/^quarter/i, 'quarter'],
  [/^(annual|year)/i, 'year'],
]

/** What is asked for a listing; no amount where the price is told on request, or nobody has said one. */
export interface Asked {
  deal: DealType
  amount?: number
  /** Of a rent; monthly where the listing does not say. */
  period: Period
}

/** Sale or rent, by what the listing says of itself. Lease siblings keep the class of their sale row, land has no lease class. */
export function dealType(
  { property_type, property_class, list_price, lease_amount }: JsonObject,
  key: string,
): DealType {
  if (/lease/i.test(String(property_type ?? '')) || key.endsWith('_LEASE')) return 'rent'
  if (property_class === 'RLSE' || property_class === 'COML') return 'rent'
  return list_price === undefined && lease_amount !== undefined ? 'rent' : 'sale'
}

/** The deal of a listing and its price, in the currency of the listing. */
export function askedFor(columns: JsonObject, key: string): Asked {
  const deal = dealType(columns, key)
  const amount = Number(deal === 'sale' ? columns.list_price : columns.lease_amount)
  const frequency = String(columns.lease_amount_frequency ?? '').trim()
  const period = periods.find(([pattern]) => pattern.test(frequency))?.[1] ?? 'month'
  const isTold = columns.is_price_upon_request !== true && Number.isFinite(amount) && amount > 0
  return { deal, period, ...isTold ? { amount } : {} }
}
