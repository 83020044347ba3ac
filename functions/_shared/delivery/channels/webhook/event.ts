import type { Job } from '../../job.ts'
import type { JsonObject } from '../../json.ts'

/** What an application is told of. Closed: receivers switch on it. */
export type EventType =
  | 'listing.requested'
  | 'listing.published'
  | 'listing.price_changed'
  | 'listing.withdrawn'

/** Rules that a portal's configuration may name in `triggers`. What was asked for by hand needs none. */
export const triggers = ['published', 'price_changed'] as const

export interface Price {
  amount: number | null
  currency: string | null
}

export interface Event {
  type: EventType
  price: Price
  /** The price before, of a changed one. */
  before?: Price
}

/** What the channel keeps of its last look at a listing, to see what is new at the next. */
export interface Look extends JsonObject {
  published_at: string | null
  amount: number | null
  currency: string | null
}

/** What is new about a listing, if that is something to tell of: asked for by hand, else by a rule of the portal. */
export function eventOf(job: Job): Event | undefined {
  const price = priceOf(job)
  if (job.action === 'withdraw') return { type: 'listing.withdrawn', price }
  if (job.requested) return { type: 'listing.requested', price }
  const wanted = Array.isArray(job.portal.config.triggers) ? job.portal.config.triggers : []
  const last = job.state as Look | null
  const now = lookAt(job)
  if (!last || last.published_at !== now.published_at) {
    return wanted.includes('published') ? { type: 'listing.published', price } : undefined
  }
  if (last.amount === now.amount && last.currency === now.currency) return undefined
  if (!wanted.includes('price_changed')) return undefined
  return { type: 'listing.price_changed', price, before: { amount: last.amount, currency: last.currency } }
}

/** The listing as it is now, in as much as a rule compares it. */
export function lookAt(job: Job): Look {
  const { published_at } = job.listing.columns
  return { published_at: typeof published_at === 'string' ? published_at : null, ...priceOf(job) }
}

function priceOf({ listing: { columns } }: Job): Price & JsonObject {
  const { list_price, lease_amount, currency_code, is_price_upon_request } = columns
  const amount = is_price_upon_request === true ? undefined : list_price ?? lease_amount
  return {
    amount: typeof amount === 'number' ? amount : null,
    currency: typeof currency_code === 'string' ? currency_code : null,
  }
}
