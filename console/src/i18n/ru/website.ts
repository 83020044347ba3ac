import type { Texts } from '../index.ts'
import type { website as english } from '../en/website.ts'

export const website: Texts<typeof english> = {
  'site.title': 'Дома и квартиры',
  'site.found': {
    'one': '{count} дом',
    'few': '{count} дома',
    'many': '{count} домов',
    'other': '{count} дома',
  },
  'site.back': 'Назад к поиску',
  'site.gone': 'Этот дом больше не предлагается.',
  'site.home': 'Дом',
  'site.country': 'Страна',
  'site.sort': 'Порядок',
  'site.newest': 'Сначала новые',
  'site.cheapest': 'Сначала дешёвые',
  'site.dearest': 'Сначала дорогие',
  'site.everywhere': 'Везде',
  'site.more': 'Показать ещё',
  'site.prices': 'Цены',
  'site.similar': 'Похожие',
}
