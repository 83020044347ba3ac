import type { Texts } from '../index.ts'
import type { website as english } from '../en/website.ts'

export const website: Texts<typeof english> = {
  'site.title': 'Үйлер',
  'site.found': { 'one': '{count} үй', 'other': '{count} үй' },
  'site.back': 'Іздеуге оралу',
  'site.gone': 'Бұл үй енді ұсынылмайды.',
  'site.home': 'Үй',
  'site.country': 'Ел',
  'site.sort': 'Реті',
  'site.newest': 'Жаңалары',
  'site.cheapest': 'Арзандары',
  'site.dearest': 'Қымбаттары',
  'site.everywhere': 'Барлық жерде',
  'site.more': 'Тағы көрсету',
  'site.prices': 'Бағалар',
  'site.similar': 'Ұқсас үйлер',
}
