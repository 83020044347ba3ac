import type { Asked, Period } from '../deal.ts'

type Element = 'sale' | 'day' | 'week' | 'month' | 'year'

/** The format has no quarter: a third of it is a month's rent. */
const elements: Record<Period, [Element, number]> = {
  day: ['day', 1],
  week: ['week', 1],
  month: ['month', 1],
  quarter: ['month', 3],
  year: ['year', 1],
}

/** The price element: whole numbers; 0 means on request. */
export function priceOf({ deal, amount = 0, period }: Asked): Partial<Record<Element, number>> {
  if (deal === 'sale') return { sale: Math.round(amount) }
  const [element, parts] = elements[period]
  const value = Math.round(amount / parts)
  return value > 0 ? { [element]: value } : { month: 0 }
}
