import type { Texts } from '../index.ts'
import type { website as english } from '../en/website.ts'

export const website: Texts<typeof english> = {
  'site.title': 'Κατοικίες',
  'site.found': { 'one': '{count} κατοικία', 'other': '{count} κατοικίες' },
  'site.back': 'Πίσω στην αναζήτηση',
  'site.gone': 'Η κατοικία δεν προσφέρεται πια.',
  'site.home': 'Κατοικία',
  'site.country': 'Χώρα',
  'site.sort': 'Σειρά',
  'site.newest': 'Νεότερες',
  'site.cheapest': 'Φθηνότερες',
  'site.dearest': 'Ακριβότερες',
  'site.everywhere': 'Παντού',
  'site.more': 'Περισσότερες',
  'site.prices': 'Τιμές',
  'site.similar': 'Παρόμοιες κατοικίες',
}
