import type { Message } from '../index.ts'

/** Texts of the public website. */
export const website = {
  'site.title': 'Homes',
  'site.found': { 'one': '{count} home', 'other': '{count} homes' },
  'site.back': 'Back to the search',
  'site.gone': 'This home is not offered any more.',
} satisfies Record<string, Message>
