import type { JsonObject } from '../../json.ts'

export type DealType = 'sale' | 'rent'
type Period = 'day' | 'week' | 'month' | 'year'

const periods: [RegExp, Period, number][] = [
  [/^dai?ly|^per day/i, 'day', 1],
  [/^week/i, 'week', 1],
  [/^quarter/i, 'month', 3], // the format has no quarter: a third of it is a month's rent
  [/^(annual|year)/i, 'year', 1],
]

/** Sale or rent, by what the listing says of itself. Lease siblings keep the class of their sale row, land has no lease class. */
export function dealType(
  { property_type, property_class, list_price, lease_amount }: JsonObject,
  key: string,
): DealType {
  if (/lease/i.test(String(property_type ?? '')) || key.endsWith('_LEASE')) return 'rent'
  if (property_class === 'RLSE' || property_class === 'COML') return 'rent'
  return list_price === undefined && lease_amount !== undefined ? 'rent' : 'sale'
}

/** The price element: whole euros; 0 means on request. Rent without a known period is monthly. */
export function priceOf(columns: JsonObject, deal: DealType): Partial<Record<'sale' | Period, number>> {
  if (deal === 'sale') return { sale: whole(columns.list_price) }
  const amount = Number(columns.lease_amount ?? 0)
  const frequency = String(columns.lease_amount_frequency ?? '').trim()
  const [, period, months] = periods.find(([pattern]) => pattern.test(frequency)) ??
    [null, 'month' as Period, 1]
  const value = whole(amount / months)
  return value > 0 ? { [period]: value } : { month: 0 }
}

function whole(value: unknown): number {
  const number = Math.round(Number(value ?? 0))
  return Number.isFinite(number) && number > 0 ? number : 0
}
