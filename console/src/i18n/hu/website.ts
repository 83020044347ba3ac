import type { Texts } from '../index.ts'
import type { website as english } from '../en/website.ts'

export const website: Texts<typeof english> = {
  'site.title': 'Otthonok',
  'site.found': { 'one': '{count} otthon', 'other': '{count} otthon' },
  'site.back': 'Vissza a kereséshez',
  'site.gone': 'Ezt az otthont már nem kínálják.',
  'site.home': 'Otthon',
  'site.country': 'Ország',
  'site.sort': 'Sorrend',
  'site.newest': 'Legújabbak',
  'site.cheapest': 'Legolcsóbbak',
  'site.dearest': 'Legdrágábbak',
  'site.everywhere': 'Mindenhol',
  'site.more': 'Továbbiak',
  'site.prices': 'Árak',
  'site.similar': 'Hasonló otthonok',
}
