import type { Message } from '../index.ts'

/** Texts of the public website. */
export const website = {
  'site.title': 'Homes',
  'site.found': { 'one': '{count} home', 'other': '{count} homes' },
  'site.back': 'Back to the search',
  'site.gone': 'This home is not offered any more.',
  'site.home': 'Home',
  'site.country': 'Country',
  'site.sort': 'Order',
  'site.newest': 'Newest',
  'site.cheapest': 'Cheapest first',
  'site.dearest': 'Dearest first',
  'site.everywhere': 'Everywhere',
  'site.more': 'Show more',
  'site.prices': 'Prices',
  'site.similar': 'Similar homes',
} satisfies Record<string, Message>
