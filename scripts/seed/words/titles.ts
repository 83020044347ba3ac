import type { Home } from '../home.ts'

const ADJECTIVES = ['Elegant', 'Sunlit', "Architect's", 'Secluded', 'Quiet', 'Modern', 'Classic', 'Spacious']
const NOUNS: Record<Home['kind']['family'], string> = {
  apartment: 'Apartment',
  house: 'Villa',
  land: 'Plot',
  office: 'Office',
  retail: 'Shop',
  building: 'Building',
  hotel: 'Hotel',
  industrial: 'Warehouse',
  investment: 'Investment',
  parking_lot: 'Parking',
}
const LOCAL: Record<Home['market']['code'], string[]> = {
  CY: ['Βίλα με θέα στη θάλασσα', 'Вилла у моря', 'Sea-view "Pearl" residence'],
  HU: ['Panorámás villalakás', 'Műemléki polgári lakás', 'Tóparti nyaraló'],
  KZ: ['Квартира с видом на горы', 'Таулы көрінісі бар үй', 'Особняк «Алатау»'],
}

/** The marketing name; a unit of a project carries the project's. */
export function title(home: Home): string {
  const random = home.random('title')
  if (home.project) return `${home.project.name} ${random.int(101, 612)}`
  if (random.chance(0.25)) return random.pick(LOCAL[home.market.code])
  return `${random.pick(ADJECTIVES)} ${NOUNS[home.kind.family]} in ${home.city.trim()}`
}
